from collections.abc import Callable

import pytest

from portal.context import Portal
from portal.infrastructure import clock
from portal.payments.models import Payment
from portal.settings import Settings
from portal.stripe_sync.reconcile.run import Change, Run
from tests.cli.command import assert_one_line, portal_command
from tests.support.bills import Owed
from tests.support.offline_stripe import StripeHere
from tests.support.people import Person
from tests.support.portals import environment_of, make_portal


@pytest.fixture
def with_offline_stripe(
    settings: Settings, stripe: StripeHere, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The command's portal talks to the offline Stripe of this process."""
    monkeypatch.setattr(
        "portal.cli.start.create_portal", lambda settings: make_portal(settings, stripe)
    )


def test_it_says_what_has_changed(
    portal: Portal,
    settings: Settings,
    alice: Person,
    request_bill: Callable[..., Owed],
    pay: Callable[..., Payment],
    with_offline_stripe: None,
) -> None:
    payment = pay(request_bill(alice))
    done = portal_command(environment_of(settings), "reconcile", "--since", "2020-01-01")
    assert (done.returncode, done.stderr) == (0, "")
    assert f"{payment.ref}: open, not tried -> paid, 1 tried\n" in done.stdout
    looked = "payments 1, payments at Stripe 1, refunds 0, refunds at Stripe 0, events "
    assert f"Looked at: {looked}" in done.stdout
    again = portal_command(environment_of(settings), "reconcile")
    assert again.stdout.count("\n") == 1
    assert again.stdout.endswith("Changed: 0.\n")


@pytest.mark.parametrize("since", ["", "yesterday", "2026-13-01", "1969-01-01", "9999-12-31"])
def test_a_moment_that_is_none_is_refused(settings: Settings, since: str) -> None:
    done = portal_command(environment_of(settings), "reconcile", "--since", since)
    assert_one_line(done, "--since")


def test_ctrl_c_says_that_it_can_be_run_again(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def pressed(*arguments: object, **named: object) -> Run:
        raise KeyboardInterrupt

    monkeypatch.setattr("portal.cli.reconciling.run_once", pressed)
    done = portal_command(environment_of(settings), "reconcile")
    assert done.returncode == 1
    assert "run it again to go on" in done.stderr


def test_what_could_not_be_kept_and_what_was_refused_is_said_too(
    portal: Portal, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = Run(portal, clock.now())
    run.begin("payments")
    run.changed, run.changes = 3, [Change("PAY-1", "open", "paid")]
    run.unknown, run.refusals = ["pi_1"], ["PAY-2: invalid_request: no"]
    monkeypatch.setattr("portal.cli.reconciling.run_once", lambda *_, **__: run)
    done = portal_command(environment_of(settings), "reconcile")
    assert "PAY-1: open -> paid\nand 2 more\npi_1: ours at Stripe" in done.stdout
    assert "Stripe refused: PAY-2" in done.stderr
