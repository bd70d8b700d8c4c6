"""What any executor does: it starts environments, and each environment ends with all that it started."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from homeport.aws.lambda_.invoking.functions import Code
from homeport.aws.lambda_.model import Version
from homeport.errors import HomeportError


class MissingRuntime(HomeportError):
    """The machine has not what the function needs. The text names what to install."""


class StartFailed(HomeportError):
    """An environment could not be started, by no fault of the function's code."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What an environment is started with."""

    id: str
    """A name for the environment, of letters, digits and hyphens, unlike any other's."""
    version: Version
    code: Code
    environment: Mapping[str, str]
    """All variables that the function sees; the executor adds those that follow from where it runs it (PATH, LD_LIBRARY_PATH,
    TMPDIR, PYTHONPATH, LAMBDA_TASK_ROOT, LAMBDA_RUNTIME_DIR)."""
    api: str
    """HOST:PORT of the Runtime API, for AWS_LAMBDA_RUNTIME_API."""
    output: Callable[[bytes], None]
    """Told on the event loop what the function writes to its standard output and error, as it comes. Who is told keeps a bound;
    the executor stops reading while `is_full` says so."""
    is_full: Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Exit:
    """How an environment has ended."""

    status: int | None
    """The exit status of its first process; None where a signal ended it, or nobody knows."""
    signal: int | None = None
    is_out_of_memory: bool = False
    error_type: str = ""
    """What AWS calls it where the function could not even be started, such as `Runtime.InvalidEntrypoint`."""
    message: str = ""


class Environment(Protocol):
    """One environment that was started."""

    @property
    def ended(self) -> asyncio.Future[Exit]:
        """Done when its first process has ended, by itself or by `stop`, and all that it wrote was handed on."""

    def peak_memory_mb(self) -> int:
        """The most memory it has used so far, for the REPORT line."""

    def owns(self, peer: tuple[str, int], ours: tuple[str, int]) -> bool:
        """Whether a connection to its Runtime API was made by one of its own processes; true where nobody can tell."""

    def begin(self, deadline: float) -> None:
        """An invocation begins; limits are watched from now on."""

    def finish(self) -> None:
        """The invocation has ended, and all that it wrote was handed on; the environment waits for the next one."""

    async def stop(self) -> None:
        """Ends it with all its children and removes what it left behind. May be called more than once."""


class Executor(Protocol):
    """Runs functions in one way."""

    def check(self, version: Version) -> None:
        """Raises `MissingRuntime` where a version cannot run here, before anything is started."""

    async def prepare(self, version: Version) -> None:
        """Does what may take long and is no part of a start: pulls an image. Raises `MissingRuntime` and `StartFailed`."""

    async def start(self, plan: Plan) -> Environment:
        """Starts an environment; its runtime will ask the Runtime API for the first invocation.

        Raises `MissingRuntime` and `StartFailed`.
        """

    async def close(self) -> None:
        """Ends all environments that still run."""
