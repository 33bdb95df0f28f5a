"""The portal as it runs against Stripe: its own addresses and policy; only the certificate
authority differs.
"""
