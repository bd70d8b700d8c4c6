"""The keeper of a block in the hosts file: aliases become addresses there, and the block itself says what is ours."""

from __future__ import annotations

import errno
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from homeport import errors
from homeport.net.dns import reconciling
from homeport.net.dns.hosts import file, text
from homeport.net.dns.records import Action, Change, Changes, Kind, Record, Told

BY_HAND = "homeport dns print --form hosts shows them."
_CLOSED = (errno.EACCES, errno.EPERM)


class Closed(errors.HomeportError):
    """The file is not for this user to write; nothing was changed."""


class Hosts:
    """A hosts file, and the block of one stack in it."""

    def __init__(self, path: Path, stack: str) -> None:
        self.path = path
        self.where = f"the hosts file {path}"
        self.key = ""
        self._label = text.label_of(stack)

    def plan(self, wanted: Sequence[Record], ours: Collection[Record]) -> Changes:
        """What would change; nothing is written. What is ours is what stands in the block, so `ours` is not asked."""
        del ours
        return self._planned(tuple(addressed(wanted)), self._read())

    def apply(self, changes: Changes, told: Told) -> None:
        """Writes the block anew, in one step where the file can be replaced."""
        try:
            with file.held(self.path):
                self._apply(changes, told)
        except OSError as error:
            raise self._refused(error) from error

    def _apply(self, changes: Changes, told: Told) -> None:
        found = self._read()
        wanted = [
            change.record
            for change in changes.changes
            if change.action in (Action.ADD, Action.KEEP)
        ]
        again = self._planned(wanted, found)
        if set(_moves(again)) != set(_moves(changes)):
            raise errors.HomeportError(
                f"{self.path} has changed meanwhile; nothing was written.",
                hint="Run it again: it shows anew what would be changed.",
            )
        rows = [change.record for change in again.changes if _is_in_block(change)]
        if not file.write(self.path, text.with_block(found, self._label, rows)):
            told(f"{self.path} cannot be replaced in one step here, so it was written in place.")

    def close(self) -> None:
        """Nothing is open."""

    def _read(self) -> text.Text:
        return text.parse(file.read(self.path), str(self.path))

    def _planned(self, wanted: Sequence[Record], found: text.Text) -> Changes:
        block = found.block(self._label)
        others = {
            entry.record: entry
            for entry in reversed(found.entries)
            if entry.label != self._label and not (entry.label and entry.record in wanted)
        }

        def says(record: Record) -> str:
            entry = others[record]
            whose = f", of the stack {text.shown(entry.label)}," if entry.label else ""
            return f"line {entry.line} of {self.path}{whose} says {record.value}"

        made = reconciling.changes(wanted, [*dict.fromkeys([*block, *others])], block, says)
        return Changes(self.where, tuple(made))

    def _refused(self, error: OSError) -> errors.HomeportError:
        what = f"{self.path} cannot be written: {errors.reason(error)}. Nothing was changed."
        if error.errno in _CLOSED:
            return Closed(
                what, hint=f"Run it as root (sudo), or enter the lines by hand: {BY_HAND}"
            )
        return errors.HomeportError(what, hint=f"Enter the lines by hand: {BY_HAND}")


def addressed(wanted: Sequence[Record]) -> Iterator[Record]:
    """The records with the addresses of their targets in the place of aliases; a hosts file keeps no times."""
    addresses = [record for record in wanted if record.kind is not Kind.CNAME]
    for record in wanted:
        if record.kind is not Kind.CNAME:
            yield record._replace(ttl=None)
        for target in addresses:
            if record.kind is Kind.CNAME and target.name == record.value:
                yield Record(record.name, target.kind, target.value)


def _moves(changes: Changes) -> Iterator[tuple[Action, Record, bool]]:
    for change in changes.changes:
        yield change.action, change.record, change.is_ours


def _is_in_block(change: Change) -> bool:
    return change.action is Action.ADD or (change.action is Action.KEEP and change.is_ours)
