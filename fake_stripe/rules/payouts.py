"""Automatic payouts: what is available, once a day, to the bank."""

from datetime import UTC, datetime

from fake_stripe.clock import DAY
from fake_stripe.documents import Document
from fake_stripe.errors import ApiError
from fake_stripe.rules import balance
from fake_stripe.rules.money import SETTLEMENT_CURRENCY
from fake_stripe.runtime.session import Session

# Left to itself, SQLite would read every transaction there ever was.
_OBJECTS = "objects INDEXED BY objects_unpaid_money"
_UNPAID = "account = ? AND kind = 'balance_transaction' AND payout IS NULL"
_AVAILABLE_ON = "json_extract(body, '$.available_on')"


def start_daily(session: Session) -> None:
    """Pay out every midnight (UTC) from now on; asked again, nothing changes."""
    if not session.store.fact(session.account, "pays_out"):
        session.store.set_fact(session.account, "pays_out", "1")
        schedule_next(session)


def schedule_next(session: Session) -> None:
    """The next daily payout, at midnight UTC."""
    today = datetime.fromtimestamp(session.now, UTC).replace(
        hour=0, minute=0, second=0, microsecond=0
    )
    session.later("daily_payout", int(today.timestamp()) + DAY - session.now)


def draft(session: Session, amount: int) -> Document:
    """A payout of `amount` (minor units of the settlement currency), not yet stored."""
    return session.draft(
        "payout",
        amount=amount,
        arrival_date=session.now + int(session.settings.delays.payout_arrival),
        currency=SETTLEMENT_CURRENCY,
        destination=f"ba_1{session.token(22)}",
        trace_id={"status": "pending", "value": None},
    )


def available(session: Session) -> int:
    """What is available and in no payout yet, in minor units of the settlement currency."""
    return _sum(session, "<=")


def pending(session: Session) -> int:
    """What will be available later, in minor units of the settlement currency."""
    return _sum(session, ">")


def _sum(session: Session, comparison: str) -> int:
    """The net of what is in no payout yet and is available before, or after, now."""
    net = "SELECT sum(json_extract(body, '$.net')) AS net"
    rows = session.store.rows(
        f"{net} FROM {_OBJECTS} WHERE {_UNPAID} AND {_AVAILABLE_ON} {comparison} ?",
        (session.account, session.now),
    )
    return rows[0]["net"] or 0


def pay_out(session: Session) -> Document | None:
    """Pay out what is available; None where that comes to nothing or less."""
    amount = available(session)
    if amount <= 0:
        return None
    payout = draft(session, amount)
    payout["balance_transaction"] = balance.for_payout(session, payout)["id"]
    store(session, payout)
    session.emit("payout.created", payout)
    session.later("payout_arrives", session.settings.delays.payout_arrival, payout=payout["id"])
    return payout


def store(session: Session, payout: Document) -> None:
    """Keep the payout and note on every transaction whose money was available that it is in it."""
    session.store.insert(session.account, payout)
    session.store.connection.execute(
        f"UPDATE {_OBJECTS} SET payout = ?, body = json_set(body, '$._payout', ?) "  # noqa: S608
        f"WHERE {_UNPAID} AND {_AVAILABLE_ON} <= ?",
        (payout["id"], payout["id"], session.account, session.now),
    )


def arrive(session: Session, payout: Document) -> None:
    """The payout reaches the bank, and its transactions can be listed; once."""
    if payout["status"] != "in_transit":
        return
    trace = {"status": "supported", "value": session.token(16).upper()}
    payout |= {"status": "paid", "trace_id": trace}
    session.save(payout)
    session.emit("payout.paid", payout)
    payout["reconciliation_status"] = "completed"
    session.save(payout)
    session.emit("payout.reconciliation_completed", payout)


def fail(session: Session, payout: Document) -> None:
    """The bank sends the money back, before or after it was said to be paid.

    Its transactions stay in this payout; what came back goes out again with the next.
    """
    if payout["status"] not in ("in_transit", "paid"):
        raise ApiError(f"This payout has a status of {payout['status']} and cannot fail.")
    payout |= {
        "failure_balance_transaction": balance.for_payout(session, payout, failed=True)["id"],
        "failure_code": "account_closed",
        "failure_message": "The bank account has been closed.",
        "status": "failed",
    }
    session.save(payout)
    session.emit("payout.failed", payout)
