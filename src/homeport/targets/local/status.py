"""What the supervisor says of its components, in a file that `homeport status` reads."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from homeport.targets.local import memory
from homeport.targets.local.lifecycle import State


@dataclass(frozen=True, slots=True)
class Row:
    """One component."""

    name: str
    state: State
    url: str
    pid: int | None
    since: float
    """When it came into its state, seconds since the epoch."""
    restarts: int
    memory_limit: int | None
    problem: str


@dataclass(frozen=True, slots=True)
class Report:
    """All components of a stack."""

    pid: int
    """The supervisor's."""
    started: float
    rows: tuple[Row, ...]


def write(path: Path, pid: int, started: float, rows: Sequence[Row]) -> None:
    """Replaces the file as a whole. It is not synced: it means nothing after the machine has stopped."""
    value = {"pid": pid, "started": started, "components": [asdict(row) for row in rows]}
    temporary = path.with_name(f".{path.name}.new")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(value, file)
    temporary.replace(path)


def read(path: Path) -> Report | None:
    """What was written last; None where nothing was, or where it is not readable as such."""
    try:
        value = json.loads(path.read_bytes())
        rows = tuple(Row(**{**row, "state": State(row["state"])}) for row in value["components"])
        return Report(value["pid"], value["started"], rows)
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None


def as_json(row: Row) -> dict[str, Any]:
    """A row for programs, with the memory that the process takes now, in bytes."""
    resident = memory.resident(row.pid) if row.pid is not None else None
    return {**asdict(row), "memory": resident}
