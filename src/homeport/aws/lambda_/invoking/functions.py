"""What an invocation asks of the functions' side of the service."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from homeport.aws.lambda_.model import Function, Version


@dataclass(frozen=True, slots=True)
class Resolved:
    """What an invocation of a name leads to."""

    version: Version
    invoked_arn: str
    """The ARN as it was asked for: without a qualifier, with an alias, or with a version."""
    qualifier: str
    """The alias or version that was asked for; `$LATEST` where none was."""


@dataclass(frozen=True, slots=True)
class EventConfig:
    """How asynchronous events are retried, and where they go in the end.

    https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionEventInvokeConfig.html
    """

    retries: int = 2
    max_age_s: int = 21_600
    on_success: str = ""
    """An ARN; empty where there is none."""
    on_failure: str = ""


@dataclass(frozen=True, slots=True)
class Code:
    """The files of a version, unpacked and read-only, until `release` is called."""

    task: Path | None
    """What `/var/task` is; None for an image."""
    layers: tuple[Path, ...] = ()
    """Folders that are laid over each other as `/opt`, later ones over earlier ones."""


class Functions(Protocol):
    """The functions that there are."""

    def resolve(self, account: str, region: str, name: str, qualifier: str | None) -> Resolved:
        """The version that a name, partial ARN or ARN leads to; an alias with weights draws one of its two at each call.

        Raises what a client gets: ResourceNotFoundException, ResourceConflictException while it is not active.
        """

    def reserved(self, function: Function) -> int | None:
        """The function's reserved concurrency; None where it shares the account's."""

    def event_config(self, resolved: Resolved) -> EventConfig:
        """What is configured for the function and qualifier, or the defaults."""

    async def code(self, version: Version) -> Code:
        """The version's files, made ready where they are not. Raises ResourceNotFoundException where they are gone."""

    def release(self, code: Code) -> None:
        """An environment that ran on these files has ended; who calls `code` calls this once."""
