"""What an administrator mends about a person, and what else changes with it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from sqlalchemy import select, update

from portal.accounts.corrections import correct
from portal.accounts.details import AccountError, Details
from portal.accounts.models import RoleName, User
from portal.accounts.service import invite
from portal.audit.models import AuditRecord
from portal.context import Portal
from portal.documents.models import Document
from portal.documents.rules import DocumentKind, Lack
from portal.patients.models import Patient
from portal.payments.models import Payment
from portal.stripe_sync.payments import sync_payment
from tests.account_pages.mailbox import last_link, mails_to
from tests.account_pages.records import actions_of
from tests.support.bills import Owed
from tests.support.client import PASSWORD, PortalClient, words_of
from tests.support.people import Person

SignIn = Callable[[Person], PortalClient]
DORA = "dora@example.test"
NEW = "archer@example.test"


def invoice_of(portal: Portal, payment: Payment) -> Document:
    with portal.db.read() as session:
        wanted = select(Document).where(
            Document.kind == DocumentKind.INVOICE, Document.payment_id == payment.id
        )
        return session.scalars(wanted).one()


def correction_of(portal: Portal, person: Person) -> AuditRecord:
    with portal.db.read() as session:
        wanted = select(AuditRecord).where(
            AuditRecord.action == "user.corrected", AuditRecord.subject_ref == person.user_ref
        )
        return session.scalars(wanted).one()


def test_a_corrected_name_is_alices_on_her_pages_and_as_a_patient_and_she_stays_signed_in(
    sign_in: SignIn, portal: Portal, alice: Person
) -> None:
    browser = sign_in(alice)
    assert correct(portal, alice.email.upper(), Details(name="Alice Bowman")) == ("name",)
    assert "Alice Bowman" in words_of(browser.get("/account"))
    with portal.db.read() as session:
        assert session.get_one(Patient, alice.patient_id).name == "Alice Bowman"
    assert mails_to(portal, alice.email) == []


def test_a_corrected_currency_is_that_of_new_bills(
    sign_in: SignIn, portal: Portal, alice: Person
) -> None:
    assert correct(portal, alice.email, Details(currency="EUR")) == ("currency",)
    assert "Euros (EUR)" in words_of(sign_in(alice).get("/account"))
    assert actions_of(portal, alice.patient_ref) == ["patient.currency_changed"]


def test_a_date_of_birth_and_an_address_are_kept_with_the_patient(
    portal: Portal, alice: Person, bob: Person
) -> None:
    born, lives = date(1954, 3, 28), ("1 High Street", "Leeds LS1 1AA", "United Kingdom")
    details = Details(date_of_birth=born, address=lives)
    assert correct(portal, alice.email, details) == ("date_of_birth", "address")
    assert correction_of(portal, alice).details == {"fields": "date_of_birth address"}
    with portal.db.read() as session:
        patient = session.get_one(Patient, alice.patient_id)
        assert (patient.date_of_birth, patient.address) == (born, list(lives))
        assert session.get_one(Patient, bob.patient_id).address is None
    with pytest.raises(AccountError, match="nothing differs"):
        correct(portal, alice.email, details)


def test_an_invoice_held_back_for_a_name_is_drawn_as_soon_as_the_name_is_corrected(
    portal: Portal,
    make_person: Callable[..., Person],
    request_bill: Callable[..., Owed],
    pay: Callable[..., Payment],
    run_jobs: Callable[[], int],
) -> None:
    dora = make_person("Dora \N{GRINNING FACE} Dean", "patient")
    payment = pay(request_bill(dora))
    sync_payment(portal, payment.id)
    run_jobs()
    assert invoice_of(portal, payment).held_for is Lack.PRINTABLE_NAME
    correct(portal, dora.email, Details(name="Dora Dean"))
    run_jobs()
    invoice = invoice_of(portal, payment)
    assert (invoice.held_for, invoice.content["customer"]["name"]) == (None, "Dora Dean")
    assert invoice.stored_at is not None


@pytest.mark.parametrize(
    ("details", "due"),
    [
        (Details(name="Alice Bowman"), True),
        (Details(address=("1 High Street", "Leeds LS1 1AA")), True),
        (Details(currency="EUR", date_of_birth=date(1954, 3, 28)), False),
    ],
)
def test_only_a_correction_that_an_invoice_may_wait_for_has_hers_looked_at_again(
    portal: Portal,
    alice: Person,
    bob: Person,
    request_bill: Callable[..., Owed],
    pay: Callable[..., Payment],
    details: Details,
    due: bool,
) -> None:
    invoices = []
    for person in (alice, bob):
        payment = pay(request_bill(person))
        sync_payment(portal, payment.id)
        invoices.append(payment)
    with portal.db.write() as session:
        is_invoice = Document.kind == DocumentKind.INVOICE
        session.execute(
            update(Document).where(is_invoice).values(held_for=Lack.ADDRESS, due_at=None)
        )
    correct(portal, alice.email, details)
    hers, his = (invoice_of(portal, payment) for payment in invoices)
    assert (hers.due_at is not None, his.due_at) == (due, None)


def test_the_audit_trail_says_who_corrected_which_details_and_none_of_their_values(
    portal: Portal, alice: Person, adam: Person
) -> None:
    details = Details(name="Alice Bowman", email=NEW, currency="EUR")
    assert correct(portal, alice.email, details, adam.user_id) == ("name", "email", "currency")
    record = correction_of(portal, alice)
    assert record.user_id == adam.user_id
    assert record.details == {"fields": "name email currency"}


def test_what_is_the_same_already_is_not_called_a_change(portal: Portal, alice: Person) -> None:
    details = Details(name=alice.name, email=alice.email, currency="EUR")
    assert correct(portal, alice.email, details) == ("currency",)
    assert mails_to(portal, alice.email) == []


def test_a_corrected_address_signs_alice_out_everywhere_and_both_addresses_are_told(
    sign_in: SignIn, client: PortalClient, portal: Portal, alice: Person, bob: Person
) -> None:
    here, elsewhere, bobs = sign_in(alice), sign_in(alice), sign_in(bob)
    correct(portal, alice.email, Details(email=NEW))
    assert [here.get("/account").status_code, elsewhere.get("/account").status_code] == [303, 303]
    assert bobs.get("/account").status_code == 200
    (left,), (corrected,) = mails_to(portal, alice.email), mails_to(portal, NEW)
    assert (left.kind, corrected.kind) == ("address_left", "address_corrected")
    assert last_link(portal, NEW) == "/sign-in"
    for mail in (left, corrected):
        said = mail.subject + mail.text + mail.html
        assert alice.name not in said
    assert NEW not in left.text + left.html
    assert alice.email not in corrected.text + corrected.html
    assert client.sign_in(alice.email).status_code == 422
    assert client.sign_in(NEW).status_code == 303


def test_a_corrected_address_ends_every_link_mailed_to_the_old_one(
    sign_in: SignIn, client: PortalClient, portal: Portal, alice: Person
) -> None:
    client.submit("/forgotten-password", email=alice.email)
    forgotten = last_link(portal, alice.email)
    sign_in(alice).submit("/account/email", email="wish@example.test", current_password=PASSWORD)
    wished = last_link(portal, "wish@example.test")
    assert [client.get(link).status_code for link in (forgotten, wished)] == [200, 200]
    correct(portal, alice.email, Details(email=NEW))
    assert [client.get(link).status_code for link in (forgotten, wished)] == [404, 404]
    with portal.db.read() as session:
        assert session.get_one(User, alice.user_id).pending_email is None


def test_who_was_invited_at_a_wrong_address_is_invited_at_the_right_one(
    client: PortalClient, portal: Portal
) -> None:
    invite(portal, "dpra@example.test", RoleName.PATIENT, "Dora Dean")
    wrong = last_link(portal, "dpra@example.test")
    correct(portal, "dpra@example.test", Details(email=DORA))
    assert client.get(wrong).status_code == 404
    assert [mail.kind for mail in mails_to(portal, DORA)] == ["invitation"]
    assert client.submit(last_link(portal, DORA), new_password=PASSWORD).status_code == 303
    assert "Dora Dean" in words_of(client.get("/account"))


def test_a_clinicians_name_and_address_can_be_corrected_and_nothing_of_a_patient(
    portal: Portal, clara: Person
) -> None:
    with pytest.raises(AccountError, match="is not a patient"):
        correct(portal, clara.email, Details(name="Clara Coleman", currency="EUR"))
    with portal.db.read() as session:
        assert session.get_one(User, clara.user_id).name == "Clara Cole"
    assert correct(portal, clara.email, Details(name="Clara Coleman")) == ("name",)


@pytest.mark.parametrize(
    ("email", "details", "reason"),
    [
        ("alice@example.test", Details(name="Alice Archer"), "nothing differs"),
        ("alice@example.test", Details(), "nothing differs"),
        ("alice@example.test", Details(name="A", email="bob@example.test"), "another account"),
        ("dora@example.test", Details(name="Dora Dean"), "nobody has the address"),
        ("dora", Details(name="Dora Dean"), "correct format"),
    ],
)
def test_a_correction_that_cannot_be_made_changes_nothing(
    portal: Portal, alice: Person, bob: Person, email: str, details: Details, reason: str
) -> None:
    with pytest.raises(AccountError, match=reason) as caught:
        correct(portal, email, details)
    assert "\n" not in str(caught.value)
    with portal.db.read() as session:
        kept = session.execute(select(User.name, User.email).order_by(User.id)).all()
        assert [tuple(row) for row in kept] == [
            (alice.name, alice.email),
            (bob.name, bob.email),
        ]
        assert session.scalars(select(AuditRecord.action).distinct()).all() == ["user.created"]
    assert mails_to(portal, alice.email) + mails_to(portal, bob.email) == []


def test_an_address_given_to_two_people_at_once_becomes_that_of_one(
    portal: Portal, alice: Person, bob: Person
) -> None:
    def move(person: Person) -> str:
        try:
            return " ".join(correct(portal, person.email, Details(email=NEW)))
        except AccountError as error:
            return str(error)

    with ThreadPoolExecutor(2) as pool:
        answers = sorted(pool.map(move, (alice, bob)))
    assert answers == [f"{NEW} already has another account", "email"]
    assert len(mails_to(portal, NEW)) == 1
