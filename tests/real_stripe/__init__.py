"""What `stripe_api` promises: held against the offline Stripe always, real Stripe on demand."""
