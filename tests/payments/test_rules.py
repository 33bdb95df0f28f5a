"""Payment states as a table, every pair of it."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.payments.rules import (
    CONFIRMATION_WINDOW,
    EXPIRES_AFTER,
    FINAL,
    TRANSITIONS,
    PaymentState,
    Verdict,
    is_expired,
    is_unanswered,
    judge,
    next_poll,
    waits_for_payer,
)

STATUSES = {
    "requires_payment_method": PaymentState.OPEN,
    "requires_confirmation": PaymentState.OPEN,
    "requires_action": PaymentState.ACTION,
    "processing": PaymentState.PROCESSING,
    "succeeded": PaymentState.PAID,
    "canceled": PaymentState.CANCELED,
}
LIVE = [PaymentState.DRAFT, PaymentState.OPEN, PaymentState.ACTION, PaymentState.PROCESSING]


def judged(
    current: PaymentState,
    status: str,
    seen_amount: int = 6750,
    received: int | None = None,
    seen_currency: str = "GBP",
) -> Verdict:
    if received is None:
        received = 6750 if status == "succeeded" else 0
    return judge(
        current,
        amount=6750,
        currency="GBP",
        status=status,
        seen_amount=seen_amount,
        seen_currency=seen_currency,
        received=received,
    )


@pytest.mark.parametrize("current", LIVE)
@pytest.mark.parametrize("status", STATUSES)
def test_a_live_payment_becomes_what_stripe_says(current: PaymentState, status: str) -> None:
    assert judged(current, status) == Verdict(STATUSES[status])


@pytest.mark.parametrize("current", [*sorted(FINAL), PaymentState.REVIEW])
@pytest.mark.parametrize("status", STATUSES)
def test_paid_canceled_and_review_are_never_left_on_stripes_word(
    current: PaymentState, status: str
) -> None:
    assert judged(current, status) == Verdict(current)


@pytest.mark.parametrize("status", ["requires_capture", "a_status_of_next_year"])
def test_a_status_we_do_not_know_is_for_a_person(status: str) -> None:
    verdict = judged(PaymentState.OPEN, status)
    assert verdict.state is PaymentState.REVIEW
    assert status in (verdict.reason or "")


@given(
    seen=st.integers(0, 10**8),
    received=st.integers(0, 10**8),
    status=st.sampled_from(sorted(STATUSES)),
)
def test_only_the_exact_amount_pays_a_bill(seen: int, received: int, status: str) -> None:
    verdict = judged(PaymentState.OPEN, status, seen, received)
    if verdict.state is PaymentState.PAID:
        assert (seen, received, status) == (6750, 6750, "succeeded")


def test_the_right_amount_in_another_currency_is_for_a_person() -> None:
    verdict = judged(PaymentState.OPEN, "succeeded", seen_currency="JPY")
    assert verdict.state is PaymentState.REVIEW


def test_what_differs_is_told_to_the_administrator_as_people_write_money() -> None:
    assert (
        judged(PaymentState.OPEN, "succeeded", 6250).reason
        == "The amount at Stripe (£62.50) does not match the bill (£67.50)."
    )
    assert (
        judged(PaymentState.OPEN, "succeeded", received=100).reason
        == "Stripe received £1.00 of £67.50."
    )


def test_a_currency_that_we_never_bill_in_is_told_all_the_same() -> None:
    verdict = judged(PaymentState.OPEN, "succeeded", seen_currency="KWD")
    assert verdict.reason == (
        "The amount at Stripe (KWD\xa06.750) does not match the bill (£67.50)."
    )


@pytest.mark.parametrize("state", PaymentState)
def test_only_what_waits_for_its_payer_can_be_abandoned(state: PaymentState) -> None:
    waiting = state in {PaymentState.DRAFT, PaymentState.OPEN, PaymentState.ACTION}
    assert is_expired(state, EXPIRES_AFTER) is waiting
    assert not is_expired(state, EXPIRES_AFTER - timedelta(seconds=1))


def test_every_state_has_its_row_and_final_ones_an_empty_one() -> None:
    assert set(TRANSITIONS) == set(PaymentState)
    assert {state for state, following in TRANSITIONS.items() if not following} == {
        *FINAL,
        PaymentState.REVIEW,
    }


@pytest.mark.parametrize("state", LIVE)
@given(seconds=st.integers(0, 15 * 60 - 1))
def test_within_a_quarter_of_an_hour_stripe_is_asked_every_twenty_seconds(
    state: PaymentState, seconds: int
) -> None:
    assert next_poll(state, timedelta(seconds=seconds), fee_known=False) == timedelta(seconds=20)


@given(
    age=st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=400)),
    state=st.sampled_from(LIVE),
)
def test_a_live_payment_is_never_forgotten(age: timedelta, state: PaymentState) -> None:
    pause = next_poll(state, age, fee_known=False)
    assert pause is not None
    assert pause <= timedelta(days=1)


def test_a_paid_payment_is_looked_at_until_its_fee_is_known() -> None:
    assert next_poll(PaymentState.PAID, timedelta(0), fee_known=False) is not None
    assert next_poll(PaymentState.PAID, timedelta(0), fee_known=True) is None


@pytest.mark.parametrize("state", PaymentState)
def test_only_a_form_just_used_and_without_an_answer_waits_for_one(state: PaymentState) -> None:
    moment = timedelta(seconds=1)
    assert is_unanswered(state, None, moment) == (state in {PaymentState.DRAFT, PaymentState.OPEN})
    assert not is_unanswered(state, "card_declined", moment)
    assert not is_unanswered(state, None, CONFIRMATION_WINDOW)


@pytest.mark.parametrize("state", PaymentState)
@pytest.mark.parametrize("error_code", [None, "card_declined"])
def test_the_payer_is_led_back_to_the_checkout_only_where_there_is_something_to_do(
    state: PaymentState, error_code: str | None
) -> None:
    may_try_again = state in {PaymentState.DRAFT, PaymentState.OPEN} and error_code is not None
    expected = state in {PaymentState.ACTION, PaymentState.CANCELED} or may_try_again
    assert waits_for_payer(state, error_code) is expected
