"""Kept in a file: a restart, even a violent one, forgets nothing that was answered."""

import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
import requests
import stripe

from fake_stripe.clock import DAY, Clock
from fake_stripe.core import OfflineStripe
from fake_stripe.documents import Document
from fake_stripe.in_process import InProcessClient
from fake_stripe.runtime.session import Session
from tests.fake_stripe.conftest import START, Inbox
from tests.fake_stripe.payments import pay
from tests.support.servers import (
    START_SECONDS,
    STOP_SECONDS,
    Program,
    free_port,
    strict_stripe,
)

NOWHERE = ("--webhook-url", "http://127.0.0.1:9/", "--webhook-secret", "whsec_x")


@contextmanager
def _serving(folder: Path, port: int) -> Iterator[Program]:
    command = strict_stripe(port, *NOWHERE, "--state", str(folder / "state"))
    program = Program("offline Stripe", command, {"PATH": "/usr/bin:/bin"}, folder / "log")
    program.start()
    try:
        program.await_answer(f"http://127.0.0.1:{port}/_control/health")
        yield program
    finally:
        program.stop()


def _client(port: int) -> stripe.StripeClient:
    return stripe.StripeClient(
        "sk_test_clinic", base_addresses={"api": f"http://127.0.0.1:{port}"}, max_network_retries=0
    )


def test_a_killed_server_starts_again_where_it_was(tmp_path: Path) -> None:
    port = free_port()
    with _serving(tmp_path, port) as program:
        intent = pay(_client(port))
        requests.post(
            f"http://127.0.0.1:{port}/_control/clock/advance", json={"seconds": 86400}, timeout=5
        )
        program.stop(signal.SIGKILL)

    with _serving(tmp_path, port):
        client = _client(port)
        found = client.v1.payment_intents.retrieve(intent.id, {"expand": ["latest_charge"]})
        assert found.status == "succeeded"
        assert isinstance(found.latest_charge, stripe.Charge)
        assert client.v1.customers.create().created >= found.created + 86400


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_server_told_to_end_does_so_at_once_whoever_waits(
    number: signal.Signals, tmp_path: Path
) -> None:
    port = free_port()
    with (
        _serving(tmp_path, port) as program,
        socket.create_connection(("127.0.0.1", port)) as client,
    ):
        fault = {"kind": "timeout", "match": "GET /v1/customers"}
        requests.post(f"http://127.0.0.1:{port}/_control/faults", json=fault, timeout=5)
        client.sendall(b"GET /v1/customers HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert program.process is not None
        program.process.send_signal(number)

        assert program.process.wait(STOP_SECONDS) == 0
        assert sorted(file.name for file in tmp_path.iterdir()) == ["log", "state"]
        assert "ERROR" not in program.log.read_text()


def test_keys_events_and_tasks_outlive_a_restart(tmp_path: Path) -> None:
    state = str(tmp_path / "stripe.sqlite3")
    before = OfflineStripe(
        "http://clinic.test/", "whsec_clinic", state=state, sender=Inbox(status=500)
    )
    client = stripe.StripeClient("sk_test_clinic", http_client=InProcessClient(before))
    intent = client.v1.payment_intents.create(
        {"amount": 5000, "currency": "gbp"}, {"idempotency_key": "k"}
    )
    charge = str(pay(client).latest_charge)
    before.store.close()

    after = OfflineStripe(
        "http://clinic.test/", "whsec_clinic", state=state, sender=(inbox := Inbox())
    )
    client = stripe.StripeClient("sk_test_clinic", http_client=InProcessClient(after))
    replayed = client.v1.payment_intents.create(
        {"amount": 5000, "currency": "gbp"}, {"idempotency_key": "k"}
    )
    after.run_due()

    assert replayed.id == intent.id
    assert inbox.types.count("payment_intent.created") == 2
    assert client.v1.charges.retrieve(charge).balance_transaction is not None


def test_a_server_killed_during_a_leap_of_the_clock_is_where_it_had_come_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = str(tmp_path / "stripe.sqlite3")
    before = OfflineStripe(state=state)
    pay(stripe.StripeClient("sk_test_clinic", http_client=InProcessClient(before)))
    before.run_due()

    def killed(session: Session, payout: Document) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("fake_stripe.rules.payouts.arrive", killed)
        with pytest.raises(KeyboardInterrupt):
            before.advance(30 * 86400)
    before.close()

    after = OfflineStripe(state=state)
    client = stripe.StripeClient("sk_test_clinic", http_client=InProcessClient(after))
    (payout,) = client.v1.payouts.list().data
    assert payout.status == "in_transit"
    assert payout.created <= client.v1.customers.create().created < payout.created + 3 * 86400

    after.advance(30 * 86400)
    assert client.v1.payouts.retrieve(payout.id).status == "paid"


@pytest.mark.parametrize("come_to", [400, 0])
def test_a_clock_that_began_in_the_past_goes_on_where_it_had_come_to(
    come_to: int, tmp_path: Path
) -> None:
    state = str(tmp_path / "stripe.sqlite3")
    before = OfflineStripe(state=state, clock=Clock(START))
    account = before.accounts.of("clinic")
    before.begin(700 * DAY, account)
    before.advance((700 - come_to) * DAY, account)
    before.close()

    after = OfflineStripe(state=state, clock=Clock(START))
    client = stripe.StripeClient("sk_test_clinic", http_client=InProcessClient(after))
    assert client.v1.customers.create().created == START - come_to * DAY
    after.close()


def test_the_server_answers_on_loopback_only(tmp_path: Path) -> None:
    port = free_port()
    with _serving(tmp_path, port):
        sockets = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
        listening = [
            fields[1]
            for fields in sockets
            if fields[3] == "0A" and fields[1].endswith(f":{port:04X}")
        ]
        assert listening == [f"0100007F:{port:04X}"]


def test_the_server_has_a_page_for_people_and_an_error_for_the_lost(tmp_path: Path) -> None:
    port = free_port()
    with _serving(tmp_path, port):
        assert "No money moves" in requests.get(f"http://127.0.0.1:{port}/", timeout=5).text
        lost = requests.get(
            f"http://127.0.0.1:{port}/nothing", auth=("sk_test_clinic", ""), timeout=5
        )
        assert "Unrecognized request URL (GET: /nothing)" in lost.json()["error"]["message"]


def test_a_connection_can_be_cut_under_a_client(tmp_path: Path) -> None:
    port = free_port()
    with _serving(tmp_path, port):
        fault = {"kind": "unreachable", "match": "GET /v1/customers"}
        requests.post(f"http://127.0.0.1:{port}/_control/faults", json=fault, timeout=5)
        with pytest.raises(stripe.APIConnectionError):
            _client(port).v1.customers.list()
        assert _client(port).v1.customers.list().data == []


def _refused(*options: str) -> str:
    """The one line with which the command says why it does not serve."""
    command = [sys.executable, "-m", "fake_stripe", *options]
    run = subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=START_SECONDS
    )
    assert run.returncode == 2
    (line,) = run.stderr.splitlines()
    return line


