"""The test client's rules catch what they are for."""

import pytest

from tests.support.page_rules import broken_rules

HEADERS = {
    "Content-Security-Policy": "script-src 'nonce-n1'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cache-Control": "no-store",
}
GOOD = (
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Bill</title>'
    '<script nonce="n1" src="/a.js"></script></head><body><main><h1>Bill</h1>'
    '<form method="post" action="/pay"><input type="hidden" name="csrf_token" value="t">'
    '<label for="email">Email</label><input id="email" name="email"><button>Pay</button></form>'
    "</main></body></html>"
)


def test_a_good_page_breaks_no_rule() -> None:
    assert broken_rules(GOOD, HEADERS, whole=True) == []


@pytest.mark.parametrize(
    ("good", "bad", "said"),
    [
        ('lang="en"', "", "no language"),
        ("<title>Bill", "<title>", "no title"),
        ("<h1>Bill</h1>", "", "0 h1"),
        ("<h1>Bill</h1>", "<h1>Bill</h1><h1>Again</h1>", "2 h1"),
        ("<h1>Bill</h1>", "<h1>Bill</h1><h3>Lines</h3>", "jumps from h1 to h3"),
        ("<main>", "<div>", "main landmark"),
        ('nonce="n1"', 'nonce="n2"', "nonce"),
        ('nonce="n1"', "", "nonce"),
        ("<h1>", '<h1 id="email">', "stands 2 times"),
        ('for="email"', 'for="mail"', "not there"),
        ('for="email"', "", "no label"),
        ("<button>Pay</button>", "<button></button>", "no words"),
        ('name="csrf_token"', 'name="token"', "no CSRF token"),
        ('method="post"', 'method="get"', "into the address"),
        (' action="/pay"', "", "no action"),
        ("<h1>", '<h1 style="color: red">', "style"),
        ("<h1>", '<h1 onclick="pay()">', "onclick"),
        ("<h1>", "<style>h1{}</style><h1>", "style"),
        ("<h1>", '<img src="/a.png"><h1>', "alternative"),
        ("<h1>", '<a href="/"></a><h1>', "no words"),
        ("<h1>", '<a href="javascript:pay()">Pay</a><h1>', "javascript"),
        ("</form>", "</form></span>", "invalid HTML"),
    ],
)
def test_a_broken_page_is_caught(good: str, bad: str, said: str) -> None:
    assert good in GOOD
    broken = broken_rules(GOOD.replace(good, bad, 1), HEADERS, whole=True)
    assert any(said in rule for rule in broken), broken


@pytest.mark.parametrize("name", sorted(HEADERS))
def test_a_missing_header_is_caught(name: str) -> None:
    headers = {key: value for key, value in HEADERS.items() if key != name}
    assert broken_rules(GOOD, headers, whole=True)


def test_an_unsafe_policy_is_caught() -> None:
    headers = HEADERS | {"Content-Security-Policy": "script-src 'nonce-n1' 'unsafe-inline'"}
    assert broken_rules(GOOD, headers, whole=True) == [
        "the content security policy allows something unsafe"
    ]


def test_a_partial_needs_no_frame() -> None:
    assert broken_rules('<p id="total">£1.00</p>', {}, whole=False) == []
