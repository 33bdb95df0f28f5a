"""What a payer reads when a payment fails: what happened and what to do next, by Stripe's code.

Data only. The codes: https://docs.stripe.com/declines/codes and https://docs.stripe.com/error-codes.
What a bank keeps to itself (a card reported lost or stolen, a suspicion) reads like any decline, as
Stripe asks.
"""

from dataclasses import dataclass

from portal.texts import lazy_gettext

NOT_CHARGED = lazy_gettext("You have not been charged.")


@dataclass(frozen=True)
class Problem:
    """What happened, as a heading without a full stop, and what to do next, in whole sentences."""

    heading: str
    next_step: str

    @property
    def text(self) -> str:
        """What is read below the heading: that nothing was taken, and what to do next."""
        return f"{NOT_CHARGED} {self.next_step}"


UNAVAILABLE = Problem(
    lazy_gettext("We cannot reach our payment company at the moment"),
    lazy_gettext("Please try again in a minute."),
)
DECLINED = Problem(
    lazy_gettext("Your card was declined"), lazy_gettext("Try another card, or ask your bank why.")
)
# For a code that nobody has told us of, and for those of which a payer learns nothing.
FAILED = Problem(
    lazy_gettext("The payment did not go through"), lazy_gettext("Try again, or use another card.")
)

