"""The pages for people: what Stripe's test dashboard shows, with a button for each event."""
