"""What an offline Stripe holds while it runs: the store, the queue, sessions, settings."""
