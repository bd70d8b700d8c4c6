"""What the supervisor was started with, written down by itself: so it can be told what another start would change.

However it was started, by hand or by a definition, and on whichever system.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from homeport.net import files
from homeport.stack import folders, settings
from homeport.storage import disk
from homeport.targets.local.planning import texts

_NAME = "started.json"
_LARGEST = 4 * 2**20
"""Bytes that are read at most; there are some kilobytes."""


class Started(NamedTuple):
    """A start of a stack, the last one of its data folder."""

    pid: int
    """The supervisor's; 0 where there never was one."""
    components: tuple[str, ...]
    texts: texts.Texts
    """The settings as it got them, with all that was left open decided."""
    secrets: texts.Secrets


def never() -> Started:
    """None was started yet."""
    return Started(0, (), {}, texts.nobody())


def write(chosen: settings.Settings, components: Sequence[str], pid: int) -> None:
    """Writes down a start, for the owner's eyes only. The lock of the data folder is held by who calls."""
    where = folders.of(chosen)
    known = read(where.run).secrets.with_those_of(chosen)
    content = {
        "pid": pid,
        "components": list(components),
        "settings": texts.of(chosen, known),
        "key": known.key.hex(),
        "secrets": known.seen,
    }
    files.write(_path(where.run), json.dumps(content, indent=2).encode(), 0o600)


def read(run: Path) -> Started:
    """The last start; one that cannot be read counts as none, and its secrets as new ones."""
    try:
        with _path(run).open("rb") as file:
            return _parsed(json.loads(file.read(_LARGEST)))
    except (FileNotFoundError, NotADirectoryError):
        return never()
    except OSError as error:
        raise disk.storage_error(f"{_path(run)} could not be read", error) from error
    except (ValueError, KeyError, TypeError, AttributeError):
        return never()


def _path(run: Path) -> Path:
    return run / _NAME


def _parsed(content: Any) -> Started:
    seen = {
        key: texts.Seen(str(mark), int(revision))
        for key, (mark, revision) in content["secrets"].items()
    }
    return Started(
        pid=int(content["pid"]),
        components=tuple(map(str, content["components"])),
        texts={str(key): str(text) for key, text in content["settings"].items()},
        secrets=texts.Secrets(bytes.fromhex(content["key"]), seen),
    )
