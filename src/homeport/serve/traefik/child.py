"""Traefik's process: started with next to nothing of this one, and never left behind."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import signal
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path

from homeport import errors
from homeport.serve.traefik import saying

READ_BYTES = 64 * 1024
_PR_SET_PDEATHSIG = 1
"""https://man7.org/linux/man-pages/man2/pr_set_pdeathsig.2const.html"""
_HINT = "homeport logs ingress tells more; ingress.enabled = false goes without."


class Child:
    """A Traefik that runs."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.pid = process.pid
        self._process = process
        self._sayings = saying.Sayings()
        self._listening = asyncio.create_task(self._listen())

    async def _listen(self) -> None:
        """Reads what it says to its end, lest it waits for a full pipe."""
        output = self._process.stdout
        while output is not None and (data := await output.read(READ_BYTES)):
            self._sayings.take(data)
        self._sayings.end()

    async def ended(self) -> errors.HomeportError:
        """Why it has ended, once it has."""
        code = await self._process.wait()
        await asyncio.wait([self._listening])
        how = f"by {signal.Signals(-code).name}" if code < 0 else f"with exit code {code}"
        return errors.HomeportError(f"Traefik has ended {how}{self._why()}", hint=_HINT)

    def overdue(self, patience_s: float) -> errors.HomeportError:
        """That it runs and lets nobody in."""
        return errors.HomeportError(
            f"Traefik let nobody in within {patience_s:g} s{self._why()}", hint=_HINT
        )

    def _why(self) -> str:
        said = self._sayings.complaint
        return f": {said}" if said else "."

    async def stop(self, patience_s: float) -> None:
        """Asks it to end in order, which lets requests in flight through, and ends it by force where that takes too long."""
        with contextlib.suppress(ProcessLookupError):
            self._process.terminate()
        try:
            async with asyncio.timeout(patience_s):
                await self._process.wait()
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()
        await asyncio.wait([self._listening])


@contextlib.asynccontextmanager
async def running(
    program: Path,
    configuration: Path,
    environment: Mapping[str, str],
    folder: Path,
    patience_s: float,
) -> AsyncIterator[Child]:
    """Runs it while the block does. Raises `HomeportError` where it cannot be started."""
    try:
        process = await asyncio.create_subprocess_exec(
            program,
            f"--configFile={configuration}",
            cwd=folder,
            env=environment,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            preexec_fn=_dying_with_its_parent(),
        )
    except OSError as error:
        raise errors.HomeportError(
            f"Traefik ({program}) could not be started: {errors.reason(error)}.",
            hint="pip install --force-reinstall 'homeport[ingress]' brings one for this machine, ingress.traefik names another;"
            " ingress.enabled = false goes without.",
        ) from error
    child = Child(process)
    try:
        yield child
    finally:
        await child.stop(patience_s)


def _dying_with_its_parent() -> Callable[[], None] | None:
    """Has the kernel end it with this process, however that ends; where the kernel does, it holds the ports no longer."""
    if sys.platform != "linux":
        return None
    libc = ctypes.CDLL(None)
    return lambda: libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
