"""Keys of objects in addresses, in forms and for eyes: any text of 1,024 bytes, so none of it may be trusted to stay as it is.

A path loses `..`, a form turns line breaks into others, and XML has no word for some characters. So a key stands in the query of an
address, percent-encoded, and so it does in the fields of a form.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html
https://url.spec.whatwg.org/#double-dot-path-segment
https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#constructing-entry-list
"""

from __future__ import annotations

import re
import urllib.parse

from homeport.console.visit import Fields

BYTES = 1024
"""https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html"""

_PICTURES = {code: 0x2400 + code for code in range(0x20)} | {0x7F: 0x2421}
"""https://www.unicode.org/charts/PDF/U2400.pdf"""
_TURNING = re.compile("[\u0080-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""What would turn the direction of the text around it, or not be seen: https://www.unicode.org/reports/tr9/"""
_NO_XML = re.compile("[^\\t\\n\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""https://www.w3.org/TR/xml/#charsets; a carriage return is one, and read as a line feed."""
_PLAIN = re.compile(r"[^A-Za-z0-9._ +@()=-]")


def encoded(key: str) -> str:
    """A key as a field of a form has it."""
    return urllib.parse.quote(key, safe="")


def decoded(text: str) -> str:
    """A key from a field of a form."""
    return urllib.parse.unquote(text)


def named(query: Fields, name: str) -> str:
    """A key or prefix of an address; that of a form with a line break in it is percent-encoded once more, as `coded_NAME`."""
    return query.text(name) or decoded(query.text(f"coded_{name}"))


def bucket(name: str, page: str = "", **query: str | int | None) -> str:
    """The address of a bucket's page."""
    path = f"/s3/{urllib.parse.quote(name, safe='')}" + (f"/{page}" if page else "")
    said = {name: value for name, value in query.items() if value not in (None, "")}
    text = urllib.parse.urlencode(said, quote_via=urllib.parse.quote, safe="")
    return f"{path}?{text}" if text else path


def object_(name: str, key: str, page: str = "", version: str = "", **query: str | None) -> str:
    """The address of an object's page, or of an action on it."""
    place = f"object/{page}" if page else "object"
    # An empty key is no object, and is told so by the page.
    return bucket(name, place, key=key, version=version, **query)


def shown(key: str) -> str:
    """A key for eyes: what cannot be seen is made visible."""
    text = key.translate(_PICTURES)
    return _TURNING.sub(lambda found: f"⟨U+{ord(found[0]):04X}⟩", text)


def name(key: str) -> str:
    """What a file of it would be called: the last part, free of what no file may be called."""
    last = key.rstrip("/").rpartition("/")[2]
    text = "".join(each for each in last if each.isprintable() and each not in '\\/:*?"<>|')
    return text.strip(". ") or "object"


def disposition(key: str, kind: str) -> str:
    """`Content-Disposition` with the name of the file: https://www.rfc-editor.org/rfc/rfc6266#appendix-D"""
    called = name(key)
    simple = _PLAIN.sub("_", called)
    exact = urllib.parse.quote(called, safe="")
    return f"{kind}; filename=\"{simple}\"; filename*=UTF-8''{exact}"


def is_xml(key: str) -> bool:
    """Whether it can stand in XML, as DeleteObjects wants it."""
    return _NO_XML.search(key) is None


def folders(prefix: str) -> list[tuple[str, str]]:
    """The folders on the way to a prefix: what each is called, and its own prefix."""
    parts = prefix.split("/")
    return [("/".join(parts[:at]) + "/", parts[at - 1]) for at in range(1, len(parts))]
