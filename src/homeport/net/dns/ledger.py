"""Which records are ours: a file, since the items of most keepers have no room for a name.

A change is written down before it is made and again once it is made, so a death in between loses no record of ours: what was
about to be made counts as ours as soon as it is seen. A lost ledger is harmless: what is there is then left alone.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from homeport import errors
from homeport.net import files
from homeport.net.dns.records import Kind, Record
from homeport.storage import disk, lock

_NAME, _LOCK = "records.json", "lock"
_VERSION = 1
_LARGEST = 4 * 2**20
"""Bytes that are read at most; a stack has some hundred."""

_Kept = dict[str, dict[str, frozenset[Record]]]
"""By keeper and stack."""


class Ledger:
    """The file of one data folder, for its owner only (0600)."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / _NAME
        self._folder = folder

    def ours(self, keeper: str, stack: str) -> frozenset[Record]:
        """The records that the stack made, or was about to make, at a keeper. Raises `HomeportError` where the file is broken."""
        return self._read().get(keeper, {}).get(stack, frozenset())

    def others(self, keeper: str, stack: str) -> frozenset[Record]:
        """Those of the other stacks of this data folder: what two have in common goes with the last of them."""
        kept = self._read().get(keeper, {})
        return frozenset().union(*(its for name, its in kept.items() if name != stack))

    def keepers(self, stack: str) -> tuple[str, ...]:
        """Where the stack has records."""
        return tuple(key for key, stacks in self._read().items() if stacks.get(stack))

    def write(self, keeper: str, stack: str, ours: Collection[Record]) -> None:
        """Says which records are ours from now on: whole, synced, or not at all."""
        kept = self._read()
        kept.setdefault(keeper, {})[stack] = frozenset(ours)
        self._make_folder()
        files.write(self.path, _text(kept).encode(), disk.FILE_MODE)

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Keeps other commands from changing records meanwhile; the lock ends with the process."""
        held = lock.FolderLock(self._folder / _LOCK)
        try:
            self._make_folder()
            held.acquire()
        except lock.InUse as error:
            holder = f" (process {error.pid})" if error.pid else ""
            raise errors.HomeportError(
                f"Another command is changing DNS records of this data folder{holder}.",
                hint="Wait until it has ended, and try again.",
            ) from error
        with held:
            yield

    def _make_folder(self) -> None:
        """For its owner only, as the data folder that it may be the first in."""
        try:
            for folder in (self._folder.parent, self._folder):
                folder.mkdir(mode=disk.FOLDER_MODE, parents=True, exist_ok=True)
        except OSError as error:
            raise disk.storage_error(f"The folder {self._folder} cannot be made", error) from error

    def _read(self) -> _Kept:
        try:
            with self.path.open("rb") as file:
                content = file.read(_LARGEST + 1)
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise disk.storage_error(f"{self.path} could not be read", error) from error
        try:
            return _parsed(content)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise errors.HomeportError(
                f"{self.path} is broken: {error}.",
                hint="It says which DNS records are ours. Put it back from a backup, or remove it:"
                " records that are there are then left alone, also at the end.",
            ) from error


def _parsed(content: bytes) -> _Kept:
    if len(content) > _LARGEST:
        raise ValueError("it is too long")
    document: Any = json.loads(content)
    if document["version"] != _VERSION:
        raise ValueError(f"its version is {document['version']!r}, not {_VERSION}")
    return {
        key: {stack: frozenset(map(_record, rows)) for stack, rows in stacks.items()}
        for key, stacks in document["keepers"].items()
    }


def _record(row: Any) -> Record:
    name, kind, value, ttl = row["name"], Kind(row["type"]), row["value"], row.get("ttl")
    if not isinstance(name, str) or not isinstance(value, str):
        raise TypeError("a name or a value is no text")
    if ttl is not None and type(ttl) is not int:
        raise TypeError("a time is no number")
    return Record(name, kind, value, ttl)


def _text(kept: _Kept) -> str:
    keepers = {
        key: {
            stack: [_row(record) for record in sorted(its, key=str)]
            for stack, its in sorted(stacks.items())
            if its
        }
        for key, stacks in sorted(kept.items())
    }
    document = {"version": _VERSION, "keepers": {key: its for key, its in keepers.items() if its}}
    return json.dumps(document, indent=2) + "\n"


def _row(record: Record) -> dict[str, Any]:
    row = {"name": record.name, "type": record.kind.value, "value": record.value}
    return row if record.ttl is None else {**row, "ttl": record.ttl}
