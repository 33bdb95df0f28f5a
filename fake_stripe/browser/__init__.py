"""The browser half of the offline Stripe: Stripe.js and the frames that take the card."""
