"""What a record is, what would be changed, and what each keeper of records can do.

https://www.rfc-editor.org/rfc/rfc1035#section-3.2
"""

from __future__ import annotations

import enum
import ipaddress
from collections.abc import Callable, Collection, Sequence
from typing import NamedTuple, Protocol

from homeport import errors


class Kind(enum.StrEnum):
    """The types that the stack has. https://www.rfc-editor.org/rfc/rfc3596 for the second."""

    A = "A"
    AAAA = "AAAA"
    CNAME = "CNAME"


class Record(NamedTuple):
    """One record; names in lower case, without the dot at the end."""

    name: str
    kind: Kind
    value: str
    """An address, or the name that it is an alias of."""
    ttl: int | None = None
    """Seconds; None where its keeper decides."""

    def __str__(self) -> str:
        return f"{self.name} {self.kind} {self.value}"


class Action(enum.StrEnum):
    """What becomes of a record."""

    ADD = "add"
    REMOVE = "remove"
    KEEP = "keep"
    """It is there as it is wanted."""
    TAKEN = "taken"
    """Somebody else has a record of that name that says something else: nothing is changed before they give it up."""


class Change(NamedTuple):
    """One record and what becomes of it."""

    action: Action
    record: Record
    note: str = ""
    """Why, where that is not plain: whose the record is, what it says instead."""
    is_ours: bool = True
    """Of one that is kept: whether we made it, and take it away again at the end."""


class Changes(NamedTuple):
    """What would be changed at one keeper of records."""

    where: str
    """The keeper, for a person: `Pi-hole at http://pi.hole`."""
    changes: tuple[Change, ...]
    notes: tuple[str, ...] = ()
    """What a person should know."""

    @property
    def has_changes(self) -> bool:
        """Whether anything would be added or removed."""
        return any(change.action in (Action.ADD, Action.REMOVE) for change in self.changes)

    @property
    def taken(self) -> tuple[Change, ...]:
        """What stands against it."""
        return tuple(change for change in self.changes if change.action is Action.TAKEN)


class Unchanged(errors.HomeportError):
    """A keeper refused, and nothing of what was to be changed is changed there: so nothing of it is ours either."""


Told = Callable[[str], None]
"""Told in a sentence what is waited for, by what takes long."""


class Keeper(Protocol):
    """Who keeps records. Errors are `HomeportError` that name the next step."""

    @property
    def where(self) -> str:
        """For a person."""

    @property
    def key(self) -> str:
        """By which the ledger tells keepers apart; it holds no secret. Empty where the keeper itself knows which records are ours."""

    def plan(self, wanted: Sequence[Record], ours: Collection[Record]) -> Changes:
        """What `apply` would do. `ours` are the records that we made there before; what of them is not wanted any more goes."""

    def apply(self, changes: Changes, told: Told) -> None:
        """Does it, wholly or not at all as far as the keeper allows. What is not `ours` is left alone.

        Raises `Unchanged` where it is sure that it was not at all.
        """

    def close(self) -> None:
        """Ends sessions and connections, whatever happened."""


def of(
    aliases: Sequence[str], target: str, addresses: Sequence[str], ttl: int | None = None
) -> tuple[Record, ...]:
    """The records of a stack: the addresses of `target` first, since some servers know an alias only where they know its target."""
    made = [Record(target.lower(), _of(address), address, ttl) for address in addresses]
    made += [Record(alias.lower(), Kind.CNAME, target.lower(), ttl) for alias in aliases]
    return tuple(dict.fromkeys(made))


def _of(address: str) -> Kind:
    return Kind.AAAA if ipaddress.ip_address(address).version == 6 else Kind.A
