"""Pages of a sorted listing with a prefix and a delimiter.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-prefixes.html
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterable
from typing import Any, Generic, NamedTuple, TypeVar

from homeport.aws.s3 import errors, limits

R = TypeVar("R")
_HIGHEST = "\U0010ffff"


class Wanted(NamedTuple):
    """What a client asks of a listing."""

    prefix: str
    delimiter: str
    after: str
    """The listing goes on behind this key, or behind all keys of this common prefix. Empty: from the start."""
    limit: int


class Page(NamedTuple, Generic[R]):
    """A page: rows and common prefixes, both in order, and where it ended."""

    rows: list[R]
    prefixes: list[str]
    last: str
    """The last key or common prefix; the next page goes on behind it."""
    is_truncated: bool


def after_prefix(prefix: str) -> str | None:
    """The smallest text behind all texts that start with `prefix`; None where there is none."""
    stem = prefix.rstrip(_HIGHEST)
    if not stem:
        return None
    point = ord(stem[-1]) + 1
    # U+D800 to U+DFFF are no characters: https://www.rfc-editor.org/rfc/rfc3629#section-3
    return stem[:-1] + chr(0xE000 if point == 0xD800 else point)


def start(wanted: Wanted) -> str | None:
    """The smallest key that may be on the page; None where nothing can follow."""
    prefix, delimiter, after, _ = wanted
    if not after or (after < prefix):
        return prefix
    if delimiter and after.startswith(prefix):
        at = after.find(delimiter, len(prefix))
        if at >= 0 and at + len(delimiter) == len(after):
            return after_prefix(after)
    return after + "\0"


def page(
    scan: Callable[[str], Iterable[tuple[Any, ...]]],
    wanted: Wanted,
    make: Callable[[tuple[Any, ...]], R],
) -> Page[R]:
    """Cuts a page out of sorted rows whose first column is the key. `scan(low)` gives the rows from `low` on, lazily."""
    low = start(wanted)
    rows: list[R] = []
    prefixes: list[str] = []
    if low is None or wanted.limit == 0:
        return Page(rows, prefixes, "", is_truncated=False)
    if not wanted.delimiter:
        return _flat(scan(low), wanted, make)
    room, last = wanted.limit, ""
    while low is not None:
        found: str | None = None
        for row in scan(low):
            if room == 0:
                return Page(rows, prefixes, last, is_truncated=True)
            room -= 1
            last = row[0]
            found = common_prefix(last, wanted.prefix, wanted.delimiter)
            if found is not None:
                break
            rows.append(make(row))
        if found is None:
            break
        prefixes.append(found)
        last = found
        low = after_prefix(found)
    return Page(rows, prefixes, last, is_truncated=False)


def _flat(
    scanned: Iterable[tuple[Any, ...]], wanted: Wanted, make: Callable[[tuple[Any, ...]], R]
) -> Page[R]:
    rows: list[R] = []
    last = ""
    for row in scanned:
        if len(rows) == wanted.limit:
            return Page(rows, [], last, is_truncated=True)
        rows.append(make(row))
        last = row[0]
    return Page(rows, [], last, is_truncated=False)


def common_prefix(key: str, prefix: str, delimiter: str) -> str | None:
    """The key up to and with the first delimiter behind the prefix; None where there is none."""
    at = key.find(delimiter, len(prefix))
    return None if at < 0 else key[: at + len(delimiter)]


def limit(params: dict[str, Any], name: str, argument: str) -> int:
    """How many entries a page may hold. Raises `InvalidArgument` for a number that is none."""
    value: int = params.get(name, limits.PAGE)
    if not 0 <= value <= limits.MAX_KEYS:
        raise errors.argument(
            argument,
            value,
            f"Argument {argument} must be an integer between 0 and {limits.MAX_KEYS}",
        )
    return min(value, limits.PAGE)


def token(last: str) -> str:
    """An opaque continuation token."""
    return base64.urlsafe_b64encode(b"1" + last.encode()).decode("ascii")


def from_token(text: str) -> str:
    """Where a listing goes on. Raises `InvalidArgument` for a token that was not given out."""
    try:
        data = base64.b64decode(text, altchars=b"-_", validate=True)
        if data[:1] == b"1":
            return data[1:].decode()
    except (binascii.Error, ValueError):
        pass
    raise errors.argument(
        "continuation-token", text, "The continuation token provided is incorrect"
    )
