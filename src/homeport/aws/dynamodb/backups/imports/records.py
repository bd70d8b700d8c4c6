"""Source objects as records: lines of DynamoDB's JSON, or rows of CSV. Pure: bytes in, wire items out.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/S3DataImport.Format.html
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from homeport.aws.protocol.call import Params

LONGEST = 16 * 1024 * 1024
"""Bytes of a record: many times what an item of 400 KiB takes, however it is written."""


csv.field_size_limit(LONGEST)
_SPACE = re.compile(r"\s*")


class BrokenError(Exception):
    """What cannot be read as records; the rest of its object is passed over."""


class Record(NamedTuple):
    """One record: an item as the wire has it, or why it is none."""

    item: Any
    reason: str = ""


class Format(Protocol):
    """The records of one object."""

    def feed(self, data: bytes) -> Iterator[Record]:
        """The records that the next bytes complete. Raises `BrokenError`."""

    def end(self) -> Iterator[Record]:
        """The last record, which no newline need end. Raises `BrokenError`."""


class JsonLines:
    """`{"Item": {...}}` on each line; several may stand on one, as the service takes them too.

    https://github.com/getmoto/moto/blob/master/tests/test_dynamodb/test_dynamodb_import_table.py
    (test_import_table_single_file_with_multiple_items)
    """

    _decode = json.JSONDecoder().raw_decode

    def __init__(self) -> None:
        self._lines = _Lines()

    def feed(self, data: bytes) -> Iterator[Record]:
        """The items of the lines that end in the next bytes."""
        for line in self._lines.feed(data):
            yield from self._records(line)

    def end(self) -> Iterator[Record]:
        """The items of the last line."""
        yield from self._records(self._lines.end())

    def _records(self, line: bytes) -> Iterator[Record]:
        try:
            text = line.decode().strip()
            at = 0
            while at < len(text):
                found, at = self._decode(text, at)
                yield Record(_item_of(found))
                at = _end_of_space(text, at)
        except (ValueError, RecursionError) as error:
            raise BrokenError(f"No JSON: {error}") from error


def _end_of_space(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return at if found is None else found.end()


def _item_of(found: Any) -> Any:
    if not isinstance(found, dict) or not isinstance(found.get("Item"), dict):
        raise BrokenError("There is no Item in it.")
    return found["Item"]


class Csv:
    """Rows below a header. Attributes of keys are of their types, all others strings."""

    def __init__(self, types: Mapping[str, str], options: Params) -> None:
        self._types = types
        self._delimiter: str = options.get("Delimiter", ",")
        self._names: Sequence[str] | None = options.get("HeaderList")
        self._lines = _Lines()
        self._open: list[str] = []
        self._open_size = 0

    def feed(self, data: bytes) -> Iterator[Record]:
        """The rows that end in the next bytes."""
        for line in self._lines.feed(data):
            yield from self._row(line)

    def end(self) -> Iterator[Record]:
        """The last row."""
        yield from self._row(self._lines.end())
        if self._open:
            raise BrokenError("A quoted field does not end.")

    def _row(self, line: bytes) -> Iterator[Record]:
        try:
            text = line.decode().removesuffix("\r")
        except ValueError as error:
            raise BrokenError(f"No text: {error}") from error
        # A field in quotes may go on over several lines: https://www.rfc-editor.org/rfc/rfc4180#section-2
        if (text.count('"') % 2 == 1) != bool(self._open):
            self._hold(text)
            return
        text = "\n".join([*self._open, text])
        self._open, self._open_size = [], 0
        if text.strip():
            yield from self._record(self._fields(text))

    def _hold(self, text: str) -> None:
        self._open.append(text)
        self._open_size += len(text)
        if self._open_size > LONGEST:
            raise BrokenError("A row is too long.")

    def _fields(self, text: str) -> list[str]:
        try:
            rows = csv.reader([text], delimiter=self._delimiter)
            return [field for row in rows for field in row]
        except csv.Error as error:
            raise BrokenError(f"No CSV: {error}") from error

    def _record(self, fields: list[str]) -> Iterator[Record]:
        if self._names is None:
            self._names = [field.removeprefix("\ufeff") for field in fields]
        elif len(fields) != len(self._names):
            yield Record(None, f"{len(fields)} columns where the header has {len(self._names)}.")
        else:
            types = self._types
            columns = zip(self._names, fields, strict=True)
            yield Record({name: {types.get(name, "S"): field} for name, field in columns})


class _Lines:
    """Cuts bytes at newlines."""

    def __init__(self) -> None:
        self._rest: list[bytes] = []
        self._size = 0

    def feed(self, data: bytes) -> Iterator[bytes]:
        *whole, rest = data.split(b"\n")
        for line in whole:
            yield b"".join([*self._rest, line])
            self._rest, self._size = [], 0
        self._rest.append(rest)
        self._size += len(rest)
        if self._size > LONGEST:
            raise BrokenError("A record is too long.")

    def end(self) -> bytes:
        return b"".join(self._rest)
