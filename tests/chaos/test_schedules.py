"""Webhooks alone and reconcile alone come to the same: what Stripe says."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from portal.context import Portal
from portal.models import Base
from tests.chaos.run import divergences
from tests.chaos.schedule import Deed, Moment, Trouble, draw, everything
from tests.support.offline_stripe import StripeHere
from tests.support.portals import make_portal, make_settings


class NewPortals:
    """Each portal on the test's database, emptied, with an offline Stripe of its own."""

    def __init__(self, folder: Path, database_url: str) -> None:
        self._settings = make_settings(folder, database_url)

    @contextmanager
    def __call__(self) -> Iterator[tuple[Portal, StripeHere]]:
        stripe = StripeHere()
        portal = make_portal(self._settings, stripe)
        with portal.db.write() as session:
            for table in reversed(Base.metadata.sorted_tables):
                session.execute(table.delete())
        yield portal, stripe
        assert stripe.server.complaints == []
        portal.db.engine.dispose()


@pytest.fixture
def new_portal(database_url: str, tmp_path: Path, quick_passwords: None) -> NewPortals:
    return NewPortals(tmp_path, database_url)


def test_every_story_comes_to_the_same_without_a_single_webhook(new_portal: NewPortals) -> None:
    assert divergences(everything(), new_portal) == []


@pytest.mark.parametrize("first", range(0, 40, 10))
def test_random_schedules_do_too(first: int, new_portal: NewPortals) -> None:
    for seed in range(first, first + 10):
        assert (seed, divergences(draw(seed), new_portal)) == (seed, [])


def test_a_seed_always_gives_the_same_schedule_and_schedules_have_everything() -> None:
    many = [draw(seed) for seed in range(300)]
    assert many == [draw(seed) for seed in range(300)]
    happened = {step.deed for schedule in many for step in schedule.steps}
    assert happened == {*Deed, *Trouble, *Moment}


def _nothing(portal: Portal, passes: object) -> None:
    """In place of reconcile."""


def test_a_run_that_reconciles_nothing_is_caught(
    new_portal: NewPortals, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The comparison can fail."""
    monkeypatch.setattr("tests.chaos.player.reconcile", _nothing)
    found = divergences(everything(), new_portal)
    assert any(one.startswith("reconcile: payment ") for one in found)
    assert not any(one.startswith("webhooks: ") for one in found)
