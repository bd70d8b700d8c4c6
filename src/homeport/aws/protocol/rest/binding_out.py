"""Result members that stand in the status and the headers of a response.

https://smithy.io/2.0/spec/http-bindings.html
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable
from typing import Any

from homeport.aws.protocol.call import Params
from homeport.aws.protocol.shape import Shape
from homeport.aws.protocol.values import scalars
from homeport.edge import http

Write = Callable[[Any], str]


class ResponseBinding:
    """Where the members of an output, or of an error, stand outside of the body."""

    def __init__(self, shape: Shape) -> None:
        self._headers: dict[str, tuple[str, Write | None]] = {}
        self._prefixes: dict[str, str] = {}
        self.status_member = ""
        self.content_type_member = ""
        for name, member in shape.members.items():
            wire_name = name if member.location_name is None else member.location_name
            if member.location == "header":
                self._headers[name] = (wire_name, _writer(member))
                if wire_name.lower() == "content-type":
                    self.content_type_member = name
            elif member.location == "headers":
                self._prefixes[name] = wire_name
            elif member.location == "statusCode":
                self.status_member = name

    def write(self, members: Params, headers: http.Headers) -> Params:
        """Adds the headers of the members, and returns the members that are left for the body."""
        rest: Params = {}
        look_up = self._headers.get
        for name, value in members.items():
            if value is None:
                continue
            slot = look_up(name)
            if slot is not None:
                wire_name, write = slot
                text = value if write is None else write(value)
                if not (text.isascii() and text.isprintable()):
                    text = _clean(text)
                headers.append((wire_name, text))
            elif name in self._prefixes:
                prefix = self._prefixes[name]
                for key, text in value.items():
                    headers.append((_clean(prefix + key), _mail_safe(text)))
            elif name != self.status_member:
                rest[name] = value
        return rest


def _clean(text: str) -> str:
    """Text that is safe in a header: no control characters, nothing above Latin-1.

    What Latin-1 cannot hold goes out as user metadata does.
    """
    if text.isascii() and text.isprintable():
        return text
    text = "".join(char if char >= " " and char != "\x7f" else " " for char in text)
    try:
        text.encode("latin-1")
    except UnicodeEncodeError:
        return _mail_safe(text)
    return text


def _mail_safe(text: str) -> str:
    """User metadata as S3 gives it back: anything but ASCII as https://www.rfc-editor.org/rfc/rfc2047 wants it.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html#UserMetadata
    """
    if text.isascii() and text.isprintable():
        return text
    return f"=?UTF-8?B?{b64encode(text.encode('utf-8', 'replace')).decode('ascii')}?="


def _writer(member: Shape) -> Write | None:
    if member.is_json_value:
        return _write_json
    if member.type == "list":
        return _list_writer(member.member)
    write = scalars.writer(member, "rfc822")
    return None if member.type == "string" else write


def _write_json(value: Any) -> str:
    return scalars.write_blob(json.dumps(value, separators=(",", ":")).encode("utf-8"))


def _list_writer(item: Shape) -> Write:
    write = _quoted if item.type == "string" else scalars.writer(item, "rfc822")
    return lambda value: ", ".join(write(part) for part in value)


def _quoted(text: str) -> str:
    if '"' in text or "," in text:
        escaped = text.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"'
    return text
