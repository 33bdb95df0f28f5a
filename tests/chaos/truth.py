"""Where the portal's dump differs from what the offline Stripe has."""

from typing import Any

from portal.context import Portal
from portal.dump.service import dump

STATES = {
    "requires_payment_method": "open",
    "requires_confirmation": "open",
    "requires_action": "action",
    "processing": "processing",
    "succeeded": "paid",
    "canceled": "canceled",
}


def differences(portal: Portal) -> list[str]:
    """One line for each thing that the portal and Stripe say otherwise."""
    said = dump(portal)
    api = portal.stripe.client.v1
    intents = {one.id: one for one in api.payment_intents.list({"limit": 100}).data}
    charges = {one.id: one for one in api.charges.list({"limit": 100}).data}
    moved = {one.id: one for one in api.balance_transactions.list({"limit": 100}).data}
    found = _missing("payments", said, intents)
    found += _missing("attempts", said, charges)
    of_charges = {key: one for key, one in moved.items() if one.type in ("charge", "refund")}
    found += _missing("balance_transactions", said, of_charges)
    for row in said["payments"]:
        intent = intents.get(str(row["stripe_id"]))
        if intent is not None:
            found += _of_payment(row, intent)
    for row in said["attempts"]:
        charge = charges.get(str(row["stripe_id"]))
        if charge is not None and (row["status"], row["amount"]) != (charge.status, charge.amount):
            found.append(f"attempt {charge.id} is {row['status']}, at Stripe {charge.status}")
    return found + _mails(said)


def _of_payment(row: dict[str, Any], intent: Any) -> list[str]:
    found = []
    if row["state"] == "review":
        if intent.amount == row["amount"]:
            found.append(f"payment {row['ref']} is in review, and nothing differs")
    elif row["state"] != STATES[intent.status]:
        found.append(f"payment {row['ref']} is {row['state']}, at Stripe {intent.status}")
    if (row["received"] or 0) != (intent.amount_received or 0):
        found.append(
            f"payment {row['ref']} received {row['received']}, at Stripe {intent.amount_received}"
        )
    return found


def _missing(name: str, said: dict[str, list[Any]], at_stripe: dict[str, Any]) -> list[str]:
    ours = {row["stripe_id"] for row in said[name]} - {None}
    return [f"{name}: {one} is not at Stripe" for one in sorted(ours - set(at_stripe))] + [
        f"{name}: {one} is at Stripe, and not here" for one in sorted(set(at_stripe) - ours)
    ]


def _mails(said: dict[str, list[Any]]) -> list[str]:
    """One receipt for each paid payment, and each was sent."""
    paid = sum(row["state"] == "paid" for row in said["payments"])
    receipts = [row for row in said["mails"] if row["kind"] == "receipt"]
    if len(receipts) != paid:
        return [f"{len(receipts)} receipts were mailed for {paid} paid payments"]
    return [f"mail {row['kind']} was not sent" for row in said["mails"] if not row["sent"]]
