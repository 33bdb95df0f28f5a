"""Tests reach this machine only: a connection anywhere else fails at once."""

import ipaddress
import os
import socket

_connect = socket.socket.connect
_connect_ex = socket.socket.connect_ex


class NetworkRefused(RuntimeError):
    """A test tried to leave the machine."""


def _check(address: object) -> None:
    if not isinstance(address, tuple):  # a Unix socket's path
        return
    host = str(address[0])
    try:
        local = ipaddress.ip_address(host).is_loopback
    except ValueError:
        local = host == "localhost"
    if not local:
        raise NetworkRefused(f"tests must not connect to {host}")


def _guarded_connect(self: socket.socket, address: tuple[str, int] | str) -> None:
    _check(address)
    _connect(self, address)


def _guarded_connect_ex(self: socket.socket, address: tuple[str, int] | str) -> int:
    _check(address)
    return _connect_ex(self, address)


def pytest_configure() -> None:
    socket.socket.connect = _guarded_connect  # type: ignore[method-assign, assignment]
    socket.socket.connect_ex = _guarded_connect_ex  # type: ignore[method-assign, assignment]
    # A proxy would take requests out all the same.
    for name in list(os.environ):
        if name.lower().endswith("_proxy"):
            del os.environ[name]