TEXTS: tuple[tuple[Problem, tuple[str, ...]], ...] = (
    (
        DECLINED,
        (
            "call_issuer",
            "card_declined",
            "do_not_honor",
            "do_not_try_again",
            "fraudulent",
            "generic_decline",
            "highest_risk_level",
            "lost_card",
            "merchant_blacklist",
            "no_action_taken",
            "not_permitted",
            "pickup_card",
            "previously_declined_do_not_retry",
            "restricted_card",
            "revocation_of_all_authorizations",
            "revocation_of_authorization",
            "security_violation",
            "service_not_allowed",
            "stolen_card",
            "stop_payment_order",
            "transaction_not_allowed",
        ),
    ),
    (
        FAILED,
        (
            "payment_intent_incompatible_payment_method",
            "payment_intent_invalid_parameter",
            "payment_intent_mandate_invalid",
            "payment_intent_payment_attempt_failed",
            "payment_intent_unexpected_state",
            "payment_method_invalid_parameter",
            "payment_method_not_available",
            "payment_method_provider_decline",
            "payment_method_restricted",
            "payment_method_unexpected_state",
            "payment_method_unsupported_type",
        ),
    ),
    (
        Problem(
            lazy_gettext("Your bank could not check that it was you"),
            lazy_gettext("Try again and follow what your bank asks, or use another card."),
        ),
        (
            "authentication_failure",
            "authentication_not_handled",
            "authentication_required",
            "payment_intent_action_required",
            "payment_intent_authentication_failure",
            "three_d_secure_authentication_not_supported",
            "three_d_secure_authentication_upstream_error",
        ),
    ),
    (
        Problem(
            lazy_gettext("The payment took too long"),
            lazy_gettext("Try again, or use another card."),
        ),
        ("payment_intent_payment_attempt_expired", "payment_method_provider_timeout"),
    ),
    (
        Problem(
            lazy_gettext("The payment was stopped"),
            lazy_gettext("Try again if you still want to pay."),
        ),
        ("payment_method_customer_decline",),
    ),
    (
        Problem(
            lazy_gettext("Your bank did not take the payment this time"),
            lazy_gettext("Try again. If that does not work, use another card or ask your bank."),
        ),
        ("approve_with_id", "reenter_transaction", "try_again_later"),
    ),
    (
        Problem(
            lazy_gettext("We could not reach your bank"),
            lazy_gettext("Wait a minute and try again. If that does not work, use another card."),
        ),
        ("issuer_not_available",),
    ),
    (
        Problem(
            lazy_gettext("The card company had a problem"),
            lazy_gettext("Wait a minute and try again, or use another card."),
        ),
        ("lock_timeout", "payment_intent_rate_limit_exceeded", "processing_error", "rate_limit"),
    ),
    (
        Problem(
            lazy_gettext("There is not enough money on this card"),
            lazy_gettext("Use another card, or try again later."),
        ),
        ("insufficient_funds",),
    ),
    (
        Problem(
            lazy_gettext("This payment is over a limit of your card"),
            lazy_gettext("Use another card, or ask your bank about the limit."),
        ),
        ("card_velocity_exceeded", "invalid_amount", "withdrawal_count_limit_exceeded"),
    ),
    (
        Problem(
            lazy_gettext("This card was tried too many times"),
            lazy_gettext("Use another card, or try again tomorrow."),
        ),
        ("card_decline_rate_limit_exceeded",),
    ),
    (
        Problem(
            lazy_gettext("This may be the same payment twice"),
            lazy_gettext(
                "Check your payments first. If it is not paid, wait a few minutes and try again."
            ),
        ),
        ("duplicate_transaction",),
    ),
    (
        Problem(
            lazy_gettext("Your card has expired"),
            lazy_gettext("Check the expiry date, or use another card."),
        ),
        ("expired_card", "expired_payment_method"),
    ),
    (
        Problem(
            lazy_gettext("The expiry date is wrong"),
            lazy_gettext("Check the date on your card and try again."),
        ),
        ("invalid_expiry_month", "invalid_expiry_year"),
    ),
    (
        Problem(
            lazy_gettext("The security code is wrong"),
            lazy_gettext("Check the 3 or 4 digits on your card and try again."),
        ),
        ("incorrect_cvc", "invalid_cvc"),
    ),
    (
        Problem(
            lazy_gettext("The card number is wrong"),
            lazy_gettext("Check the number and try again."),
        ),
        ("incorrect_number", "invalid_number"),
    ),
    (
        Problem(
            lazy_gettext("The postcode does not match your card"),
            lazy_gettext("Check that it is the one your bank has for you, and try again."),
        ),
        ("incorrect_postal_code", "incorrect_zip", "postal_code_invalid"),
    ),
    (
        Problem(
            lazy_gettext("The address does not match your card"),
            lazy_gettext("Check that it is the one your bank has for you, and try again."),
        ),
        ("incorrect_address", "payment_method_billing_details_address_missing"),
    ),
    (
        Problem(
            lazy_gettext("This card cannot be used for this payment"),
            lazy_gettext("Use another card, or ask your bank about this one."),
        ),
        ("card_not_supported", "invalid_card_type"),
    ),
    (
        Problem(
            lazy_gettext("This card cannot pay in this currency"),
            lazy_gettext("Use another card, or ask your bank about this one."),
        ),
        ("currency_not_supported", "payment_method_currency_mismatch"),
    ),
    (
        Problem(
            lazy_gettext("There is a problem with this card"),
            lazy_gettext("Ask your bank if it still works, or use another card."),
        ),
        ("invalid_account", "new_account_information_available", "payment_method_unactivated"),
    ),
    (
        Problem(
            lazy_gettext("Your bank wants the PIN of this card"),
            lazy_gettext("You cannot enter a PIN here. Use another card."),
        ),
        ("incorrect_pin", "invalid_pin", "offline_pin_required", "online_or_offline_pin_required"),
    ),
    (
        Problem(
            lazy_gettext("A wrong PIN was entered too many times"),
            lazy_gettext("Use another card, or ask your bank for help."),
        ),
        ("pin_try_exceeded",),
    ),
    (
        Problem(lazy_gettext("This card is only for tests"), lazy_gettext("Use a real card.")),
        ("testmode_decline",),
    ),
    (
        Problem(
            lazy_gettext("Only test cards work here"),
            lazy_gettext("Use a test card. No money moves on this page."),
        ),
        ("test_mode_live_card",),
    ),
)
