"""What Stripe does with money, cards and texts. Every change goes through a session."""
