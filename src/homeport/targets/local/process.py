"""Processes of components: started in a session of their own, watched, and ended with all that they started."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import Iterator
from typing import Protocol

from homeport import errors
from homeport.targets.local import component, logfile


class Process(Protocol):
    """A running component."""

    @property
    def pid(self) -> int:
        """Its process id, and that of its process group."""

    async def wait(self) -> int:
        """Its exit code when it has ended; negative for the signal that ended it."""

    def terminate(self) -> None:
        """Asks it to end in order."""

    def kill(self) -> None:
        """Ends it and every process it started, by force."""

    def reopen_log(self) -> None:
        """Tells it that its log file was set aside for a new one."""

    def complaint(self) -> str:
        """The error that it wrote before it ended; empty where it wrote none."""


class Launcher(Protocol):
    """Starts components."""

    async def launch(self, wanted: component.Component) -> Process:
        """Starts a process. Raises `HomeportError` where that cannot be done."""


class LocalProcess:
    """A process of this machine."""

    def __init__(self, process: asyncio.subprocess.Process, log: logfile.Mark) -> None:
        self._process = process
        self._log = log

    @property
    def pid(self) -> int:
        """Its process id, and that of its process group."""
        return self._process.pid

    async def wait(self) -> int:
        """Its exit code; what it left behind of its process group is ended."""
        code = await self._process.wait()
        self._signal_group(signal.SIGKILL)
        return code

    def terminate(self) -> None:
        """SIGTERM to the process itself: it stops its own children as it sees fit."""
        with contextlib.suppress(ProcessLookupError):
            self._process.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """SIGKILL to the process group."""
        self._signal_group(signal.SIGKILL)

    def reopen_log(self) -> None:
        """SIGHUP, as daemons take it since logrotate: https://man7.org/linux/man-pages/man7/daemon.7.html"""
        with contextlib.suppress(ProcessLookupError):
            self._process.send_signal(signal.SIGHUP)

    def complaint(self) -> str:
        """The last error in what it wrote."""
        return logfile.complaint(self._log)

    def _signal_group(self, number: int) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, number)


class LocalLauncher:
    """Starts processes that end with this one.

    Each holds the reading end of a pipe whose only writing end is here: it ends when this process does, however that comes.
    """

    def __init__(self) -> None:
        self._pipe, self._lifeline = os.pipe()

    def close(self) -> None:
        """Ends whatever is still running."""
        for descriptor in (self._pipe, self._lifeline):
            os.close(descriptor)

    async def launch(self, wanted: component.Component) -> Process:
        """Starts a process with its output in its log file."""
        with _shown(wanted), logfile.opened(wanted.log) as (descriptor, mark):
            process = await asyncio.create_subprocess_exec(
                *wanted.command,
                "--parent-pipe",
                str(self._pipe),
                "--log-file",
                str(wanted.log),
                cwd="/",
                env=dict(wanted.environment),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=descriptor,
                stderr=descriptor,
                pass_fds=(self._pipe,),
                start_new_session=True,
            )
        return LocalProcess(process, mark)


@contextlib.contextmanager
def _shown(wanted: component.Component) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise errors.HomeportError(
            f"{wanted.name} could not be started: {error}.",
            hint=f"Check the rights of {wanted.log.parent} and the limits of this user (ulimit -a).",
        ) from error
