from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import product
from threading import Barrier

import pytest

from portal.context import Portal
from tests.account_pages.mailbox import mails_to
from tests.support.client import PortalClient, words_of
from tests.support.people import Person, add_person
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


DOMAINS = ["bücher.example", "BÜCHER.Example", "xn--bcher-kva.example", "bu\u0308cher.example"]
DOMAINS += ["\uff42ücher.example", "bücher\u3002example"]
SPELLINGS = [
    f"{before}{name}@{domain}{after}"
    for before, name, domain, after in product(
        ["", "\u00a0"], ["dora", "Dora", "DORA", "dORa"], DOMAINS, ["", " "]
    )
]


@pytest.fixture
def dora(portal: Portal) -> Person:
    """A patient whose address can be spelled in many ways."""
    return add_person(portal, "Dora Dean", "dora@xn--bcher-kva.example", "patient")


def test_however_an_address_is_spelled_it_gets_five_mails(
    client: PortalClient, portal: Portal, dora: Person
) -> None:
    assert len(set(SPELLINGS)) == 96
    answers = [
        client.submit("/forgotten-password", email=spelling).status_code for spelling in SPELLINGS
    ]
    assert answers == [303] * 5 + [429] * (len(SPELLINGS) - 5)
    assert len(mails_to(portal, dora.email)) == 5


def test_however_an_address_is_spelled_its_password_is_guessed_ten_times(
    client: PortalClient, dora: Person
) -> None:
    answers = [client.sign_in(spelling, "wrong password").status_code for spelling in SPELLINGS]
    assert answers == [422] * 10 + [429] * (len(SPELLINGS) - 10)


def test_guesses_made_all_at_once_are_no_more_than_those_made_in_turn(
    new_client: Callable[[], PortalClient], alice: Person
) -> None:
    browsers = [new_client() for _ in range(40)]
    pages = [browser.get("/sign-in") for browser in browsers]
    together = Barrier(len(browsers))

    def guess(number: int) -> int:
        together.wait()
        filled = {"email": alice.email, "password": f"guess number {number}"}
        return browsers[number].submit(pages[number], **filled).status_code

    with ThreadPoolExecutor(len(browsers)) as pool:
        answers = Counter(pool.map(guess, range(len(browsers))))
    assert answers.keys() == {422, 429}
    assert answers[422] <= 10


def test_guesses_from_any_address_of_one_ipv6_network_count_together(
    new_client: Callable[[], PortalClient], alice: Person
) -> None:
    def guess(address: str) -> int:
        browser = new_client()
        browser.environ_base["REMOTE_ADDR"] = address
        return browser.sign_in(alice.email, "wrong password").status_code

    assert [guess(f"2001:db8::{number:x}") for number in range(1, 12)] == [422] * 10 + [429]
    assert guess("2001:db8:0:1::1") == 422


def test_somebody_who_gets_it_right_is_not_counted_and_wrong_tries_stay_counted(
    new_client: Callable[[], PortalClient], alice: Person
) -> None:
    wrong_and_right = [
        (
            new_client().sign_in(alice.email, "wrong").status_code,
            new_client().sign_in(alice.email).status_code,
        )
        for _ in range(9)
    ]
    assert wrong_and_right == [(422, 303)] * 9
    assert new_client().sign_in(alice.email, "wrong").status_code == 422
    assert new_client().sign_in(alice.email).status_code == 429
