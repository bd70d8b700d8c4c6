"""The launcher, seen from the executor: started with the first environment, and again should it have ended."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import socket
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import homeport
from homeport.aws.lambda_.executors.base import StartFailed
from homeport.aws.lambda_.executors.process.launcher import server

_VARIABLES = ("LD_LIBRARY_PATH",)
"""All that the launcher gets of ours: where an interpreter finds itself that was not installed by the system."""

_PROGRAM = (
    f"import sys; sys.path.append(sys.argv.pop()); from {server.__name__} import main; main()"
)


@dataclass(frozen=True, slots=True)
class Isolation:
    """What the launcher found that this kernel allows."""

    has_namespaces: bool
    has_overlay: bool
    why: str = ""
    """Why there are no namespaces."""


class Launched(Protocol):
    """An environment, as the launcher speaks of it."""

    def has_pid(self, pid: int) -> None:
        """It was started; its first process has this id."""

    def gone(self) -> None:
        """Nothing is left of it."""


class Launcher:
    """One launcher process."""

    def __init__(self, process: asyncio.subprocess.Process, requests: socket.socket) -> None:
        self._process = process
        self._requests = requests
        self._isolation: asyncio.Future[Isolation] = asyncio.get_running_loop().create_future()
        self._launched: dict[str, Launched] = {}
        self.is_running = True
        asyncio.get_running_loop().add_reader(requests.fileno(), self._read)

    async def isolation(self) -> Isolation:
        """What this kernel allows; known shortly after the start."""
        return await asyncio.shield(self._isolation)

    def start(self, name: str, output: int, control: int, launched: Launched) -> None:
        """Starts an environment with these descriptors."""
        self._launched[name] = launched
        try:
            socket.send_fds(self._requests, [name.encode()], [output, control])
        except OSError as error:
            del self._launched[name]
            raise StartFailed(f"The launcher of functions takes no more: {error}.") from error

    def kill(self, name: str) -> None:
        """Ends an environment that does not end when it is told to."""
        with contextlib.suppress(OSError):  # the launcher has ended, and with it the environment
            self._requests.send(b"-" + name.encode())

    async def close(self) -> None:
        """Ends it with all environments."""
        if self.is_running:
            with contextlib.suppress(OSError):  # it has just ended
                self._requests.shutdown(socket.SHUT_WR)
        await self._process.wait()
        self._lost()

    def _read(self) -> None:
        try:
            message = self._requests.recv(65_536)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            message = b""
        if message:
            self._hear(json.loads(message))
        else:
            self._lost()

    def _hear(self, told: dict[str, Any]) -> None:
        if "gone" in told:
            if (launched := self._launched.pop(told["gone"], None)) is not None:
                launched.gone()
        elif "pid" in told:
            self._launched[told["name"]].has_pid(told["pid"])
        elif not self._isolation.done():
            found = Isolation(
                has_namespaces=not told["why"], has_overlay=told["overlay"], why=told["why"]
            )
            self._isolation.set_result(found)

    def _lost(self) -> None:
        """It has ended; the kernel has ended what it started."""
        if not self.is_running:
            return
        self.is_running = False
        asyncio.get_running_loop().remove_reader(self._requests.fileno())
        self._requests.close()
        if not self._isolation.done():
            self._isolation.set_exception(StartFailed("The launcher of functions did not start."))
            self._isolation.exception()  # nobody may be waiting for it
        for launched in list(self._launched.values()):
            launched.gone()
        self._launched.clear()


async def launch(scratch: Path, *, is_isolated: bool) -> Launcher:
    """Starts the launcher. `scratch` is a folder for its use."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    ours.settimeout(0)
    try:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-I",
            "-S",
            "-c",
            _PROGRAM,
            str(theirs.fileno()),
            str(scratch),
            "isolated" if is_isolated else "open",
            str(Path(homeport.__file__).parent.parent),
            stdin=asyncio.subprocess.DEVNULL,
            pass_fds=(theirs.fileno(),),
            start_new_session=True,
            cwd="/",
            env={name: value for name, value in os.environ.items() if name in _VARIABLES},
        )
    except OSError as error:
        ours.close()
        raise StartFailed(f"The launcher of functions could not be started: {error}.") from error
    finally:
        theirs.close()
    return Launcher(process, ours)
