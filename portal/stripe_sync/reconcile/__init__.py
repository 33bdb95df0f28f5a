"""Bringing everything to Stripe's truth without a single webhook."""
