"""Peers that hang: one that takes connections and never says a word, one that takes none."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass


@dataclass(frozen=True)
class Peer:
    """Where it listens on this machine."""

    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def silent_peer() -> Iterator[Peer]:
    """The kernel takes the connections and what is sent; nobody ever reads it."""
    with socket.create_server(("127.0.0.1", 0), backlog=128) as listener:
        yield Peer(listener.getsockname()[1])


@contextmanager
def unreachable_peer() -> Iterator[Peer]:
    """Its queue of connections is full: whoever connects hears nothing at all."""
    with ExitStack() as stack:
        listener = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        address = listener.getsockname()
        # Linux queues one more than it is asked to.
        for _ in range(2):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(address)
        yield Peer(address[1])
