"""Tests mirror portal/, invoices/ and fake_stripe/; journeys/ are whole stories in a browser."""
