"""The texts of the files, each with a mark by which it is known again, and known to be as it was written."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable

from homeport.tofu.export.resources import Resource
from homeport.tofu.export.template import Body

_MARK = "Made by homeport tofu export"
_ZEROS = "0" * 64
_SEAL = re.compile(rf"{_MARK}[^\n]*sha256:([0-9a-f]{{64}})")
MARK = f"{_MARK}, which makes it anew; settings belong into homeport.toml. sha256:{_ZEROS}"


def document(body: Body) -> str:
    """A file of the JSON syntax. `//` is a comment there: https://opentofu.org/docs/language/syntax/json/#comment-properties"""
    return seal(json.dumps({"//": MARK, **body}, indent=2) + "\n")


def resources(made: Iterable[Resource]) -> Body:
    """Resources in the order of their addresses."""
    found: Body = {}
    for each in sorted(made, key=lambda each: each.address):
        found.setdefault(each.type, {})[each.name] = each.body
    return {"resource": found}


def seal(text: str) -> str:
    """The text with its own digest in the mark."""
    return text.replace(_ZEROS, _digest(text), 1)


def is_ours(text: str) -> bool:
    """Whether it has the mark."""
    return _SEAL.search(text) is not None


def is_edited(text: str) -> bool:
    """Whether it was changed after it was written. Line ends do not count: git may change them."""
    found = _SEAL.search(text)
    if found is None:
        return True
    plain = text[: found.start(1)] + _ZEROS + text[found.end(1) :]
    return _digest(plain) != found[1]


def _digest(text: str) -> str:
    return hashlib.sha256(text.replace("\r\n", "\n").encode()).hexdigest()
