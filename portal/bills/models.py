"""A patient's wish for a service, and what is owed for it."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.bills.rules import BillState, RequestState
from portal.catalogue.lines import LineKind
from portal.infrastructure.db import Base, choice, partial_index
from portal.jobs import JobColumns


class ServiceRequest(Base):
    """A patient's wish for one service, as it was when they asked."""

    __tablename__ = "service_requests"
    __table_args__ = (
        UniqueConstraint("patient_id", "request_key"),
        Index("ix_service_requests_patient_id_id", "patient_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(String(24), unique=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patients.id"))
    # From the form that was sent: sent twice, it makes one request.
    request_key: Mapped[str] = mapped_column(String(64))
    service_id: Mapped[int] = mapped_column(ForeignKey("services.id"))
    # As it was called when requested.
    service_name: Mapped[str] = mapped_column(String(100))
    quantity: Mapped[int]
    options: Mapped[list[str]]
    state: Mapped[RequestState] = mapped_column(
        choice(RequestState, length=10), default=RequestState.REQUESTED
    )
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]


class Bill(Base):
    """What is owed. Lines, tax and total never change after the row is written."""

    __tablename__ = "bills"
    __table_args__ = (
        CheckConstraint("net >= 0 and tax >= 0 and total = net + tax", name="total"),
        Index("ix_bills_patient_id_id", "patient_id", "id"),
        # What a patient owes, the most urgent first.
        partial_index("ix_bills_owed", "patient_id", "due_on", "id", where="state = 'open'"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(String(24), unique=True)
    patient_id: Mapped[int] = mapped_column(ForeignKey("patients.id"))
    service_request_id: Mapped[int | None] = mapped_column(
        ForeignKey("service_requests.id"), unique=True
    )
    title: Mapped[str] = mapped_column(String(100))
    currency: Mapped[str] = mapped_column(String(3))
    net: Mapped[int]
    tax: Mapped[int]
    total: Mapped[int]
    due_on: Mapped[date]
    state: Mapped[BillState] = mapped_column(choice(BillState, length=10), default=BillState.OPEN)
    created_at: Mapped[datetime]
    # When it was paid (by Stripe's clock), settled or withdrawn.
    closed_at: Mapped[datetime | None]

    lines: Mapped[list["BillLine"]] = relationship(order_by="BillLine.position")
    taxes: Mapped[list["BillTax"]] = relationship(order_by="BillTax.position")


class BillNotice(JobColumns, Base):
    """An open bill, to be asked for by mail. As a job it writes the mail whose time has come.

    A bill that is closed by then is not asked for.
    """

    __tablename__ = "bill_notices"

    bill_id: Mapped[int] = mapped_column(ForeignKey("bills.id"), unique=True)


class BillLine(Base):
    """One fee or discount, net, in the bill's minor units; a discount's amounts are negative."""

    __tablename__ = "bill_lines"
    __table_args__ = (
        UniqueConstraint("bill_id", "position"),
        CheckConstraint("amount = quantity * unit_amount", name="amount"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    bill_id: Mapped[int] = mapped_column(ForeignKey("bills.id"))
    position: Mapped[int]
    kind: Mapped[LineKind] = mapped_column(choice(LineKind, "kind", 10))
    label: Mapped[str] = mapped_column(String(100))
    quantity: Mapped[int]
    unit_amount: Mapped[int]
    amount: Mapped[int]
    # None on a discount: it lowers every rate's net in proportion.
    tax_rate_bp: Mapped[int | None]
    exemption: Mapped[str | None] = mapped_column(String(200))


class BillTax(Base):
    """Tax at one rate on the discounted net taxed at that rate, rounded half up once."""

    __tablename__ = "bill_taxes"
    __table_args__ = (UniqueConstraint("bill_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    bill_id: Mapped[int] = mapped_column(ForeignKey("bills.id"))
    position: Mapped[int]
    rate_bp: Mapped[int]
    net: Mapped[int]
    tax: Mapped[int]
    exemption: Mapped[str | None] = mapped_column(String(200))
