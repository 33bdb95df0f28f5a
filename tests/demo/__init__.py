"""The demo is made by real journeys."""
