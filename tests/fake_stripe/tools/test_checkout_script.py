"""The portal's scripts: the one that calls Stripe.js is judged by its official types, the other by the browser's."""

from pathlib import Path

import pytest

from tests.fake_stripe.tools.installed import ROOT, type_mistakes

SCRIPTS = ROOT / "static" / "js"
SCRIPT = SCRIPTS / "checkout.js"


def test_every_script_of_the_portal_is_well_typed(tmp_path: Path) -> None:
    scripts = sorted(SCRIPTS.glob("*.js"))
    assert SCRIPT in scripts
    assert type_mistakes(tmp_path, scripts) == []


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
