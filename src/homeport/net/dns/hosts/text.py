"""The text of a hosts file: the lines of others, which are never touched, and the block of a stack between two marks.

https://man7.org/linux/man-pages/man5/hosts.5.html
"""

from __future__ import annotations

import ipaddress
import os
import re
import urllib.parse
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from homeport import errors
from homeport.net.dns.records import Kind, Record

_BEGIN, _END = "# homeport begins: ", "# homeport ends: "
_WARNING = "# (homeport dns apply writes these lines anew; what is changed by hand is lost)"
_LINES = re.compile(r"(?<=\n)")
_UNSEEN = re.compile(r"[^\x20-\x7e]|%| $")


class Entry(NamedTuple):
    """An address of a name, and where it stands."""

    record: Record
    line: int
    """Counted from 1."""
    label: str
    """Whose block it stands in; empty outside of one."""


class Text(NamedTuple):
    """A hosts file: its lines with their ends, and what they say."""

    lines: tuple[str, ...]
    entries: tuple[Entry, ...]

    def block(self, label: str) -> tuple[Record, ...]:
        """What stands in a block."""
        return tuple(entry.record for entry in self.entries if entry.label == label)


def label_of(stack: str) -> str:
    """A stack's name as it stands in the marks: another one for each stack, in signs that every program keeps."""
    return _UNSEEN.sub(
        lambda found: urllib.parse.quote_from_bytes(os.fsencode(found[0]), ""), stack
    )


def shown(label: str) -> str:
    """A label in a sentence: who wrote the file may have put anything there."""
    return "".join(char if char.isprintable() else "?" for char in label)


def parse(content: str, path: str) -> Text:
    """Reads a file. Raises `HomeportError` where a block has no end: what follows might be somebody's own."""
    lines = tuple(line for line in _LINES.split(content) if line)
    entries: list[Entry] = []
    label, begun = "", 0
    for number, line in enumerate(lines, 1):
        stripped = line.strip()
        if stripped.startswith(_BEGIN):
            if label:
                raise _broken(path, begun)
            label, begun = stripped.removeprefix(_BEGIN), number
        elif stripped.startswith(_END):
            if stripped.removeprefix(_END) != label:
                raise _broken(path, begun or number)
            label = ""
        else:
            entries += (Entry(record, number, label) for record in _records(line))
    if label:
        raise _broken(path, begun)
    return Text(lines, tuple(entries))


def _broken(path: str, line: int) -> errors.HomeportError:
    return errors.HomeportError(
        f"Line {line} of {path} is the mark of a block of Homeport's, and the other mark is missing.",
        hint="Nothing was changed. Remove that line, and the lines of the block, by hand; then try again.",
    )


def _records(line: str) -> Iterator[Record]:
    address, *names = line.partition("#")[0].split() or [""]
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return
    kind = Kind.AAAA if found.version == 6 else Kind.A
    for name in names:
        yield Record(name.lower().removesuffix("."), kind, str(found))


def with_block(text: Text, label: str, records: Sequence[Record]) -> str:
    """The file with a block that says this, in the place of the one before; without one where there is nothing to say."""
    made = _block(label, records)
    before, after, had_one = _around(text.lines, label)
    if had_one or not before.endswith("\n"):
        # Before the first line where the last one has no end: each line of others stays as it is, byte for byte.
        return before + made + after if had_one else made + before
    return before + made


def _around(lines: Sequence[str], label: str) -> tuple[str, str, bool]:
    """What stands before and after a stack's block; all of it before where there is none."""
    before: list[str] = []
    after: list[str] = []
    is_inside = had_one = False
    for line in lines:
        if line.strip() == _BEGIN + label:
            is_inside = had_one = True
        elif line.strip() == _END + label:
            is_inside = False
        elif not is_inside:
            (after if had_one else before).append(line)
    return "".join(before), "".join(after), had_one


def _block(label: str, records: Sequence[Record]) -> str:
    if not records:
        return ""
    rows = [f"{record.value}\t{record.name}" for record in dict.fromkeys(records)]
    return "\n".join([_BEGIN + label, _WARNING, *rows, _END + label, ""])
