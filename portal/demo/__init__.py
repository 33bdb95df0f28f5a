"""The demo's people, services and payments, made the way real ones are made."""
