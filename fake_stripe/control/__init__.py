"""The control surface under `/_control/`: what tests and demos may do to the offline Stripe, never
what payers do.
"""
