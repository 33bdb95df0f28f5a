"""Drawing documents, here or in a process of its own.

Drawing keeps a processor busy for a few tenths of a second, and threads share one. In the worker it
is done elsewhere, so that payments do not wait for it; `python -m portal.documents.drawing N` is
that process, which draws what comes through the socket N until it is closed.
"""

import os
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from multiprocessing.connection import Connection
from threading import Lock
from types import TracebackType
from typing import Self

# Far above the slowest document; what takes longer would take for ever.
SECONDS = 30
# Below the worker and the web server, where all of them want the processor.
NICENESS = 5


class DrawingFailed(Exception):
    """The document was not drawn, and why."""


def draw(content: dict[str, object]) -> bytes:
    """The PDF of a document's content, drawn in this process."""
    # The drawing library takes 45 MiB: only a process that draws loads it.
    from invoices.draw import draw_pdf  # noqa: PLC0415
    from invoices.model import document_from_dict  # noqa: PLC0415

    return draw_pdf(document_from_dict(content))


class DrawingProcess:
    """A process that draws one document at a time, started when first needed and again when it
    has died.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._connection: Connection | None = None

    def draw(self, content: dict[str, object]) -> bytes:
        """As `draw`. Raises DrawingFailed, also for what takes longer than SECONDS."""
        with self._lock:
            try:
                return self._ask(content)
            except (EOFError, OSError) as error:
                self.close()
                raise DrawingFailed(f"the drawing process died: {type(error).__name__}") from None

    def close(self) -> None:
        """End the process, whatever it is at."""
        if self._connection is not None:
            self._connection.close()
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        self._connection = self._process = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _ask(self, content: dict[str, object]) -> bytes:
        connection = self._connection or self._start()
        connection.send(content)
        if not connection.poll(SECONDS):
            self.close()
            raise DrawingFailed(f"not drawn within {SECONDS} s")
        answer = connection.recv()
        if isinstance(answer, bytes):
            return answer
        raise DrawingFailed(str(answer))

    def _start(self) -> Connection:
        ours, theirs = socket.socketpair()
        with theirs:
            command = [sys.executable, "-m", __name__, str(theirs.fileno())]
            self._process = subprocess.Popen(command, pass_fds=[theirs.fileno()])  # noqa: S603
        self._connection = Connection(ours.detach())
        return self._connection


def _serve(descriptor: int) -> None:
    """Draw what is sent until the other side is gone, which also ends an orphan."""
    # Ctrl-C reaches the whole group: the worker lets the document be finished.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    os.nice(NICENESS)
    with Connection(descriptor) as connection, suppress(EOFError, OSError):
        while True:
            connection.send(_drawn(connection.recv()))


def _drawn(content: dict[str, object]) -> bytes | str:
    try:
        return draw(content)
    except Exception as error:  # told to the worker, which keeps it with the row
        return f"{type(error).__name__}: {error}"


if __name__ == "__main__":
    _serve(int(sys.argv[1]))