def _state_of(kind: str, folder: Path) -> Path:
    file = folder / "state"
    if kind == "text":
        file.write_text("Dear Stripe, " * 1000)
    elif kind == "another program's database":
        with closing(sqlite3.connect(file)) as connection:
            connection.execute("CREATE TABLE patients (name TEXT)")
    elif kind == "a folder":
        file.mkdir()
    elif kind == "in no folder":
        return folder / "none" / "state"
    elif kind == "cut short":
        whole = OfflineStripe(state=str(file))
        with whole.store.transaction():
            whole.store.insert_many(
                "clinic", [whole.session("clinic").draft("customer") for _ in range(500)]
            )
        whole.close()
        file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    return file


def test_a_state_of_an_earlier_version_knows_which_events_have_yet_to_arrive(
    tmp_path: Path,
) -> None:
    file = str(tmp_path / "state")
    before = OfflineStripe("http://clinic.test/", state=file)
    client = stripe.StripeClient("sk_test_clinic", http_client=InProcessClient(before))
    client.v1.customers.create()
    before.close()
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("UPDATE objects SET status = NULL")

    after = OfflineStripe("http://clinic.test/", state=file)
    client = stripe.StripeClient("sk_test_clinic", http_client=InProcessClient(after))
    undelivered = client.v1.events.list({"delivery_success": False}).data
    after.close()

    assert [event.type for event in undelivered] == ["customer.created"]


@pytest.mark.parametrize(
    "kind", ["text", "another program's database", "a folder", "in no folder", "cut short"]
)
def test_a_state_that_cannot_be_used_is_refused_in_one_line(kind: str, tmp_path: Path) -> None:
    file = _state_of(kind, tmp_path)
    before = file.read_bytes() if file.is_file() else None

    line = _refused("--port", str(free_port()), "--state", str(file))

    assert line.startswith(f"fake_stripe: error: {file} cannot keep the state: ")
    assert before == (file.read_bytes() if file.is_file() else None)


def test_a_state_is_used_by_one_server_at_a_time(tmp_path: Path) -> None:
    file = str(tmp_path / "state")
    first = OfflineStripe(state=file)

    assert "another server is using it" in _refused("--port", str(free_port()), "--state", file)

    first.close()
    OfflineStripe(state=file).close()


def test_a_port_in_use_is_refused_in_one_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert _refused("--port", str(port)) == f"fake_stripe: error: port {port} is in use"


def _status_of_one_more(client: stripe.StripeClient) -> int | None:
    try:
        client.v1.customers.create({"metadata": {"much": "x" * 500}}, {"max_network_retries": 0})
    except stripe.APIError as error:
        return error.http_status
    return 200


def test_a_full_disk_loses_nothing_that_was_answered(
    client: stripe.StripeClient, offline: OfflineStripe
) -> None:
    customer = client.v1.customers.create()
    (pages,) = offline.store.rows("PRAGMA page_count")
    offline.store.rows(f"PRAGMA max_page_count = {pages[0]}")
    statuses = {_status_of_one_more(client) for _ in range(100)}
    assert statuses == {200, 500}

    offline.store.rows("PRAGMA max_page_count = 100000")
    kept = client.v1.customers.list({"limit": 100}).data
    client.v1.customers.create()

    assert customer.id in {found.id for found in kept}
    assert len(client.v1.customers.list({"limit": 100}).data) == len(kept) + 1


@pytest.mark.parametrize(
    "options",
    [
        ["--port", "0"],
        ["--port", "x"],
        ["--port", "1234", "--webhook-url", "ftp://x"],
        ["--port", "1234", "--webhook-url", "http://["],
        ["--ports", "1234"],
    ],
)
def test_options_that_cannot_be_are_refused_in_one_line(options: list[str]) -> None:
    command = [sys.executable, "-m", "fake_stripe", *options]
    run = subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=START_SECONDS
    )

    assert run.returncode == 2
    assert "error:" in run.stderr.splitlines()[-1]
    assert "Traceback" not in run.stderr
