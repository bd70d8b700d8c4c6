"""Which bytes of a blob a `Range` header asks for: https://www.rfc-editor.org/rfc/rfc9110#name-range-requests"""

from __future__ import annotations

import re
from typing import NamedTuple

# One range of bytes; more digits than 18 are no offset in any file.
_RANGE = re.compile(r"bytes=\s*([0-9]{0,18})-([0-9]{0,18})", re.IGNORECASE)


class Span(NamedTuple):
    """A part of a blob."""

    offset: int
    length: int


def select(header: str, size: int) -> Span | None:
    """The part that is asked for; a length of 0 says that there is none.

    None where the whole blob is the answer: a header that is no single range of bytes is ignored, as the RFC allows.
    """
    match = _RANGE.fullmatch(header.strip())
    if match is None or match[0].endswith("=-"):
        return None
    first, last = match[1], match[2]
    if not first:
        length = min(int(last), size)
        return Span(size - length, length)
    start = int(first)
    end = min(int(last), size - 1) if last else size - 1
    if last and int(last) < start:
        return None
    return Span(start, max(0, end - start + 1))
