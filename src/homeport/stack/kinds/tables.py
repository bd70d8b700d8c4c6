"""Arrays of tables, such as `[[registry.rules]]`: each table becomes a frozen dataclass, each key is of a kind of its own."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from homeport.stack import spelling, values

MOST = 200
"""Tables of one array."""
TEXT_BYTES = 100_000
"""The most that one may take as text: an environment variable, by which it comes to a process, has 128 KiB with its name.
https://man7.org/linux/man-pages/man2/execve.2.html (MAX_ARG_STRLEN)"""


class Column(NamedTuple):
    """One key of the tables."""

    name: str
    """As a user writes it."""
    field: str
    """Its field in the dataclass."""
    kind: values.Kind
    is_required: bool = False
    is_secret: bool = False
    """Whether its value is never shown."""


class Tables:
    """An array of tables."""

    def __init__(
        self,
        made: type[Any],
        columns: Sequence[Column],
        *,
        unique: str = "",
        check: Callable[[Any], str] = lambda _: "",
    ) -> None:
        """`made` is the dataclass, `unique` a key that no two tables share, `check` says what is wrong with a whole table."""
        self.made = made
        self.columns = tuple(columns)
        self._by_name = {column.name: column for column in columns}
        self._unique = unique
        self._check = check
        self.has_secrets = any(column.is_secret for column in columns)
        self.allowed = f"an array of tables with {', '.join(self._by_name)}; as text it is JSON"

    def below(self, base: values.Base) -> Tables:
        """The same for what stands in a file of the folder `base`."""
        columns = [
            column._replace(kind=column.kind.below(base))
            if isinstance(column.kind, values.Folder)
            else column
            for column in self.columns
        ]
        return Tables(self.made, columns, unique=self._unique, check=self._check)

    def read(self, raw: object) -> tuple[Any, ...]:
        """A dataclass for each table. Raises `values.Wrong`, which names all that is wrong."""
        rows = _parsed(raw) if isinstance(raw, str) else raw
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise values.NotOfKind
        faults: list[values.Fault] = []
        if len(rows) > MOST:
            raise values.Wrong(
                [values.Fault("", f"{len(rows)} tables are too many, {MOST} is most.")]
            )
        read = [self._row(row, f"[{number}]", faults) for number, row in enumerate(rows)]
        self._differ(read, faults)
        made = tuple(row for row in read if row is not None)
        if not faults and len(self.show(made).encode()) > TEXT_BYTES:
            faults.append(values.Fault("", f"it takes more than {TEXT_BYTES} bytes."))
        if faults:
            raise values.Wrong(faults)
        return made

    def _row(self, row: Mapping[str, object], place: str, faults: list[values.Fault]) -> Any:
        before = len(faults)
        given = {}
        for name, raw in row.items():
            column = self._by_name.get(name)
            if column is None:
                faults.append(values.Fault(f"{place}.{name}", _unknown(name, self._by_name)))
            else:
                given[column.field] = _cell(column, raw, f"{place}.{name}", faults)
        faults += [
            values.Fault(place, f"{column.name} is missing.")
            for column in self.columns
            if column.is_required and column.name not in row
        ]
        if len(faults) > before:
            return None
        made = self.made(**given)
        if wrong := self._check(made):
            faults.append(values.Fault(place, wrong))
            return None
        return made

    def _differ(self, made: Sequence[Any], faults: list[values.Fault]) -> None:
        seen = set()
        for number, row in enumerate(made):
            if row is None or not self._unique:
                continue
            value = getattr(row, self._by_name[self._unique].field)
            if value in seen:
                text = f"there is another one with {self._unique} = {value!r} before it."
                faults.append(values.Fault(f"[{number}]", text))
            seen.add(value)

    def show(self, value: tuple[Any, ...]) -> str:
        """JSON that `read` takes, without what is as it is by default."""
        return json.dumps([self._shown(row) for row in value], separators=(",", ":"))

    def schema(self) -> values.Schema:
        """An array of tables, without what each key means."""
        return {
            "type": "array",
            "maxItems": MOST,
            "items": {
                "type": "object",
                "properties": {column.name: column.kind.schema() for column in self.columns},
                "required": [column.name for column in self.columns if column.is_required],
                "additionalProperties": False,
            },
        }

    def _shown(self, row: Any) -> dict[str, str]:
        default = {field.name: field.default for field in dataclasses.fields(self.made)}
        shown = {}
        for column in self.columns:
            value = getattr(row, column.field)
            if value != default[column.field]:
                shown[column.name] = column.kind.show(value)
        return shown


def _parsed(text: str) -> object:
    try:
        parsed: object = json.loads(text)
    except ValueError as error:
        raise values.NotOfKind from error
    return parsed


def _cell(column: Column, raw: object, place: str, faults: list[values.Fault]) -> Any:
    try:
        return column.kind.read(raw)
    except values.NotOfKind as error:
        shown = "its value" if column.is_secret else repr(str(error) or raw)
        faults.append(
            values.Fault(place, f"{shown} is not {error.allowed or column.kind.allowed}.")
        )
        return None


def _unknown(name: str, known: Mapping[str, Column]) -> str:
    near = spelling.nearest(name, known)
    return "there is no such key." + (f" Did you mean {near}?" if near else "")
