"""Settings of invocations, handed in."""

from __future__ import annotations

from dataclasses import dataclass

from homeport.aws.lambda_.invoking import limits


@dataclass(frozen=True, slots=True)
class InvokeSettings:
    """How functions run on this machine."""

    environments: int = 32
    """Environments on this machine at most, of all functions together. Those that wait for work make room for others."""
    starts: int = 4
    """Environments that are started at the same time; more would only take processor time from each other."""
    idle_s: float = 300.0
    """An environment without an invocation ends after this long."""
    queue_s: float = 60.0
    """A synchronous invocation waits at most this long for an environment while the machine is full, then it is throttled."""
    concurrency: int = limits.ACCOUNT_CONCURRENCY
    """Invocations of one account and region at the same time."""
    api_host: str = "127.0.0.1"
    """Where the Runtime API listens, and what functions are told."""
    endpoint: str = ""
    """The URL of our own AWS, as functions reach it; empty where they are not to be told."""
