"""The page for people: what Stripe's test dashboard shows, and buttons for everything that can
happen there.
"""
