"""The portal's checkout script, judged by the official types of Stripe.js."""

from pathlib import Path

import pytest

from tests.fake_stripe.tools.installed import ROOT, type_mistakes

SCRIPT = ROOT / "static" / "js" / "checkout.js"


def test_the_checkout_script_calls_stripe_js_as_stripe_types_it(tmp_path: Path) -> None:
    assert type_mistakes(tmp_path, [SCRIPT]) == []


@pytest.mark.parametrize(
    ("right", "wrong", "mistake"),
    [
        ("return_url:", "returnUrl:", "returnUrl"),
        ('mode: "billing"', 'mode: "home"', "No overload matches this call"),
        ("elements.submit()", "elements.send()", "send"),
        ("amount: Number(amount)", "amount", "string"),
        ('create("payment"', 'create("wallet"', "wallet"),
    ],
)
def test_a_mistaken_call_would_be_found(right: str, wrong: str, mistake: str, tmp_path: Path) -> None:
    script = SCRIPT.read_text()
    assert right in script
    spoilt = tmp_path / "checkout.js"
    spoilt.write_text(script.replace(right, wrong))

    assert any(mistake in line for line in type_mistakes(tmp_path, [spoilt]))
