from collections.abc import Callable
from datetime import timedelta

from portal.context import Portal
from tests.account_pages.mailbox import mails_to
from tests.support.client import PortalClient, words_of
from tests.support.people import Person
from tests.support.portals import Clock


def test_guessing_a_password_is_stopped_for_a_while(
    new_client: Callable[[], PortalClient], alice: Person, bob: Person, clock: Clock
) -> None:
    guesser = new_client()
    assert [guesser.sign_in(alice.email, f"guess number {n}").status_code for n in range(10)] == [
        422
    ] * 10
    answer = guesser.sign_in(alice.email)
    assert answer.status_code == 429
    assert "wait for a few minutes" in words_of(answer)
    assert new_client().sign_in("ALICE@example.test").status_code == 429, (
        "another spelling is the same address"
    )
    assert new_client().sign_in(bob.email).status_code == 303
    clock.advance(timedelta(minutes=16))
    assert new_client().sign_in(alice.email).status_code == 303


def test_signing_in_well_is_never_limited(
    sign_in: Callable[[Person], PortalClient], alice: Person
) -> None:
    for _ in range(12):
        sign_in(alice)


def test_nobody_can_fill_alices_mailbox(
    client: PortalClient, portal: Portal, alice: Person
) -> None:
    answers = [
        client.submit("/forgotten-password", email=alice.email).status_code for _ in range(6)
    ]
    assert answers == [303] * 5 + [429]
    assert len(mails_to(portal, alice.email)) == 5
