"""The mails about payments: what they say, and above all what they do not."""

from portal.context import Portal
from portal.documents.service import create_receipt_link
from portal.effects.mails import write_receipt
from portal.mail.models import Mail
from portal.patient.receipts.queries import LinkState, open_receipt
from tests.support.documents import add_paid_bill, add_patient


def receipt_of_alice(portal: Portal) -> Mail:
    with portal.db.write() as session:
        _, payment = add_paid_bill(session, add_patient(session, "Alice Archer").id)
        link = create_receipt_link(session, payment.id)
        return write_receipt(session, portal.settings, payment, link, "alice@example.test")


def test_the_receipt_says_how_much_when_and_how(portal: Portal) -> None:
    mail = receipt_of_alice(portal)
    assert mail.subject == "Receipt for your payment of £64.00"
    for said in ("£64.00", "Visa ending 4242", "PAY-", "Riverside Clinic", "office@clinic.example"):
        assert said in mail.text
        assert said in mail.html


def test_the_receipt_says_neither_for_whom_nor_for_what(portal: Portal) -> None:
    mail = receipt_of_alice(portal)
    for unsaid in ("Alice", "Archer", "letter", "Advice", "Health", "BILL-"):
        assert unsaid.lower() not in (mail.subject + mail.text + mail.html).lower()


def test_the_link_in_the_receipt_opens_it(portal: Portal) -> None:
    mail = receipt_of_alice(portal)
    [address] = [line for line in mail.text.splitlines() if line.startswith("http")]
    assert address.startswith(f"{portal.settings.public_base_url}/r/")
    assert f'href="{address}"' in mail.html
    with portal.db.read() as session:
        opened = open_receipt(session, portal.settings, address.rpartition("/")[2])
    assert opened.state is LinkState.OPEN
