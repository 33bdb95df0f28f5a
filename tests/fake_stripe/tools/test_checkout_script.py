"""The portal's scripts, judged by the types of Stripe.js and of the browser."""

import re
from pathlib import Path

from tests.fake_stripe.tools.installed import ROOT, type_mistakes

SCRIPTS = ROOT / "static" / "js"
SCRIPT = SCRIPTS / "checkout.js"


def test_every_script_of_the_portal_is_well_typed(tmp_path: Path) -> None:
    scripts = sorted(SCRIPTS.glob("*.js"))
    assert SCRIPT in scripts
    assert type_mistakes(tmp_path, scripts) == []


MISTAKEN = [
    ("return_url:", "returnUrl:", "returnUrl"),
    ('layout: "tabs"', 'layout: "shelf"', "No overload matches this call"),
    ("elements.submit()", "elements.send()", "send"),
    ("amount: Number(amount)", "amount", "string"),
    ('create("payment"', 'create("wallet"', "wallet"),
]


def test_a_mistaken_call_would_be_found(tmp_path: Path) -> None:
    script = SCRIPT.read_text()
    spoilt = [tmp_path / f"spoilt{place}.js" for place in range(len(MISTAKEN))]
    for file, (right, wrong, _) in zip(spoilt, MISTAKEN, strict=True):
        assert right in script
        file.write_text(script.replace(right, wrong))

    # The lines of a mistake after its first are indented.
    found = re.split(r"\n(?=\S)", "\n".join(type_mistakes(tmp_path, spoilt)))

    for file, (_, _, mistake) in zip(spoilt, MISTAKEN, strict=True):
        assert any(file.name in words and mistake in words for words in found), mistake
