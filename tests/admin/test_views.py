"""What an administrator is shown: whatever does not come right by itself."""

from collections.abc import Callable

from portal.context import Portal
from portal.jobs import ATTEMPTS_BEFORE_ATTENTION
from portal.mail.models import Mail
from portal.mail.service import write
from portal.payments import service
from tests.support.bills import Owed, started
from tests.support.client import PortalClient, words_of
from tests.support.people import Person

SignIn = Callable[[Person], PortalClient]


def test_nothing_needs_attention_at_first(adam: Person, sign_in: SignIn) -> None:
    assert "Nothing needs attention" in words_of(sign_in(adam).get("/admin"))


def test_a_payment_held_for_review_stands_there_with_its_reason(
    portal: Portal, alice: Person, adam: Person, sign_in: SignIn, request_bill: Callable[..., Owed]
) -> None:
    bill = request_bill(alice)
    payment = started(portal, bill)
    assert payment.stripe_id is not None
    portal.gateway._client.v1.payment_intents.update(payment.stripe_id, {"amount": bill.total - 1})
    service.refresh(portal, payment.id)
    words = words_of(sign_in(adam).get("/admin"))
    assert payment.ref in words
    assert "the bill says" in words
    assert alice.name not in words


def test_a_mail_that_keeps_failing_stands_there_until_it_is_sent(portal: Portal, adam: Person, sign_in: SignIn) -> None:
    with portal.db.write() as session:
        mail = write(
            session, portal.settings, "password_changed", "gone@example.test", "Your password was changed", url="/"
        )
        mail.attempts = ATTEMPTS_BEFORE_ATTENTION
        mail.last_error = "SMTPRecipientsRefused: 550"
        session.flush()
        mail_id, ref = mail.id, mail.ref
    client = sign_in(adam)
    words = words_of(client.get("/admin"))
    assert ref in words
    assert "550" in words
    assert "gone@example.test" not in words
    with portal.db.write() as session:
        session.get_one(Mail, mail_id).finish()
    assert ref not in words_of(client.get("/admin"))


def test_alice_and_clara_do_not_learn_that_there_is_such_a_page(alice: Person, clara: Person, sign_in: SignIn) -> None:
    for person in (alice, clara):
        assert sign_in(person).get("/admin").status_code == 404
