"""Forks of the launcher: into new namespaces, or as they are."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable
from typing import NamedTuple

from homeport.aws.lambda_.executors.process.launcher import identity


def fork(become: Callable[[int], None], *, is_namespaced: bool) -> int:
    """The process id of a new process, which calls `become` and ends.

    `become` gets a descriptor from which it can read one byte as soon as this process is its parent.
    """
    ready, is_ready = os.pipe()
    try:
        started = _Started(become, ready, is_ready)
        pid = _fork_between(started) if is_namespaced else _fork(started)
        os.write(is_ready, b"1")
        return pid
    finally:
        os.close(ready)
        os.close(is_ready)


class _Started(NamedTuple):
    become: Callable[[int], None]
    ready: int
    is_ready: int

    def run(self) -> None:
        try:
            os.close(self.is_ready)  # so that the launcher's end can be seen
            with contextlib.suppress(Exception):  # whoever becomes says why it could not
                self.become(self.ready)
        finally:
            os._exit(1)


def _fork(started: _Started) -> int:
    pid = os.fork()
    if not pid:
        started.run()
    return pid


def _fork_between(started: _Started) -> int:
    """A pid namespace begins with the next child: a process in between makes the namespaces, forks, and is gone."""
    told, tell = os.pipe()
    between = os.fork()
    if not between:
        _be_between(started, tell)
    os.close(tell)
    try:
        answer = os.read(told, 256)
    finally:
        os.close(told)
        os.waitpid(between, 0)
    if not answer.isdigit():
        raise OSError(answer.decode(errors="replace") or "the process in between was ended")
    return int(answer)


def _be_between(started: _Started, tell: int) -> None:
    try:
        identity.unshare()
        pid = os.fork()
        if not pid:
            os.close(tell)
            started.run()
        os.write(tell, str(pid).encode())
    except OSError as error:
        os.write(tell, str(error).encode()[:256])
    finally:
        os._exit(0)
