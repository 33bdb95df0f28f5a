"""What tests stand on: real databases, a real portal, people, the offline Stripe, servers and a
browser.
"""
