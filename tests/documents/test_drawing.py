"""Drawing in a process of its own: the same document, and whatever happens there stays there."""

import os
import signal
from collections.abc import Callable, Iterator

import pytest

from portal.context import Portal
from portal.documents import drawing
from portal.documents.drawing import DrawingFailed, DrawingProcess, draw
from portal.documents.service import stored_bytes
from portal.effects.jobs import kind_drawn_by
from portal.infrastructure import clock
from portal.jobs import run_due
from tests.support.documents import Issued, stored_invoice


@pytest.fixture
def process() -> Iterator[DrawingProcess]:
    with DrawingProcess() as started:
        yield started


def pid_of(process: DrawingProcess) -> int:
    assert process._process is not None
    return process._process.pid


def test_a_document_drawn_apart_is_the_one_drawn_here(
    portal: Portal, issue: Callable[..., Issued], process: DrawingProcess
) -> None:
    issued = issue()
    content = stored_invoice(portal, issued.invoice_id).content
    assert run_due(portal, [kind_drawn_by(process.draw)], clock.now()) == 2
    assert stored_bytes(portal, stored_invoice(portal, issued.invoice_id)) == draw(content)


def test_a_document_that_cannot_be_drawn_says_why_and_the_process_goes_on(
    process: DrawingProcess, portal: Portal, issue: Callable[..., Issued]
) -> None:
    with pytest.raises(DrawingFailed, match="Error"):
        process.draw({"number": 7})
    first = pid_of(process)
    process.draw(stored_invoice(portal, issue().invoice_id).content)
    assert pid_of(process) == first


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSEGV])
def test_a_process_that_died_is_started_again(
    number: signal.Signals, process: DrawingProcess, portal: Portal, issue: Callable[..., Issued]
) -> None:
    content = stored_invoice(portal, issue().invoice_id).content
    process.draw(content)
    first = pid_of(process)
    os.kill(first, number)
    with pytest.raises(DrawingFailed, match="died"):
        process.draw(content)
    assert process.draw(content).startswith(b"%PDF")
    assert pid_of(process) != first


def test_a_document_that_would_take_for_ever_is_given_up(
    process: DrawingProcess,
    portal: Portal,
    issue: Callable[..., Issued],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    content = stored_invoice(portal, issue().invoice_id).content
    process.draw(content)
    os.kill(pid_of(process), signal.SIGSTOP)
    monkeypatch.setattr(drawing, "SECONDS", 0.1)
    with pytest.raises(DrawingFailed, match="within"):
        process.draw(content)
    monkeypatch.undo()
    assert process.draw(content).startswith(b"%PDF")


def test_what_ends_the_worker_lets_the_document_be_finished(
    process: DrawingProcess, portal: Portal, issue: Callable[..., Issued]
) -> None:
    content = stored_invoice(portal, issue().invoice_id).content
    process.draw(content)
    for number in (signal.SIGINT, signal.SIGTERM):
        os.kill(pid_of(process), number)
    assert process.draw(content).startswith(b"%PDF")


def test_no_process_is_left_when_its_worker_is_gone(
    process: DrawingProcess, portal: Portal, issue: Callable[..., Issued]
) -> None:
    process.draw(stored_invoice(portal, issue().invoice_id).content)
    assert process._connection is not None
    assert process._process is not None
    # All that a worker killed outright leaves behind.
    process._connection.close()
    assert process._process.wait(30) == 0
