"""Seeded random schedules: what people and Stripe do, and what goes wrong between them."""
