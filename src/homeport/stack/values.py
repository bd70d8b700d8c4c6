"""Kinds of setting values: how each is read from TOML, a flag or the environment, and how it is written back."""

from __future__ import annotations

import re
import socket
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Protocol

Schema = dict[str, Any]
"""A JSON Schema. https://json-schema.org/draft/2020-12"""

Base = Path | None
"""Where relative paths start; None for the folder in which the command is run."""

UNITS: Mapping[str, int] = {
    "": 1,
    "b": 1,
    "kb": 10**3,
    "mb": 10**6,
    "gb": 10**9,
    "tb": 10**12,
    "kib": 2**10,
    "mib": 2**20,
    "gib": 2**30,
    "tib": 2**40,
    "k": 2**10,
    "m": 2**20,
    "g": 2**30,
    "t": 2**40,
    "ki": 2**10,
    "mi": 2**20,
    "gi": 2**30,
    "ti": 2**40,
}
"""IEC and SI, and the suffixes of Kubernetes quantities (`30Gi`), in lower case."""

_SIZE = re.compile(r"([0-9]{1,20}(?:\.[0-9]{1,20})?)\s*([A-Za-z]*)")
_TRUE = frozenset({"1", "true", "yes", "on"})
_FALSE = frozenset({"0", "false", "no", "off"})
_UNLIMITED = frozenset({"none", "unlimited"})
_LABEL = r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
_HOSTNAME = re.compile(rf"(?:\*\.)?{_LABEL}(?:\.{_LABEL})*\.?")
"""A host name, with at most its first label a wildcard: https://www.rfc-editor.org/rfc/rfc9525#section-6.3"""


def is_address(text: str) -> bool:
    """Whether it is an IP address, with a zone where it has one."""
    for family in (socket.AF_INET, socket.AF_INET6):
        try:
            socket.inet_pton(family, text.partition("%")[0])
        except OSError:
            continue
        return True
    return False


class NotOfKind(ValueError):
    """A value is not of a setting's kind; the text, where there is any, is the part that is wrong, `allowed` what it may be."""

    def __init__(self, part: str = "", allowed: str = "") -> None:
        super().__init__(part)
        self.allowed = allowed


class Fault(NamedTuple):
    """One thing that is wrong inside a value."""

    place: str
    """Where: `[0].users`; empty for the whole."""
    text: str
    """What, as a sentence."""


class Wrong(NotOfKind):
    """A value has parts, and some of them are wrong."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__()
        self.faults = tuple(faults)


class Kind(Protocol):
    """One kind of value."""

    @property
    def allowed(self) -> str:
        """What is allowed, to end the sentence "... is not ..."."""

    def read(self, raw: object) -> Any:
        """The value. Raises `NotOfKind`."""

    def show(self, value: Any) -> str:
        """The value as text that `read` takes."""

    def schema(self) -> Schema:
        """What an editor may say of it in a settings file."""


class Text:
    """Any text."""

    allowed = "a text"

    def read(self, raw: object) -> str:
        """The text as it is."""
        if not isinstance(raw, str):
            raise NotOfKind
        return raw

    def show(self, value: str) -> str:
        """The text as it is."""
        return value

    def schema(self) -> Schema:
        """A text."""
        return {"type": "string"}


class UserName(Text):
    """A name for HTTP basic authentication: no colon, https://www.rfc-editor.org/rfc/rfc7617#section-2"""

    allowed = "a user name (1 to 255 printable characters, no colon, no space at either end)"

    def read(self, raw: object) -> str:
        """The name as it is."""
        name = Text.read(self, raw)
        if not 1 <= len(name) <= 255 or ":" in name or name != name.strip():
            raise NotOfKind
        if not name.isprintable():
            raise NotOfKind
        return name


class Number:
    """A whole number in a range."""

    def __init__(self, least: int, most: int, what: str = "a whole number") -> None:
        self._least = least
        self._most = most
        self.allowed = f"{what} from {least} to {most}"

    def read(self, raw: object) -> int:
        """The number."""
        if isinstance(raw, bool) or not isinstance(raw, int | str):
            raise NotOfKind
        if isinstance(raw, str) and not (raw.isascii() and raw.strip().isdigit()):
            raise NotOfKind
        number = int(raw)
        if not self._least <= number <= self._most:
            raise NotOfKind
        return number

    def show(self, value: int) -> str:
        """Its digits."""
        return str(value)

    def schema(self) -> Schema:
        """A number in the range."""
        return {"type": "integer", "minimum": self._least, "maximum": self._most}


class Flag:
    """Yes or no."""

    allowed = "true or false"

    def read(self, raw: object) -> bool:
        """A TOML boolean, or 1/0, true/false, yes/no, on/off in any case."""
        if isinstance(raw, bool):
            return raw
        word = str(raw).strip().lower()
        if word not in _TRUE | _FALSE:
            raise NotOfKind
        return word in _TRUE

    def show(self, value: bool) -> str:
        """`true` or `false`."""
        return "true" if value else "false"

    def schema(self) -> Schema:
        """A boolean."""
        return {"type": "boolean"}


