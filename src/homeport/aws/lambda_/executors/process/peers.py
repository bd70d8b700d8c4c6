"""Whose socket is at the other end of a connection over loopback.

https://man7.org/linux/man-pages/man7/sock_diag.7.html
"""

from __future__ import annotations

import os
import socket
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

Address = tuple[str, int]

_SOCK_DIAG_BY_FAMILY = 20
_NLM_F_REQUEST = 1
_NETLINK_SOCK_DIAG = 4
_ALL_STATES = 0xFFFFFFFF
_NO_COOKIE = (0xFFFFFFFF, 0xFFFFFFFF)
_HEADER = struct.Struct("=IHHII")
_REQUEST = struct.Struct("=BBBBI2s2s16s16sIII")
_FOUND = struct.Struct("=4x48xIIIII")


class Holder(NamedTuple):
    """Whose a socket is."""

    uid: int
    inode: int


NOBODY = Holder(-1, 0)


class Peers:
    """Asks the kernel, by one small exchange for each connection."""

    def __init__(self) -> None:
        try:
            kind = socket.SOCK_RAW | socket.SOCK_CLOEXEC
            self._kernel: socket.socket | None = socket.socket(
                socket.AF_NETLINK, kind, _NETLINK_SOCK_DIAG
            )
            self._kernel.settimeout(1)
        except OSError:
            self._kernel = None  # this kernel does not tell

    def holder(self, peer: Address, ours: Address) -> Holder | None:
        """Who holds the other end, `NOBODY` where it has been closed; None where this kernel does not tell."""
        if self._kernel is None:
            return None
        try:
            self._kernel.send(_question(peer, ours))
            answer = self._kernel.recv(4096)
        except OSError:
            self.close()
            return None
        if _HEADER.unpack_from(answer)[1] != _SOCK_DIAG_BY_FAMILY:
            return NOBODY
        *_, uid, inode = _FOUND.unpack_from(answer, _HEADER.size)
        return Holder(uid, inode)

    def close(self) -> None:
        """Asks nothing more."""
        if self._kernel is not None:
            self._kernel.close()
            self._kernel = None


def _question(peer: Address, ours: Address) -> bytes:
    body = _REQUEST.pack(
        socket.AF_INET,
        socket.IPPROTO_TCP,
        0,
        0,
        _ALL_STATES,
        peer[1].to_bytes(2, "big"),
        ours[1].to_bytes(2, "big"),
        socket.inet_aton(peer[0]),
        socket.inet_aton(ours[0]),
        0,
        *_NO_COOKIE,
    )
    size = _HEADER.size + len(body)
    return _HEADER.pack(size, _SOCK_DIAG_BY_FAMILY, _NLM_F_REQUEST, 0, 0) + body


def holds(pid: int, inode: int) -> bool:
    """Whether a process holds a socket. https://man7.org/linux/man-pages/man5/proc_pid_fd.5.html"""
    try:
        names = os.listdir(f"/proc/{pid}/fd")  # noqa: PTH208
    except OSError:
        return False  # it has ended, or is not ours to look into
    return any(_leads_to(f"/proc/{pid}/fd/{name}", f"socket:[{inode}]") for name in names)


def _leads_to(path: str, wanted: str) -> bool:
    try:
        return os.readlink(path) == wanted  # noqa: PTH115
    except OSError:
        return False  # it was closed just now


def below(pid: int) -> Iterator[int]:
    """All processes that a process has started, and what those have; its own first child first."""
    waiting = [pid]
    while waiting:
        found = _children(waiting.pop(0))
        yield from found
        waiting += found


def _children(pid: int) -> list[int]:
    """https://man7.org/linux/man-pages/man5/proc_pid_task_tid_children.5.html"""
    try:
        tasks = os.listdir(f"/proc/{pid}/task")  # noqa: PTH208
        texts = [Path(f"/proc/{pid}/task/{task}/children").read_text() for task in tasks]
    except OSError:
        return []  # it has ended
    return [int(child) for child in " ".join(texts).split()]
