"""The gateway's promises: held against the offline Stripe in every run, and against Stripe's test
mode on demand.
"""
