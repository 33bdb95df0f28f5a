import json
from collections.abc import Callable

from sqlalchemy import update

from portal.bills.models import Bill
from portal.context import Portal
from portal.settings import Settings
from tests.cli.command import assert_done, assert_one_line, portal_command
from tests.support.bills import Owed
from tests.support.people import Person
from tests.support.portals import environment_of

RequestBill = Callable[..., Owed]


def test_the_dump_is_one_object_of_lists(
    settings: Settings, alice: Person, request_bill: RequestBill
) -> None:
    bill = request_bill(alice)
    done = portal_command(environment_of(settings), "dump", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["bills"] == [
        {"ref": bill.ref, "state": "open", "total": bill.total, "currency": bill.currency}
    ]
    canonical = portal_command(environment_of(settings), "dump", "--json", "--canonical")
    assert bill.ref not in canonical.stdout


def test_a_dump_says_how_it_is_to_be_written(settings: Settings) -> None:
    assert_one_line(portal_command(environment_of(settings), "dump"), "--json")


def test_what_contradicts_itself_is_listed_with_exit_1(
    portal: Portal, settings: Settings, alice: Person, request_bill: RequestBill
) -> None:
    bill = request_bill(alice)
    assert_done(portal_command(environment_of(settings), "verify"))
    with portal.db.write() as session:
        session.execute(update(Bill).values(state="paid"))
    for extra in ((), ("--without-files",)):
        done = portal_command(environment_of(settings), "verify", *extra)
        assert (done.returncode, done.stderr) == (1, "")
        assert f"bills {bill.ref}: it is paid and has 0 paid payments\n" in done.stdout
