"""How many queries each page takes, so that none grows by one unnoticed; per row they take none."""

from collections.abc import Callable
from contextlib import AbstractContextManager

from portal.context import Portal
from portal.payments.models import Payment
from portal.stripe_sync.payments import sync_payment
from tests.support.bills import Owed
from tests.support.client import PortalClient
from tests.support.people import Person
from tests.support.queries import Statements

# Who is signed in, and which patient that is.
PATIENT = 2


def test_each_page_takes_the_queries_it_is_known_for(
    portal: Portal,
    alice: Person,
    clara: Person,
    adam: Person,
    sign_in: Callable[[Person], PortalClient],
    request_bill: Callable[..., Owed],
    pay: Callable[..., Payment],
    queries: Callable[[], AbstractContextManager[Statements]],
) -> None:
    open_bill, paid_bill = request_bill(alice), request_bill(alice, "clinical-letter")
    payment = pay(paid_bill)
    sync_payment(portal, payment.id)
    known = {
        alice: {
            "/": PATIENT + 4,
            "/services": PATIENT + 3,
            "/services/video-consultation": PATIENT + 4,
            f"/bills/{open_bill.ref}": PATIENT + 4,
            f"/bills/{open_bill.ref}/pay": PATIENT + 4,
            "/payments": PATIENT + 2,
            f"/payments/{payment.ref}": PATIENT + 2,
            "/account": PATIENT,
        },
        clara: {"/clinic": 3},
        adam: {
            "/admin": 23,
            "/admin/payments": 2,
            f"/admin/payments/{payment.ref}": 10,
            "/admin/reconcile": 8,
        },
    }
    counted = {}
    for person, pages in known.items():
        client = sign_in(person)
        for page in pages:
            with queries() as sent:
                assert client.get(page).status_code == 200
            counted[person, page] = len(sent)
    assert counted == {
        (person, page): count for person, pages in known.items() for page, count in pages.items()
    }
