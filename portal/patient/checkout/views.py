"""Checkout: the card form, the call that makes the PaymentIntent, and where Stripe sends the
browser back.
"""

import structlog
from flask import Blueprint, abort, redirect, render_template, request
from werkzeug.wrappers import Response

from portal import links
from portal.actions import pay
from portal.bills.rules import BillState
from portal.bills.service import BillView, load_bill
from portal.effects.invoice import needs_address
from portal.infrastructure import clock
from portal.patient.decline_texts import UNAVAILABLE, Problem
from portal.patient.problems import problem, recent_problem
from portal.payments.models import Payment
from portal.payments.rules import PAYABLE, SHOWS_FORM, PaymentState, is_gone, waits_for_payer
from portal.payments.service import Checkout, NotPayable, latest_payment_id
from portal.stripe_api.errors import StripeRefused, StripeUnavailable
from portal.stripe_sync.cancel import cancel_for_bill
from portal.stripe_sync.payments import sync_payment
from portal.web.audience import Audience, audience
from portal.web.current import current_portal, fresh_session, request_session
from portal.web.headers import allow_stripe
from portal.web.limits import limiter, person
from portal.web.patient import current_patient

log = structlog.get_logger()
blueprint = Blueprint("checkout", __name__)
Answer = tuple[dict[str, str], int]


@blueprint.get("/bills/<ref>/pay")
@audience(Audience.PATIENT)
def checkout(ref: str) -> str | Response:
    """The card form of an open bill; any other state leads to the page that shows it."""
    bill = _bill(ref)
    if bill.state != BillState.OPEN:
        return redirect(links.bill(ref), 303)
    payment = _synced(bill)
    allow_stripe()
    if payment is None or _takes_a_card(payment):
        if _lacks_address(bill):
            return redirect(_way_by_address(ref), 303)
        return render_template(
            "patient/checkout/checkout.html",
            bill=bill,
            problem=_last_problem(payment),
            **_stripe_settings(),
        )
    if payment.state == PaymentState.ACTION:
        return render_template("patient/checkout/action.html", bill=bill, **_stripe_settings())
    return redirect(links.payment(payment.ref), 303)


@blueprint.post("/bills/<ref>/pay")
@audience(Audience.PATIENT)
@limiter.limit("30 per minute", key_func=person)
def start(ref: str) -> Answer:
    """For the checkout script: the client secret to confirm with, or where to go instead."""
    bill = _bill(ref)
    if _lacks_address(bill):
        return {"location": _way_by_address(ref)}, 200
    try:
        synced = pay.start(current_portal(), bill.id, _evidence(bill))
    except NotPayable:
        return {"location": links.bill(ref)}, 200
    except StripeUnavailable:
        return _told(UNAVAILABLE), 503
    except StripeRefused as error:
        log.error("payment not started", code=error.code)
        return _told(UNAVAILABLE), 503
    if synced.state in (*PAYABLE, PaymentState.ACTION) and synced.client_secret:
        return {"client_secret": synced.client_secret}, 200
    return {"location": links.payment(synced.ref)}, 200


@blueprint.get("/bills/<ref>/pay/outcome")
@audience(Audience.PATIENT)
def outcome(ref: str) -> Answer:
    """For the checkout script after a confirmation that failed: what Stripe says of it, in our
    words.
    """
    payment = _synced(_bill(ref))
    if payment is not None and payment.state in PAYABLE and payment.error_code:
        return _told(problem(payment.error_code)), 200
    return {"location": _page_of(ref, payment)}, 200


@blueprint.get("/bills/<ref>/pay/return")
@audience(Audience.PATIENT)
def come_back(ref: str) -> Response:
    """Where Stripe sends the browser. Nothing in the address is believed; Stripe is asked, and the
    address left.
    """
    return redirect(_page_of(ref, _synced(_bill(ref))), 303)


@blueprint.post("/bills/<ref>/pay/restart")
@audience(Audience.PATIENT)
def restart(ref: str) -> Response:
    """Give up a payment that waits for the bank, so that another card can be used; never two at
    once.
    """
    cancel_for_bill(current_portal(), _bill(ref).id)
    return redirect(links.pay(ref), 303)


def _bill(ref: str) -> BillView:
    return load_bill(request_session(), current_patient().id, ref) or abort(404)


def _synced(bill: BillView) -> Payment | None:
    """The bill's latest payment, brought to Stripe's truth if it can be reached."""
    payment_id = latest_payment_id(request_session(), bill.id)
    if payment_id is None:
        return None
    try:
        sync_payment(current_portal(), payment_id)
    except (StripeUnavailable, StripeRefused) as error:
        log.warning("payment not looked up", error=type(error).__name__)
    return fresh_session().get_one(Payment, payment_id)


def _lacks_address(bill: BillView) -> bool:
    """Whether the bill's invoice will have to name an address that its patient has not given."""
    today = clock.local_date(clock.now(), current_portal().settings.business_timezone)
    named = needs_address(request_session(), bill.currency, bill.total, today)
    return bill.state is BillState.OPEN and named and not current_patient().address


def _way_by_address(ref: str) -> str:
    """To the page that asks for the address, and from there on to the checkout."""
    return links.change_address(links.pay(ref))


def _page_of(ref: str, payment: Payment | None) -> str:
    """The page that shows a payment's state: the checkout where the payer has something to do."""
    if payment is None:
        return links.bill(ref)
    waiting = waits_for_payer(payment.state, payment.error_code)
    return links.pay(ref) if waiting else links.payment(payment.ref)


def _evidence(bill: BillView) -> Checkout:
    """Who pressed Pay for what, for a dispute that may come."""
    return Checkout(
        ip_address=request.remote_addr or "",
        user_agent=request.headers.get("User-Agent", ""),
        shown_total=bill.total,
        currency=bill.currency,
    )


def _takes_a_card(payment: Payment) -> bool:
    """Whether the card form is what the payer needs; what Stripe no longer has is paid anew."""
    return payment.state in SHOWS_FORM or is_gone(payment.state, payment.error_code)


def _last_problem(payment: Payment | None) -> Problem | None:
    return recent_problem(payment.error_code, clock.now() - payment.started_at) if payment else None


def _told(words: Problem) -> dict[str, str]:
    return {"heading": str(words.heading), "text": str(words.text)}


def _stripe_settings() -> dict[str, str]:
    settings = current_portal().settings
    return {
        "publishable_key": settings.stripe_publishable_key,
        "stripe_js_url": settings.stripe_js_url,
    }
