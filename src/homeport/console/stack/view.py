"""What the pages about the stack show, and who tells it: a target of its own kind fulfils this, handed in by `homeport.serve`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Component:
    """One component of the stack."""

    name: str
    state: str
    """The word of the life cycle: `Pending`, `Running`, `Ready`, `Error`, `Terminated`."""
    url: str
    since: float | None
    """Seconds since the epoch."""
    restarts: int | None
    memory: int | None
    memory_limit: int | None
    """Bytes."""
    problem: str = ""
    version: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """What came of one rule of the stack."""

    rule: str
    title: str
    outcome: str
    """`passed`, `failed`, `warned` or `skipped`; empty where it was not checked yet."""
    text: str
    hint: str
    link: str = ""


@dataclass(frozen=True, slots=True)
class Checks:
    """The rules of the stack, and what came of them when they were last checked."""

    findings: tuple[Finding, ...]
    checked: float | None
    """When that was; None where nobody has asked yet."""
    is_checking: bool
    elsewhere: str = ""
    """Where they are checked, if not from here: a command."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """One certificate that clients are shown."""

    component: str
    subject: str
    names: tuple[str, ...]
    issuer: str
    not_before: float
    not_after: float
    sha256: str
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """A name by which a component is reached."""

    name: str
    kind: str
    target: str
    purpose: str
    found: str
    """What this machine finds for it: addresses, or a sentence that says why there are none."""
    is_right: bool | None
    """None where nothing could be asked."""


class Stack(Protocol):
    """Tells of the stack. Each method may take a second, and raises `HomeportError` where it cannot know."""

    @property
    def target(self) -> str:
        """`local` or `kubernetes`."""

    async def components(self) -> list[Component]:
        """Those that are wanted, whether or not they run."""

    def checks(self) -> Checks:
        """The rules, as they were last checked."""

    async def check(self) -> None:
        """Begins to check them, where nobody does yet; it pushes and stores, and leaves nothing behind."""

    async def certificates(self) -> list[Certificate]:
        """The certificates that clients are shown, the CA first."""

    async def records(self, *, is_looking: bool) -> list[Record]:
        """The names of the stack; `is_looking` asks the resolver of this machine for each, which may take seconds."""

    async def close(self) -> None:
        """Ends what runs beside the pages."""

    async def ca(self) -> bytes | None:
        """The CA that signs them, PEM; None where that is not the stack's own."""
