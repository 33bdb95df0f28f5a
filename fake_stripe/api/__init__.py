"""The routes of the API, resource by resource."""

from fake_stripe.api import (
    account,
    balance,
    charges,
    customers,
    disputes,
    events,
    files,
    payment_intents,
    payment_methods,
    payouts,
    radar,
    refunds,
    webhook_endpoints,
)

ROUTES = [
    *account.ROUTES,
    *balance.ROUTES,
    *charges.ROUTES,
    *customers.ROUTES,
    *disputes.ROUTES,
    *events.ROUTES,
    *files.ROUTES,
    *payment_intents.ROUTES,
    *payment_methods.ROUTES,
    *payouts.ROUTES,
    *radar.ROUTES,
    *refunds.ROUTES,
    *webhook_endpoints.ROUTES,
]
