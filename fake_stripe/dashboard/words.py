"""What the dashboard says after a button was pressed."""

from fake_stripe.dashboard.facts import moment
from fake_stripe.documents import Document


def told(action: str, result: object) -> str:
    """How an action went, from what it answered."""
    if not isinstance(result, dict):
        return "Done."
    if "id" in result:
        return f"{_noun(result)} {result['id']}{_state(result)}."
    if "now" in result:
        return f"The clock now says {moment(result['now'])}."
    said = ", ".join(f"{name} {value}" for name, value in result.items() if value or value == 0)
    if not said:
        return "Done."
    return f"Done: {said}."


def _noun(document: Document) -> str:
    return str(document["object"]).rpartition(".")[2].replace("_", " ").capitalize()


def _state(document: Document) -> str:
    state = document.get("status") or document.get("closed_reason")
    return f" is {state}" if state else " was made"
