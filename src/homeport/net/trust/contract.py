"""What is wanted of a store, what would be done in each of its places, and what each kind of store is."""

from __future__ import annotations

import enum
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, Protocol

from homeport.net.trust import authority as authorities
from homeport.net.trust.authority import Authority
from homeport.net.trust.files.writing import Step
from homeport.net.trust.hosts import Host
from homeport.net.trust.machine import Machine

K3S_CA = "/etc/rancher/k3s/homeport-ca.crt"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which CA is to be there, or not to be there any more."""

    slot: str
    """The name under which the stores have it: that of the stack, so that a new CA takes the place of the old one."""
    authority: Authority | None
    """None where it is to go, and nobody knows it any more."""
    hosts: tuple[Host, ...] = ()
    """Where the registry is reached: clients of registries trust a CA for an address."""
    k3s_file: str = K3S_CA
    """Where K3s has it."""
    is_undo: bool = False

    @property
    def pem(self) -> str:
        """What is written."""
        return self.authority.pem if self.authority else ""

    def is_it(self, found: Sequence[bytes]) -> bool:
        """Whether they are this certificate, and nothing else."""
        return len(found) == 1 and self.has_it(found)

    def has_it(self, found: Sequence[bytes]) -> bool:
        """Whether this certificate is among them."""
        return self.authority is not None and self.authority.der in found

    def is_ours(self, found: Sequence[bytes]) -> bool:
        """Whether they are one certificate: this, or an earlier one of the same name.

        It is asked where a CA is trusted for one address only, which is this stack's.
        """
        name = authorities.subject(found[0]) if len(found) == 1 else None
        if name is None:
            return False
        if self.authority is None:
            return authorities.is_homeports(name)
        return name == self.authority.certificate.subject


class Command(NamedTuple):
    """A program that is run."""

    argv: tuple[str, ...]
    is_fed: bool = False
    """Whether it is given the certificate, PEM, on its standard input."""
    rewrites: Path | None = None
    """A file that it writes in place: it gets a copy, which takes the file's place when it has succeeded."""
    mend: tuple[str, ...] = ()
    """What takes back a half of it, where it fails."""

    def shown(self, source: Path | None) -> str:
        """As a person would type it."""
        words = shlex.join(self.argv)
        if not self.is_fed:
            return words
        return f"{words} < {shlex.quote(str(source))}" if source else f"... | {words}"


class State(enum.StrEnum):
    """How it stands with a place."""

    TODO = "todo"
    """Something is to be done, and can be."""
    DONE = "done"
    UNCHANGED = "unchanged"
    """It is as it is wanted already."""
    FAILED = "failed"
    """It was tried, and why it failed is said."""
    BLOCKED = "blocked"
    """It can not be done, and nothing was tried: something of others stands there."""
    ROOT = "needs-root"
    SKIPPED = "skipped"
    """There is nothing of it on this machine, or nothing to do it with."""


class Place(NamedTuple):
    """One place of a store, such as a profile of Firefox, and what is to be done there."""

    store: str
    where: Path
    state: State
    steps: tuple[Step | Command, ...] = ()
    why: str = ""
    """Why it is in that state, where that is not plain."""
    after: str = ""
    """What has to be done for it to be read."""
    empty: tuple[Path, ...] = ()
    """Folders that go at the end where nothing is left in them."""


class Store(Protocol):
    """A kind of store."""

    @property
    def name(self) -> str:
        """On the command line."""

    @property
    def about(self) -> str:
        """Who reads it."""

    def places(self, machine: Machine, wanted: Wanted) -> list[Place]:
        """Its places on this machine. Nothing is changed. Raises `HomeportError` where that can not be told."""


def todo(
    store: str,
    where: Path,
    steps: Sequence[Step | Command],
    machine: Machine,
    *,
    needs: Path | None = None,
    after: str = "",
    empty: Sequence[Path] = (),
) -> Place:
    """A place with what is to be done: perhaps nothing, perhaps not by this user, who has to be able to write `needs`."""
    if not steps:
        return Place(store, where, State.UNCHANGED)
    wrote = needs or where
    if not machine.can_write(wrote):
        state = State.BLOCKED if machine.is_root else State.ROOT
        why = f"{wrote.parent} can not be written" if machine.is_root else ""
        return Place(store, where, state, tuple(steps), why, after, tuple(empty))
    return Place(store, where, State.TODO, tuple(steps), "", after, tuple(empty))


def skipped(store: str, where: Path, why: str) -> Place:
    """A place that this machine does not have."""
    return Place(store, where, State.SKIPPED, why=why)
