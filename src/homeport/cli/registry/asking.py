"""How a registry is asked: what a command sees of it, whether it runs or is stopped."""

from __future__ import annotations

import contextlib
import importlib
import json
import urllib.parse
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from homeport import errors
from homeport.cli.view import words
from homeport.stack import folders, settings
from homeport.storage import lock

BASE = "/v2/_homeport/"


class Answer(NamedTuple):
    """An answer as it comes in."""

    status: int
    lines: Iterator[bytes]


class Registry(Protocol):
    """A registry that can be asked as its owner."""

    address: str
    """Where clients reach it, as they write it in front of a name."""

    def send(self, method: str, target: str, body: bytes) -> Answer:
        """Sends a request. Raises `HomeportError` where there is no answer."""


class _Way(Protocol):
    def opened(
        self, chosen: settings.Settings, where: folders.Folders, holder: int | None
    ) -> contextlib.AbstractContextManager[Registry]: ...


_RUNNING = "homeport.cli.registry.running"
_STOPPED = "homeport.cli.registry.stopped"
"""Ways to ask. Each loads much that the other does not need."""


@contextlib.contextmanager
def opened(chosen: settings.Settings) -> Iterator[Registry]:
    """The registry of a stack. Raises `HomeportError` where there is none, or it does not answer."""
    where = folders.of(chosen)
    try:
        is_there = (where.registry / "registry.db").exists()
        holder = _holder(where.registry / "lock") if is_there else None
    except PermissionError as error:
        raise errors.HomeportError(
            f"The registry in {words.path(where.registry)} belongs to another user.",
            hint="Run this as that user, or as root.",
        ) from error
    if not is_there:
        raise errors.HomeportError(
            f"There is no registry in {words.path(where.registry)} yet.",
            hint="homeport up makes it; --data names another data folder.",
        )
    way: _Way = importlib.import_module(_RUNNING if holder is not None else _STOPPED)
    with way.opened(chosen, where, holder) as registry:
        yield registry


def _holder(path: Path) -> int | None:
    """The process that has the registry open; 0 where it has not said which, None where there is none."""
    if not path.exists() or not path.read_bytes().strip():
        return None  # who lets go of it empties it
    try:
        with lock.FolderLock(path):
            return None  # it was ended by force
    except lock.InUse as error:
        return error.pid or 0


def ask(registry: Registry, method: str, place: str, body: Mapping[str, Any] | None = None) -> Any:
    """The answer to a question, decoded. Raises `HomeportError` with what the registry says where it refuses."""
    answer = _send(registry, method, place, body)
    return json.loads(b"".join(answer.lines) or b"null")


def stream(
    registry: Registry, place: str, body: Mapping[str, Any] | None = None
) -> Iterable[dict[str, Any]]:
    """The lines of a run as they come. Raises as `ask` does."""
    answer = _send(registry, "POST", place, body)
    return (json.loads(line) for line in answer.lines if line.strip())


def _send(registry: Registry, method: str, place: str, body: Mapping[str, Any] | None) -> Answer:
    answer = registry.send(method, BASE + place, json.dumps(body).encode() if body else b"")
    if answer.status >= 400:
        raise refusal(answer)
    return answer


def refusal(answer: Answer) -> errors.HomeportError:
    """What the registry says against it."""
    try:
        entry = json.loads(b"".join(answer.lines))["errors"][0]
        return failure(entry)
    except (ValueError, KeyError, IndexError, TypeError):
        return errors.HomeportError(
            f"The registry answered with status {answer.status} and no word.",
            hint="homeport logs registry tells more.",
        )


def failure(entry: Mapping[str, Any]) -> errors.HomeportError:
    """An entry of an error body, for a person."""
    text, detail = str(entry["message"]), entry.get("detail")
    hint = detail.get("hint", "") if isinstance(detail, dict) else ""
    return errors.HomeportError(_sentence(text), hint=hint)


def _sentence(text: str) -> str:
    whole = f"{text[:1].upper()}{text[1:]}"
    return whole if whole.endswith(".") else f"{whole}."


def quoted(name: str) -> str:
    """A name as a part of a path."""
    return urllib.parse.quote(name, safe="/")