class Size:
    """A number of bytes, or none for no limit."""

    allowed = 'a size such as "30GiB", "512MiB" or "none"'

    def read(self, raw: object) -> int | None:
        """Bytes; None for `none`."""
        if isinstance(raw, str) and raw.strip().lower() in _UNLIMITED:
            return None
        if isinstance(raw, bool) or not isinstance(raw, int | str):
            raise NotOfKind
        found = _SIZE.fullmatch(str(raw).strip())
        if found is None or found[2].lower() not in UNITS:
            raise NotOfKind
        whole, _, fraction = found[1].partition(".")
        size: int = int(whole + fraction) * UNITS[found[2].lower()] // 10 ** len(fraction)
        if not 0 < size < 2**63:
            raise NotOfKind
        return size

    def show(self, value: int | None) -> str:
        """In the largest unit that divides it."""
        if value is None:
            return "none"
        for unit in ("TiB", "GiB", "MiB", "KiB"):
            count, rest = divmod(value, UNITS[unit.lower()])
            if count and not rest:
                return f"{count}{unit}"
        return str(value)

    def schema(self) -> Schema:
        """A text with a unit, or bytes."""
        return {"type": ["string", "integer"], "pattern": r"^\s*([0-9.]+\s*[A-Za-z]*|[Nn]one)\s*$"}


class Folder:
    """A folder, absolute once it is read."""

    def __init__(self, allowed: str = "a folder", base: Base = None) -> None:
        self.allowed = allowed
        self._base = base

    def below(self, base: Base) -> Folder:
        """The same for what stands in a file of the folder `base`."""
        return Folder(self.allowed, base)

    def read(self, raw: object) -> Path:
        """Relative ones start at the folder of the file that names them, else where the command is run; `~` is the home."""
        if not isinstance(raw, str) or not raw.strip() or "\0" in raw:
            raise NotOfKind
        try:
            path = Path(raw).expanduser()
        except RuntimeError as error:
            raise NotOfKind(str(error)) from error
        return (self._base or Path.cwd()) / path

    def show(self, value: Path) -> str:
        """Its path."""
        return str(value)

    def schema(self) -> Schema:
        """A path."""
        return {"type": "string", "minLength": 1}


class Choice:
    """One of some words."""

    def __init__(self, words: tuple[str, ...]) -> None:
        self._words = words
        self.allowed = f"one of {', '.join(words)}"

    def read(self, raw: object) -> str:
        """The word in lower case."""
        word = str(raw).strip().lower()
        if word not in self._words:
            raise NotOfKind
        return word

    def show(self, value: str) -> str:
        """The word."""
        return value

    def schema(self) -> Schema:
        """One of the words."""
        return {"type": "string", "enum": list(self._words)}


class Address:
    """An IP address or host name to listen on."""

    allowed = "an address to listen on, such as 127.0.0.1, 0.0.0.0 or ::"

    def read(self, raw: object) -> str:
        """The address, without the brackets of a URL."""
        if not isinstance(raw, str):
            raise NotOfKind
        address = raw.strip().removeprefix("[").removesuffix("]")
        if not (is_address(address) or _HOSTNAME.fullmatch(address)) or "*" in address:
            raise NotOfKind
        return address

    def show(self, value: str) -> str:
        """As it is."""
        return value

    def schema(self) -> Schema:
        """An address."""
        return {"type": "string", "minLength": 1}


class Words:
    """A list of words, separated by commas outside TOML."""

    allowed = "a list of words"

    def __init__(self, allowed: str = "", choices: tuple[str, ...] = ()) -> None:
        self.allowed = allowed or self.allowed
        self._choices = choices

    def read(self, raw: object) -> tuple[str, ...]:
        """The words in lower case, each once, in their order."""
        parts = raw.split(",") if isinstance(raw, str) else raw
        if not isinstance(parts, list) or not all(isinstance(part, str) for part in parts):
            raise NotOfKind
        words = tuple(dict.fromkeys(part.strip().lower() for part in parts if part.strip()))
        for word in words:
            self._check(word)
        return words

    def _check(self, word: str) -> None:
        if self._choices and word not in self._choices:
            raise NotOfKind(word, f"one of {', '.join(self._choices)}")

    def show(self, value: tuple[str, ...]) -> str:
        """The words, separated by commas; a lone comma where there are none: nothing would mean "not given"."""
        return ",".join(value) or ","

    def schema(self) -> Schema:
        """A list of words."""
        words: Schema = {"enum": list(self._choices)} if self._choices else {"type": "string"}
        return {"type": "array", "items": words}


class HostNames(Words):
    """A list of host names."""

    allowed = "a list of host names"

    def _check(self, word: str) -> None:
        if len(word) > 253 or not (_HOSTNAME.fullmatch(word) or is_address(word)):
            raise NotOfKind(word, "a host name")
