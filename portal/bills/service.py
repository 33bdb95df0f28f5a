"""Requesting a service makes its bill; reading a bill with everything that was frozen in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.audit import service as audit
from portal.bills import rules
from portal.bills.models import Bill, BillLine, BillNotice, BillTax, ServiceRequest
from portal.bills.rules import BillState, RequestState
from portal.catalogue.lines import Line, Priced, TaxLine
from portal.catalogue.models import Service
from portal.catalogue.rules import Quote
from portal.catalogue.service import Offer, find_offer
from portal.context import Portal
from portal.infrastructure import clock
from portal.patients.models import Patient
from portal.references import is_reference, new_reference


class NotOffered(Exception):
    """There is no such service, or it is no longer offered."""


class PriceChanged(Exception):
    """What was asked for now costs something else than the person was shown; nothing was
    requested.
    """


class KeyReused(Exception):
    """The form's key has already made another request; the person is asked again with a new one."""


@dataclass(frozen=True)
class Wish:
    """What a patient asks for, and the price they were shown for it (minor units of `currency`)."""

    slug: str
    quantity: int
    options: tuple[str, ...]
    expected_total: int
    currency: str
    # Opaque, from the form: the same wish sent twice makes one bill.
    request_key: str
    # Whether they go straight on to the checkout.
    pays_now: bool = False


@dataclass(frozen=True, kw_only=True)
class BillView(Priced):
    """A bill as it was frozen. `request_state` None: no service hangs on it.

    `what_next` is what a patient who has paid can expect.
    """

    id: int
    ref: str
    patient_id: int
    title: str
    due_on: date
    state: BillState
    created_at: datetime
    closed_at: datetime | None
    request_state: RequestState | None
    what_next: str | None


def request_service(portal: Portal, patient_id: int, wish: Wish) -> str:
    """Make the request and its bill with the lines of today's price; returns the bill's reference.

    The mails that ask for it are due from now on. A total of 0 is settled at once. Raises
    NotOffered, PriceChanged, KeyReused, QuoteError.
    """
    ref = _request_once(portal, patient_id, wish)
    portal.wake(timedelta(0))
    return ref


def _request_once(portal: Portal, patient_id: int, wish: Wish) -> str:
    with portal.db.write() as session:
        # Locked, so that the same form sent twice at once is taken one after the other.
        patient = session.get_one(Patient, patient_id, with_for_update=True)
        offer = find_offer(session, wish.slug, patient.currency)
        if offer is None:
            raise NotOffered(wish.slug)
        earlier = session.scalar(
            select(ServiceRequest).filter_by(patient_id=patient_id, request_key=wish.request_key)
        )
        if earlier is not None:
            return _bill_of(session, earlier, offer, wish)
        quote = offer.quote(wish.quantity, wish.options)
        if (quote.total, quote.currency) != (wish.expected_total, wish.currency):
            raise PriceChanged
        now = clock.now()
        state = RequestState.ACTIVE if quote.total == 0 else RequestState.REQUESTED
        request = _request(patient, offer, wish, state, now)
        session.add(request)
        session.flush()
        bill = _bill(
            request, quote, rules.due_on(clock.local_date(now, portal.settings.business_timezone))
        )
        session.add(bill)
        session.flush()
        if bill.state is BillState.OPEN:
            first = rules.first_notice_at(now, wish.pays_now)
            session.add(BillNotice(bill_id=bill.id, due_at=first))
        audit.record(
            session, "service.requested", "bill", bill.ref, patient.user_id, request=request.ref
        )
        return bill.ref


def load_bill(session: Session, patient_id: int, ref: str) -> BillView | None:
    """One bill of this patient with its lines and taxes, in three queries; None where it is missing
    or another's.
    """
    if not is_reference(ref):
        return None
    found = session.execute(
        select(Bill, ServiceRequest.state, Service.what_next)
        .outerjoin(ServiceRequest, ServiceRequest.id == Bill.service_request_id)
        .outerjoin(Service, Service.id == ServiceRequest.service_id)
        .where(Bill.ref == ref, Bill.patient_id == patient_id)
    ).one_or_none()
    if found is None:
        return None
    bill, request_state, what_next = found
    return BillView(
        id=bill.id,
        ref=bill.ref,
        patient_id=bill.patient_id,
        title=bill.title,
        currency=bill.currency,
        net=bill.net,
        tax=bill.tax,
        total=bill.total,
        due_on=bill.due_on,
        state=bill.state,
        created_at=bill.created_at,
        closed_at=bill.closed_at,
        request_state=request_state,
        what_next=what_next,
        lines=tuple(_line(line) for line in bill.lines),
        taxes=tuple(TaxLine(tax.rate_bp, tax.net, tax.tax, tax.exemption) for tax in bill.taxes),
    )


def find_unpaid(session: Session, patient_id: int, service_id: int) -> str | None:
    """The reference of the latest open bill that this patient has for a service."""
    return session.scalar(
        select(Bill.ref)
        .join(ServiceRequest, ServiceRequest.id == Bill.service_request_id)
        .where(
            ServiceRequest.patient_id == patient_id,
            ServiceRequest.service_id == service_id,
            Bill.state == BillState.OPEN,
        )
        .order_by(Bill.id.desc())
        .limit(1)
    )


def _bill_of(session: Session, request: ServiceRequest, offer: Offer, wish: Wish) -> str:
    asked = (request.service_id, request.quantity, tuple(request.options))
    if asked != (offer.service_id, wish.quantity, wish.options):
        raise KeyReused
    return session.scalars(select(Bill.ref).where(Bill.service_request_id == request.id)).one()


def _request(
    patient: Patient, offer: Offer, wish: Wish, state: RequestState, now: datetime
) -> ServiceRequest:
    return ServiceRequest(
        ref=new_reference("REQ"),
        patient_id=patient.id,
        request_key=wish.request_key,
        service_id=offer.service_id,
        service_name=offer.name,
        quantity=wish.quantity,
        options=list(wish.options),
        state=state,
        created_at=now,
        changed_at=now,
    )


def _bill(request: ServiceRequest, quote: Quote, due_on: date) -> Bill:
    free = quote.total == 0
    state = BillState.SETTLED if free else BillState.OPEN
    closed_at = request.created_at if free else None
    return Bill(
        ref=new_reference("BILL"),
        patient_id=request.patient_id,
        service_request_id=request.id,
        title=request.service_name,
        currency=quote.currency,
        net=quote.net,
        tax=quote.tax,
        total=quote.total,
        due_on=due_on,
        state=state,
        created_at=request.created_at,
        closed_at=closed_at,
        lines=_line_rows(quote.lines),
        taxes=_tax_rows(quote.taxes),
    )


def _line_rows(lines: Sequence[Line]) -> list[BillLine]:
    return [
        BillLine(
            position=position,
            kind=line.kind,
            label=line.label,
            quantity=line.quantity,
            unit_amount=line.unit_amount,
            amount=line.amount,
            tax_rate_bp=line.tax_rate_bp,
            exemption=line.exemption,
        )
        for position, line in enumerate(lines, 1)
    ]


def _tax_rows(taxes: Sequence[TaxLine]) -> list[BillTax]:
    return [
        BillTax(
            position=position,
            rate_bp=tax.rate_bp,
            net=tax.net,
            tax=tax.tax,
            exemption=tax.exemption,
        )
        for position, tax in enumerate(taxes, 1)
    ]


def _line(row: BillLine) -> Line:
    return Line(row.kind, row.label, row.quantity, row.unit_amount, row.tax_rate_bp, row.exemption)
