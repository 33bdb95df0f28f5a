"""An offline Stripe: the API, events and browser half of Stripe's test mode, on one machine.

A separate program (`python -m fake_stripe`); see its README. No money moves.
"""

API_VERSION = "2026-10-28.endive"
