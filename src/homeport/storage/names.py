"""Names of content files: lower-case hex, by itself or behind a prefix (`sha256-<hex>`). Nothing else reaches a path."""

from __future__ import annotations

import re
import secrets

from homeport import errors

_NAME = re.compile(r"(?:[a-z0-9]{1,16}-)?[0-9a-f]{2,128}")
FOLDER = re.compile(r"[0-9a-f]{2}")
"""The folders that published files are spread over."""


def random_name() -> str:
    """A name that nobody has: 32 hex digits."""
    return secrets.token_hex(16)


def is_name(text: str) -> bool:
    """Whether `text` can name a content file."""
    return _NAME.fullmatch(text) is not None


def check(name: str) -> str:
    """Returns the name; raises `StorageError` where it is none."""
    if _NAME.fullmatch(name) is None:
        raise errors.StorageError(f"{name[:160]!r} is not the name of a content file.")
    return name


def folder(name: str) -> str:
    """The two hex digits that a published file lies under: the first two, behind the prefix where there is one."""
    start = name.find("-") + 1
    return name[start : start + 2]
