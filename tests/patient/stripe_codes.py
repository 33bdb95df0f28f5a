"""Stripe's codes for a payment that failed, from Stripe's own lists and not from the portal's."""

import inspect
import re

import stripe

# https://docs.stripe.com/declines/codes, every code of the table for cards, and those that left it
# lately but older payments carry.
DECLINE_CODES = frozenset(
    """
    approve_with_id authentication_not_handled authentication_required call_issuer
    card_not_supported card_velocity_exceeded currency_not_supported do_not_honor do_not_try_again
    duplicate_transaction expired_card fraudulent generic_decline incorrect_address incorrect_cvc
    incorrect_number incorrect_pin incorrect_zip insufficient_funds invalid_account invalid_amount
    invalid_cvc invalid_expiry_month invalid_expiry_year invalid_number invalid_pin
    issuer_not_available lost_card merchant_blacklist new_account_information_available
    no_action_taken not_permitted offline_pin_required online_or_offline_pin_required pickup_card
    pin_try_exceeded processing_error reenter_transaction restricted_card
    revocation_of_all_authorizations revocation_of_authorization security_violation
    service_not_allowed stolen_card stop_payment_order test_mode_live_card testmode_decline
    transaction_not_allowed try_again_later withdrawal_count_limit_exceeded
    """.split()  # noqa: SIM905 - read as a list of words
)
# Those that Stripe asks to present as any other decline, those that may hide that a card was
# reported lost or stolen, and those that say the bank gives no reason.
SAYS_NOTHING = frozenset(
    """
    call_issuer card_declined do_not_honor do_not_try_again fraudulent generic_decline
    highest_risk_level lost_card merchant_blacklist no_action_taken not_permitted pickup_card
    previously_declined_do_not_retry restricted_card revocation_of_all_authorizations
    revocation_of_authorization security_violation service_not_allowed stolen_card
    stop_payment_order transaction_not_allowed
    """.split()  # noqa: SIM905 - read as a list of words
)
# What a payment by card never fails with: other objects, other methods, calls of ours that are
# wrong. Their payers read that the payment did not go through.
_NOT_OF_A_CARD_PAYMENT = re.compile(
    r"""
    (account|acss|alipay|bank_account|bitcoin|capability|clearing_code|country|coupon|customer|
     dispute|financial|forwarding|india|instant_payouts|intent|invoice|parameter|
     payment_evaluation|payment_method_(bank_account|configuration|microdeposit)|payout|platform|
     progressive|refund|return_intent|routing|sepa|setup|shipping|siret|sku|smart_disputes|state|
     status|storer|stripe_tax|subscription|taxe?|terminal|transfer)s?_.*
    | (action_blocked|amount_too_large|amount_too_small|anomalous_money_movement_request
     |api_key_expired|application_fees_not_allowed|approval_required|balance_insufficient
     |balance_invalid_parameter|billing_invalid_mandate|capture_charge_authorization_expired
     |capture_unauthorized_payment|cardholder_phone_number_required|charge_.*|debit_not_authorized
     |email_invalid|failed_tax_calculation|idempotency_key_in_use|invalid_canceled.*
     |invalid_characters|invalid_charge_amount|invalid_mandate_reference_prefix_format
     |invalid_source_usage|invalid_tax_location|livemode_mismatch|missing|no_account
     |not_allowed_on_standard_account|out_of_inventory|ownership_declaration_not_allowed
     |parameters_exclusive|payment_intent_konbini.*|product_inactive|refer_to_customer
     |request_blocked|resource_.*|secret_key_required|service_period_.*|testmode_charges_only
     |tls_version_unsupported|token_.*|url_invalid|payment_method_invalid_parameter_testmode)
    """,
    re.VERBOSE,
)


def error_codes() -> frozenset[str]:
    """Every `code` that the SDK knows a PaymentIntent's last error to have."""
    source = inspect.getsource(stripe.PaymentIntent.LastPaymentError)
    literal = source.partition(" code: Optional[")[2].partition("]")[0]
    return frozenset(re.findall(r'"(\w+)"', literal))


def is_of_a_card_payment(code: str) -> bool:
    """Whether somebody who pays by card can meet this code of `error_codes`."""
    return _NOT_OF_A_CARD_PAYMENT.fullmatch(code) is None
