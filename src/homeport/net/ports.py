"""Ports that are left to what the machine allows.

Those below 1024 are for root on most machines: https://man7.org/linux/man-pages/man7/ip.7.html (ip_unprivileged_port_start)
"""

from __future__ import annotations

import errno
import socket
from collections.abc import Callable, Collection, Sequence
from typing import NamedTuple

_TCP, _UDP = socket.SOCK_STREAM, socket.SOCK_DGRAM

ASK_S = 1.0
"""For a connection to this very machine."""

Trouble = Callable[[int], OSError | None]
"""What stands against listening on a port; None where nothing does."""


class Choice(NamedTuple):
    """The port that was taken, and what stood against the ones before it."""

    port: int | None
    """None where all were refused."""
    refusals: tuple[tuple[int, OSError], ...] = ()


def trouble(address: str, port: int, *, has_datagrams: bool = False) -> OSError | None:
    """What stands against listening there, found by trying: on TCP, and on UDP too where it `has_datagrams`."""
    for kind in (_TCP, _UDP) if has_datagrams else (_TCP,):
        if error := _refused(kind, address, port):
            return error
    return None


def is_answered(address: str, port: int) -> bool:
    """Whether somebody listens there already, found by asking: who may not listen there himself is told only that."""
    try:
        with socket.create_connection((address, port), ASK_S):
            return True
    except OSError:
        return False


def first(wanted: Sequence[int], asked: Trouble, taken: Collection[int] = ()) -> Choice:
    """The first of the ports against which nothing stands; `taken` are those that the stack has for something else."""
    refusals: list[tuple[int, OSError]] = []
    for port in wanted:
        error = OSError(errno.EADDRINUSE, "the stack has it") if port in taken else asked(port)
        if error is None:
            return Choice(port, tuple(refusals))
        refusals.append((port, error))
    return Choice(None, tuple(refusals))


def is_for_root(error: OSError) -> bool:
    """Whether it is refused to this user alone."""
    return error.errno in {errno.EACCES, errno.EPERM}


def is_in_use(error: OSError) -> bool:
    """Whether another program listens there."""
    return error.errno == errno.EADDRINUSE


def _refused(kind: socket.SocketKind, address: str, port: int) -> OSError | None:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        with socket.socket(family, kind) as probe:
            if kind == _TCP:  # as servers do: a connection that has just ended keeps nobody off
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((address, port))
    except OSError as error:
        return error
    return None
