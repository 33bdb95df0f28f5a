"""Peers that hang: one that takes connections and never answers, one that takes none, and one that
stops in the middle.
"""

import select
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from threading import Event, Thread


@dataclass(frozen=True)
class Peer:
    """Where it listens on this machine."""

    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def silent_peer(greeting: bytes = b"") -> Iterator[Peer]:
    """Takes every connection, says no more than `greeting`, and reads nothing."""
    with ExitStack() as stack:
        listener = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=128))
        if greeting:
            thread = Thread(target=_greet, args=(listener, greeting))
            thread.start()
            stack.callback(thread.join)
            stack.callback(listener.shutdown, socket.SHUT_RDWR)
        yield Peer(listener.getsockname()[1])


def _greet(listener: socket.socket, greeting: bytes) -> None:
    with ExitStack() as stack:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            stack.enter_context(connection).sendall(greeting)


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


@dataclass
class Proxy:
    """Passes bytes on to `target` until told to freeze: what is sent then is taken, and no more."""

    target: tuple[str, int] | str
    frozen: Event = field(default_factory=Event)
    stopped: Event = field(default_factory=Event)
    port: int = 0

    def freeze(self) -> None:
        self.frozen.set()

    def thaw(self) -> None:
        """New connections work again; those of before stay as they are."""
        self.frozen = Event()


@contextmanager
def proxy_to(target: tuple[str, int] | str) -> Iterator[Proxy]:
    """A proxy in front of an address, or of the socket file at a path."""
    proxy = Proxy(target)
    with ExitStack() as stack:
        listener = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        proxy.port = listener.getsockname()[1]
        thread = Thread(target=_accept, args=(listener, proxy))
        thread.start()
        stack.callback(thread.join)
        stack.callback(listener.shutdown, socket.SHUT_RDWR)
        stack.callback(proxy.stopped.set)
        yield proxy


def _accept(listener: socket.socket, proxy: Proxy) -> None:
    with ExitStack() as stack:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            stack.enter_context(connection)
            if isinstance(proxy.target, str):
                onward = stack.enter_context(socket.socket(socket.AF_UNIX))
                onward.connect(proxy.target)
            else:
                onward = stack.enter_context(socket.create_connection(proxy.target))
            thread = Thread(target=_pass_on, args=(connection, onward, proxy, proxy.frozen))
            thread.start()
            stack.callback(thread.join)


def _pass_on(one: socket.socket, other: socket.socket, proxy: Proxy, frozen: Event) -> None:
    onward = {one: other, other: one}
    while not (frozen.is_set() or proxy.stopped.is_set()):
        for ready in select.select([one, other], [], [], 0.05)[0]:
            data = ready.recv(65536)
            if not data:
                return
            if not frozen.is_set():
                onward[ready].sendall(data)
