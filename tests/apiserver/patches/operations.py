"""JSON patch: https://www.rfc-editor.org/rfc/rfc6902"""

from __future__ import annotations

from typing import Any

from tests.apiserver.store import copied


class Failed(Exception):
    """An operation cannot be carried out; the document stays."""


def apply(document: dict, operations: list[dict]) -> dict:
    """The document after all operations."""
    wrapped = {"": copied(document)}
    for operation in operations:
        _operate(wrapped, operation)
    return wrapped[""]


def _operate(wrapped: dict, operation: dict) -> None:
    name, path = operation.get("op"), operation.get("path", "")
    if name == "add":
        _add(wrapped, path, operation.get("value"))
    elif name == "remove":
        _remove(wrapped, path)
    elif name == "replace":
        _remove(wrapped, path)
        _add(wrapped, path, operation.get("value"))
    elif name == "test":
        if _get(wrapped, path) != operation.get("value"):
            raise Failed(f"testing path {path} failed: test failed")
    elif name in {"move", "copy"}:
        found = _get(wrapped, operation.get("from", ""))
        if name == "move":
            _remove(wrapped, operation["from"])
        _add(wrapped, path, found)
    else:
        raise Failed(f"Unexpected kind: {name}")


def _parts(path: str) -> list[str]:
    return [part.replace("~1", "/").replace("~0", "~") for part in path.split("/")]


def _parent(wrapped: dict, path: str, operation: str) -> tuple[Any, str]:
    *above, last = _parts(path)
    place: Any = wrapped
    for part in above:
        try:
            place = place[int(part)] if isinstance(place, list) else place[part]
        except (KeyError, IndexError, ValueError, TypeError):
            raise Failed(
                f"{operation} operation does not apply: doc is missing path: {path}"
            ) from None
    if not isinstance(place, dict | list):
        raise Failed(f"{operation} operation does not apply: doc is missing path: {path}")
    return place, last


def _index(place: list, part: str, limit: int) -> int:
    if not part.isdigit() or int(part) > limit:
        raise Failed(f"Unable to access invalid index: {part}")
    return int(part)


def _get(wrapped: dict, path: str) -> Any:
    place, last = _parent(wrapped, path, "test")
    if isinstance(place, list):
        return place[_index(place, last, len(place) - 1)]
    return place.get(last)


def _add(wrapped: dict, path: str, value: Any) -> None:
    place, last = _parent(wrapped, path, "add")
    if isinstance(place, dict):
        place[last] = value
    elif last == "-":
        place.append(value)
    else:
        place.insert(_index(place, last, len(place)), value)


def _remove(wrapped: dict, path: str) -> None:
    place, last = _parent(wrapped, path, "remove")
    if isinstance(place, list):
        place.pop(_index(place, last, len(place) - 1))
    elif last in place:
        del place[last]
    else:
        raise Failed(f"remove operation does not apply: doc is missing key: {path}: missing value")
