from contextlib import suppress
from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from portal.accounts.rules import (
    LONGEST_PASSWORD,
    local_path,
    normalise_email,
    normalise_name,
    password_problem,
)
from portal.mail_addresses import one_address

SITE = "https://portal.example"
# What a browser drops or reads as a slash before it looks at an address (WHATWG URL, basic parser).
DROPPED = "\t\n\r"


def as_a_browser_reads(target: str) -> str:
    """The address a browser on our site would open for a redirect to `target`."""
    text = target.strip("".join(map(chr, range(0x21))))
    for character in DROPPED:
        text = text.replace(character, "")
    return urljoin(f"{SITE}/sign-in", text.replace("\\", "/"))


@given(
    st.text(alphabet=st.sampled_from("/\\.:@?#%\t\n\r\x00 evilcomhttps"), max_size=24) | st.text()
)
@example("http:///evil.com")
@example("////evil.com")
@example("/\\evil.com")
@example("/\t/evil.com")
@example("\x19//evil.com")
@example("//[")
@example("/[")
def test_nothing_that_leaves_the_site_is_a_local_path(target: str) -> None:
    path = local_path(target)
    assert path in (None, target)
    if path is not None:
        assert urlsplit(as_a_browser_reads(path)).netloc == "portal.example"


@pytest.mark.parametrize(
    "path", ["/", "/bills/BILL-1", "/payments?state=paid&q=50%25", "/p/a//b#c"]
)
def test_a_path_of_ours_is_kept(path: str) -> None:
    assert local_path(path) == path


@pytest.mark.parametrize("target", [None, "", "bills", "https://portal.example/", "/" + "a" * 3000])
def test_anything_but_a_reasonable_path_is_dropped(target: str | None) -> None:
    assert local_path(target) is None


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("short", "10 characters or more"),
        ("a" * (LONGEST_PASSWORD + 1), "128 characters or fewer"),
        ("Password123", "easy to guess"),
        ("aaaaaaaaaaaa", "easy to guess"),
        ("abcabcabcabca", "easy to guess"),
        ("1234567890", "easy to guess"),
        ("zyxwvutsrqpo", "easy to guess"),
        ("alice@example.test", "your email address"),
        ("Archer1234", "your name"),
        ("alice archer", "your name"),
    ],
)
def test_a_password_that_is_easy_to_guess_is_refused_with_the_reason(
    password: str, reason: str
) -> None:
    problem = password_problem(password, email="alice@example.test", name="Alice Archer")
    assert problem is not None
    assert reason in problem


@pytest.mark.parametrize(
    "password",
    [
        "demo-password",
        "correct horse battery",
        "päßwörter sind lang",
        "q8$Lz0!pTw",
        "archery is my only sport",
    ],
)
def test_a_password_with_no_digits_or_capitals_is_fine_when_it_is_long_and_uncommon(
    password: str,
) -> None:
    assert password_problem(password, email="alice@example.test", name="Alice Archer") is None


@given(st.emails() | st.text(max_size=80).map(lambda name: f"{name}@example.com"))
def test_an_address_that_is_taken_can_be_written_to(typed: str) -> None:
    with suppress(ValueError):
        assert one_address(normalise_email(typed)) is not None


@given(st.text(max_size=200), st.text(max_size=30), st.text(max_size=30))
def test_any_text_at_all_gets_an_answer_about_passwords(
    password: str, email: str, name: str
) -> None:
    problem = password_problem(password, email, name)
    assert problem is None or problem.startswith(("Your password must", "This password"))


@pytest.mark.parametrize("typed", [" Alice@Example.TEST ", "alice@example.test"])
def test_an_address_has_one_spelling(typed: str) -> None:
    assert normalise_email(typed, test_domains=True) == "alice@example.test"


def test_a_domain_of_other_letters_is_kept_as_mail_servers_take_it() -> None:
    for typed in ("alice@exämple.test", "alice@EXÄMPLE.test", "alice@xn--exmple-cua.test"):
        assert normalise_email(typed, test_domains=True) == "alice@xn--exmple-cua.test"


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "alice",
        "alice@",
        "a b@example.test",
        "alice@example.test\nBcc: x@example.test",
        # No mail could be written to these.
        "jörg@example.test",
        "ａlice@example.test",
        "=?utf-8?q?alice?=@example.test",
    ],
)
def test_what_is_not_an_address_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="correct format"):
        normalise_email(typed, test_domains=True)


def test_addresses_for_tests_are_refused_in_production() -> None:
    with pytest.raises(ValueError, match="correct format"):
        normalise_email("alice@example.test")


@pytest.mark.parametrize(
    "typed", ["Zoë O'Hara", "李小龍", "نوشین\u200cفر", " Zoë \t O'Hara\n", "<b>Zoë</b>"]
)
def test_a_name_is_kept_as_it_is_written_on_one_line(typed: str) -> None:
    assert normalise_name(typed) == " ".join(typed.split())


@pytest.mark.parametrize(
    "typed", ["", " \t ", "x" * 201, "Alice\x07", "Alice\x00", "\u202eecilA", "\udcff"]
)
def test_a_name_that_no_document_can_show_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="A name must"):
        normalise_name(typed)
