"""What is said in terms of HTTP: URLs, header fields, an address with its port."""

from __future__ import annotations

import json
import re
from typing import NamedTuple

from homeport.stack import values

_PLACE = r"(?:[A-Za-z0-9](?:[A-Za-z0-9._-]{0,253})|\[[0-9A-Fa-f:.]{2,45}\])(?::[0-9]{1,5})?"
_URL = rf"([Hh][Tt][Tt][Pp][Ss]?://{_PLACE})(/[!-~]*)?"
"""Scheme, host and port, and what follows: https://www.rfc-editor.org/rfc/rfc3986#section-3"""

URL_LENGTH = 2000
NONE = "none"
_USER = r"//[^/@]*@"


class Url(values.Text):
    """An absolute URL without a user or password, which do not stay secret there."""

    def __init__(self, *, can_be_empty: bool = False, has_path: bool = True) -> None:
        self._can_be_empty = can_be_empty
        self._has_path = has_path
        form = "https://host:port/path" if has_path else "https://host:port"
        self.allowed = f"a URL such as {form}, without user and password"

    def read(self, raw: object) -> str:
        """The URL as it is; one without a path ends with its host or port."""
        url = values.Text.read(self, raw).strip()
        if not url and self._can_be_empty:
            return url
        found = re.fullmatch(_URL, url) if len(url) <= URL_LENGTH else None
        if found is None or (not self._has_path and (found[2] or "/") != "/"):
            raise values.NotOfKind(re.sub(_USER, "//***@", url))
        return url if self._has_path else found[1]


class OptionalUrl(Url):
    """The same, or `none`."""

    def __init__(self, *, can_be_empty: bool = False, has_path: bool = True) -> None:
        super().__init__(can_be_empty=can_be_empty, has_path=has_path)
        self.allowed = f'{self.allowed}, or "{NONE}"'

    def read(self, raw: object) -> str:
        """The URL; `none` as it is."""
        is_none = isinstance(raw, str) and raw.strip().lower() in {NONE, "off"}
        return NONE if is_none else super().read(raw)


class Listening(NamedTuple):
    """An address with its port."""

    host: str
    port: int


class Listen:
    """An address and port to listen on, or none."""

    allowed = 'an address with a port, such as "127.0.0.1:5001", or "none"'
    _address = values.Address()
    _port = values.Number(1, 65535)

    def read(self, raw: object) -> Listening | None:
        """Address and port; loopback where only a port is given."""
        text = "" if isinstance(raw, bool) else str(raw).strip()
        if text.lower() in {"none", "off"}:
            return None
        host, _, port = text.rpartition(":")
        if ":" in host and not (host.startswith("[") and host.endswith("]")):
            raise values.NotOfKind
        return Listening(self._address.read(host or "127.0.0.1"), self._port.read(port))

    def show(self, value: Listening | None) -> str:
        """As it is read."""
        if value is None:
            return "none"
        host = f"[{value.host}]" if ":" in value.host else value.host
        return f"{host}:{value.port}"

    def schema(self) -> values.Schema:
        """A text, or a port."""
        return {"type": ["string", "integer"]}


_NAME = r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}"
"""https://www.rfc-editor.org/rfc/rfc9110#section-5.6.2"""
_VALUE = r"[\t -~\x80-\U0010ffff]{0,2000}"
"""https://www.rfc-editor.org/rfc/rfc9110#section-5.5"""
_OF_THE_CONNECTION = frozenset(
    {"connection", "content-length", "date", "host", "transfer-encoding", "upgrade"}
)
"""Written by whoever sends the message; a second one of them would change where it ends."""
FIELDS = 32


class Headers:
    """Header fields: a table of names with a text, or a list of texts."""

    allowed = "a table of header fields, each with a text or a list of texts"

    def read(self, raw: object) -> tuple[tuple[str, str], ...]:
        """Name and value of each field, in their order. As text it is JSON."""
        if isinstance(raw, str):
            try:
                raw = json.loads(raw)
            except ValueError as error:
                raise values.NotOfKind from error
        if not isinstance(raw, dict):
            raise values.NotOfKind
        found = tuple(
            (name, text)
            for name, given in raw.items()
            for text in (given if isinstance(given, list) else [given])
        )
        if len(found) > FIELDS:
            raise values.NotOfKind(f"{len(found)} fields")
        for name, text in found:
            _check(name, text)
        return found

    def show(self, value: tuple[tuple[str, str], ...]) -> str:
        """JSON that `read` takes."""
        table: dict[str, list[str]] = {}
        for name, text in value:
            table.setdefault(name, []).append(text)
        return json.dumps(table, separators=(",", ":"), ensure_ascii=False)

    def schema(self) -> values.Schema:
        """A table of texts, or of lists of texts."""
        text = {"type": "string"}
        either = {"anyOf": [text, {"type": "array", "items": text}]}
        return {"type": "object", "additionalProperties": either}


def _check(name: object, text: object) -> None:
    if not isinstance(name, str) or name.lower() in _OF_THE_CONNECTION:
        raise values.NotOfKind(str(name))
    if re.fullmatch(_NAME, name) is None:
        raise values.NotOfKind(name)
    if not isinstance(text, str) or re.fullmatch(_VALUE, text) is None:
        raise values.NotOfKind(f"the value of {name}")
