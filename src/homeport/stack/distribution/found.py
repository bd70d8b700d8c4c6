"""What is made of the keys of a configuration, and the simplest ways to make something of one."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from homeport.stack import sources
from homeport.stack.distribution import tree

Follow = Callable[["Found", tree.Entry], None]
"""Makes settings, notes and problems of one entry."""


class Found(sources.Found):
    """The settings that a configuration means, what is wrong in it, and what is said about the rest."""

    def __init__(self) -> None:
        super().__init__()
        self.needless: list[str] = []
        """Keys for things that are not needed here."""
        self.unknown: list[str] = []
        """Variables that mean nothing."""

    def set(self, setting: str, value: object, entry: tree.Entry) -> None:
        """Sets one of ours."""
        self.values[setting] = sources.Raw(value, entry.origin)

    def problem(self, entry: tree.Entry, text: str) -> None:
        """Says what cannot be followed, and what to do."""
        self.problems.append(f"{entry.origin}: {text}")

    def note(self, entry: tree.Entry, text: str) -> None:
        """Says what is not followed, and does no harm."""
        self.notes.append(f"{entry.origin}: {text}")


class Key(NamedTuple):
    """What happens with a key."""

    follow: Follow
    meaning: str
    """For the reference page: `registry.port`, "not needed"."""


def sets(setting: str, read: Callable[[str], object] = str) -> Key:
    """A text that is the value of one of our settings, once `read` has seen it."""

    def follow(found: Found, entry: tree.Entry) -> None:
        if not isinstance(entry.value, str):
            found.problem(entry, "it must be a single value.")
            return
        try:
            found.set(setting, read(entry.value), entry)
        except ValueError:
            found.problem(entry, f"{entry.value!r} is no value of it.")

    return Key(follow, f"`{setting}`")


def needless(path: str) -> Key:
    """A key for what Distribution needs and Homeport does not."""
    return Key(lambda found, _: found.needless.append(path), "not needed")


def unsupported(text: str, *, but: str = "") -> Key:
    """A key that is not followed, which is said at the start. The value `but` asks for nothing."""

    def follow(found: Found, entry: tree.Entry) -> None:
        if not but or entry.text.lower() != but:
            found.note(entry, f"it is not followed: {text}")

    return Key(follow, f"not followed: {text}")


def refused(text: str) -> Key:
    """A key without which the registry would not be what was asked for."""

    def follow(found: Found, entry: tree.Entry) -> None:
        found.problem(entry, f"Homeport does not have it: {text}")

    return Key(follow, f"refused: {text}")


_PART = re.compile(r"([0-9]+(?:\.[0-9]*)?|\.[0-9]+)(ns|us|µs|μs|ms|s|m|h)")
_NS = {"ns": 1, "us": 10**3, "µs": 10**3, "μs": 10**3, "ms": 10**6, "s": 10**9, "m": 6 * 10**10}
_NS |= {"h": 3600 * 10**9}


def milliseconds(text: str) -> int:
    """A duration of Go, rounded up; a bare number is of nanoseconds. Raises `ValueError`.

    https://pkg.go.dev/time#ParseDuration
    """
    if re.fullmatch(r"[0-9]{1,20}", text):
        return -(-int(text) // 10**6)
    parts = _PART.findall(text)
    if not parts or "".join(number + unit for number, unit in parts) != text or len(text) > 60:
        raise ValueError(text)
    return -(-round(sum(float(number) * _NS[unit] for number, unit in parts)) // 10**6)


def duration(text: str) -> str:
    """The same as our settings write it."""
    return f"{milliseconds(text)}ms"


def is_true(text: str) -> bool:
    """A boolean of YAML. Raises `ValueError`. https://yaml.org/type/bool.html"""
    word = text.lower()
    if word in {"true", "yes", "on", "y"}:
        return True
    if word in {"false", "no", "off", "n"}:
        return False
    raise ValueError(text)
