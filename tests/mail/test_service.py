"""Writing mails: what they say, and what cannot stand in them."""

from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import UndefinedError

from portal.accounts.corrections import correct
from portal.accounts.details import Details
from portal.context import Portal
from portal.infrastructure import clock
from portal.mail.models import Mail
from portal.mail.service import MailError, compose, render, write
from tests.mail.examples import RECEIPT, SUBJECT, rendered, unsaved_mail, write_example
from tests.support.html import elements, parse
from tests.support.people import Person
from tests.support.portals import make_settings


def test_a_written_mail_is_due_with_the_change_it_tells_of(portal: Portal) -> None:
    with portal.db.write() as session:
        mail_id = write_example(session, portal.settings).id
    with portal.db.read() as session:
        mail = session.get_one(Mail, mail_id)
        assert (mail.recipient, mail.subject, mail.sent_at) == ("alice@example.test", SUBJECT, None)
        assert mail.due_at == mail.created_at


def test_a_change_that_is_undone_writes_to_nobody(portal: Portal) -> None:
    def fail() -> None:
        with portal.db.write() as session:
            write_example(session, portal.settings)
            raise LookupError

    with pytest.raises(LookupError):
        fail()
    with portal.db.read() as session:
        assert session.query(Mail).count() == 0


def test_both_parts_say_the_same(tmp_path: Path) -> None:
    mail = rendered(make_settings(tmp_path))
    for said in (
        "£67.50",
        "12 November 2026",
        "Visa ending 4242",
        "PAY-TESTREFERENCE000",
        "https://pay.clinic.example/r/token-of-the-link",
        "11 January 2027",
        "office@clinic.example",
        "Riverside Clinic",
    ):
        assert said in mail["text"]
        assert said in mail["html"]


def test_a_method_that_is_not_known_leaves_no_gap(tmp_path: Path) -> None:
    mail = rendered(make_settings(tmp_path), method=None)
    assert "Paid with" not in mail["text"] + mail["html"]
    assert "None" not in mail["text"] + mail["html"]


def test_styles_stand_in_the_elements_and_dark_mode_in_the_head(tmp_path: Path) -> None:
    html = rendered(make_settings(tmp_path))["html"]
    tree, problems = parse(html)
    assert problems == []
    styles = {element.get("class"): element.get("style") or "" for element in elements(tree, "td")}
    assert "background-color: #ffffff" in styles["card"]
    [style] = elements(tree, "style")
    assert (style.text or "").count("@media (prefers-color-scheme: dark)") == 1


def test_nothing_in_a_mail_is_fetched_from_anywhere(tmp_path: Path) -> None:
    tree, _ = parse(rendered(make_settings(tmp_path))["html"])
    for name in ("img", "link", "script", "iframe"):
        assert list(elements(tree, name)) == []
    assert "url(" not in rendered(make_settings(tmp_path))["html"]


def test_what_a_person_typed_is_text_in_html_and_in_plain_text(tmp_path: Path) -> None:
    mail = rendered(make_settings(tmp_path), method="<b>&")
    assert "&lt;b&gt;&amp;" in mail["html"]
    assert "<b>&" in mail["text"]


def test_a_template_that_lacks_something_is_an_error(tmp_path: Path) -> None:
    without_reference = {name: value for name, value in RECEIPT.items() if name != "reference"}
    with pytest.raises(UndefinedError):
        render(make_settings(tmp_path), "receipt", subject=SUBJECT, **without_reference)


def test_a_message_is_the_same_each_time_it_is_made(tmp_path: Path) -> None:
    settings = make_settings(tmp_path)
    mail = unsaved_mail(settings)
    first, second = compose(settings, mail), compose(settings, mail)
    assert first["Message-ID"] == second["Message-ID"] == "<MAIL-TESTREFERENCE000@clinic.example>"
    assert first["Date"] == second["Date"]
    assert parsedate_to_datetime(first["Date"]) == mail.created_at.replace(microsecond=0)


def test_a_message_asks_machines_not_to_answer_and_people_to_answer_the_office(
    tmp_path: Path,
) -> None:
    settings = make_settings(tmp_path)
    message = compose(settings, unsaved_mail(settings))
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Reply-To"] == "office@clinic.example"


def test_an_office_with_a_telephone_is_not_an_address_to_reply_to(tmp_path: Path) -> None:
    settings = make_settings(tmp_path, office_contact="020 7946 0000")
    assert compose(settings, unsaved_mail(settings))["Reply-To"] is None


@pytest.mark.parametrize("line_end", ["\n", "\r", "\r\n", "\x0b", "\x85", "\u2028", "\x00"])
def test_a_second_header_cannot_be_slipped_into_a_subject(line_end: str, portal: Portal) -> None:
    subject = f"Receipt{line_end}Bcc: bob@example.test"
    with portal.db.write() as session, pytest.raises(MailError):
        write(session, portal.settings, "receipt", "alice@example.test", subject, **RECEIPT)


@pytest.mark.parametrize(
    "recipient",
    [
        "",
        "alice",
        "@example.test",
        "alice@",
        "alice@example.test, bob@example.test",
        "alice@example.test\nBcc: bob@example.test",
        "Alice <alice@example.test>",
        "alice@example.test\x00",
        f"{'a' * 250}@example.test",
    ],
)
def test_a_mail_goes_to_exactly_one_address(recipient: str, portal: Portal) -> None:
    with portal.db.write() as session, pytest.raises(MailError):
        write(session, portal.settings, "receipt", recipient, SUBJECT, **RECEIPT)


@given(text=st.text(max_size=60))
def test_no_seller_name_and_no_subject_adds_a_header(
    text: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    settings = make_settings(tmp_path_factory.getbasetemp(), seller_name=text)
    message = compose(settings, unsaved_mail(settings))
    assert sorted(message.keys()) == sorted(
        [
            "From",
            "To",
            "Reply-To",
            "Subject",
            "Date",
            "Message-ID",
            "Auto-Submitted",
            "MIME-Version",
            "Content-Type",
        ]
    )
    assert b"\nBcc:" not in message.as_bytes()


def test_what_waits_for_an_address_that_was_corrected_goes_to_the_new_one(
    portal: Portal, alice: Person
) -> None:
    """A receipt must not reach a stranger; a dead link to an account may stay where it was."""
    with portal.db.write() as session:
        receipt = write_example(session, portal.settings, alice.email)
        receipt.subject_ref = "PAY-TESTREFERENCE000"
        link = write_example(session, portal.settings, alice.email)
        sent = write_example(session, portal.settings, alice.email)
        sent.subject_ref, sent.sent_at = "PAY-TESTREFERENCE001", clock.now()
        session.flush()
        ids = [receipt.id, link.id, sent.id]
    correct(portal, alice.email, Details(email="alice.archer@example.test"))
    with portal.db.read() as session:
        recipients = [session.get_one(Mail, mail_id).recipient for mail_id in ids]
    assert recipients == ["alice.archer@example.test", alice.email, alice.email]
