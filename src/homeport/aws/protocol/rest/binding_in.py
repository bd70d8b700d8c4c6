"""Parameters that stand in the path, the query and the headers of a request.

https://smithy.io/2.0/spec/http-bindings.html
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from homeport.aws.protocol.call import Params
from homeport.aws.protocol.codec import Match
from homeport.aws.protocol.shape import Shape
from homeport.aws.protocol.values import json_reader, scalars
from homeport.aws.protocol.values.mismatch import Mismatch

Read = Callable[[str], Any]
Slot = tuple[str, "Read | None"]
"""The member, and what reads its text; None where the text is the value."""

# https://smithy.io/2.0/spec/http-bindings.html#httpheader-serialization-rules: quoted where it holds a comma or a quote.
_LIST_ITEM = re.compile(r'\s*(?:"((?:[^"\\]|\\.)*)"|([^,]*))\s*(?:,|$)')


class RequestBinding:
    """Where the members of an operation's input stand outside of the body."""

    def __init__(self, shape: Shape | None) -> None:
        self._labels: dict[str, Slot] = {}
        self._query: dict[str, Slot] = {}
        self._query_lists: dict[str, Slot] = {}
        self._query_maps: list[tuple[str, bool]] = []
        self._headers: dict[str, Slot] = {}
        self._prefixes: list[tuple[str, str]] = []
        for name, member in shape.members.items() if shape is not None else ():
            self._add(name, member.location_name or name, member)

    def _add(self, name: str, wire_name: str, member: Shape) -> None:
        match member.location:
            case "uri":
                self._labels[wire_name] = (name, _reader(member, "iso8601"))
            case "querystring" if member.type == "map":
                self._query_maps.append((name, member.value.type == "list"))
            case "querystring" if member.type == "list":
                self._query_lists[wire_name] = (name, _reader(member.member, "iso8601"))
            case "querystring":
                self._query[wire_name] = (name, _reader(member, "iso8601"))
            case "header":
                self._headers[wire_name.lower()] = (name, _header_reader(member))
            case "headers":
                self._prefixes.append((wire_name.lower(), name))

    def read(self, match: Match, headers: dict[str, str]) -> Params:
        """The members found. Raises `Mismatch` with the wire name and the value to blame."""
        params: Params = {}
        for wire_name, text in match.labels.items():
            slot = self._labels.get(wire_name)
            if slot is not None:
                params[slot[0]] = text if slot[1] is None else _convert(slot[1], wire_name, text)
        if match.query:
            self._read_query(match.query, params)
        self._read_headers(headers, params)
        return params

    def _read_query(self, query: dict[str, list[str]], params: Params) -> None:
        for wire_name, texts in query.items():
            slot = self._query.get(wire_name)
            if slot is not None:
                name, read = slot
                params[name] = texts[0] if read is None else _convert(read, wire_name, texts[0])
            elif wire_name in self._query_lists:
                name, read = self._query_lists[wire_name]
                params[name] = [
                    text if read is None else _convert(read, wire_name, text) for text in texts
                ]
        # A server puts every parameter into the map, bound elsewhere or not:
        # https://smithy.io/2.0/spec/http-bindings.html#httpqueryparams-trait
        for name, is_list in self._query_maps:
            params[name] = {key: texts if is_list else texts[0] for key, texts in query.items()}

    def _read_headers(self, headers: dict[str, str], params: Params) -> None:
        look_up = self._headers.get
        for wire_name, text in headers.items():
            slot = look_up(wire_name)
            if slot is None:
                continue
            name, read = slot
            if read is None:
                params[name] = text
            elif text:
                value = _convert(read, wire_name, text)
                if value is not None:
                    params[name] = value
        for prefix, name in self._prefixes:
            start = len(prefix)
            found = {key[start:]: text for key, text in headers.items() if key.startswith(prefix)}
            if found:
                params[name] = found


def _convert(read: Read, wire_name: str, text: str) -> Any:
    try:
        return read(text)
    except Mismatch as mismatch:
        raise Mismatch(mismatch.text, member=wire_name, value=text) from None


def _reader(member: Shape, timestamp_format: str) -> Read | None:
    read = scalars.reader(member, timestamp_format)
    return None if read is str else read


def _header_reader(member: Shape) -> Read | None:
    if member.is_json_value:
        return lambda text: json_reader.load(scalars.read_blob(text))
    if member.type == "list":
        return _list_reader(member.member)
    read = _reader(member, "rfc822")
    if member.type == "timestamp" and (member.location_name or "").lower().startswith("if-"):
        return _lenient(read) if read is not None else None
    return read


def _lenient(read: Read) -> Read:
    def read_or_ignore(text: str) -> Any:
        # "A recipient MUST ignore the If-Modified-Since header field if the received field value is not a valid HTTP-date":
        # https://www.rfc-editor.org/rfc/rfc9110#section-13.1.3
        try:
            return read(text)
        except Mismatch:
            return None

    return read_or_ignore


def _list_reader(item: Shape) -> Read:
    read = _reader(item, "rfc822")
    has_commas = item.type == "timestamp" and item.timestamp_format in (None, "rfc822")
    split = _split_dates if has_commas else _split

    def read_list(text: str) -> list[Any]:
        return [part if read is None else read(part) for part in split(text)]

    return read_list


def _split(text: str) -> list[str]:
    if '"' not in text:
        return [part.strip() for part in text.split(",")]
    parts = []
    position = 0
    while position < len(text):
        found = _LIST_ITEM.match(text, position)
        if found is None:
            raise Mismatch("A header holds a broken quoted string")
        quoted = found[1]
        parts.append(found[2].strip() if quoted is None else re.sub(r"\\(.)", r"\1", quoted))
        position = found.end()
    return parts


def _split_dates(text: str) -> list[str]:
    halves = [half.strip() for half in text.split(",")]
    if len(halves) % 2:
        raise Mismatch("A header holds a broken list of dates")
    return [f"{day}, {rest}" for day, rest in zip(halves[::2], halves[1::2], strict=True)]
