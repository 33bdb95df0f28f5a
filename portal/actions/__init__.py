"""What a person asks for that needs Stripe's answer."""
