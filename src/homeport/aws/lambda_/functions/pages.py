"""Lists in pages: how many, and behind what.

https://docs.aws.amazon.com/lambda/latest/api/API_ListFunctions.html
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import TypeVar

from homeport.aws.lambda_ import errors
from homeport.aws.protocol.call import Params

T = TypeVar("T")
_DIGITS = 19
"""Those of 2 to the power of 63, above which SQLite has no integers."""


def limit(params: Params, most: int) -> int:
    """How many are listed: more may be asked for than one answer has."""
    return min(params.get("MaxItems") or most, most)


def after(params: Params) -> str:
    """Behind what; empty for the first page."""
    marker = params.get("Marker")
    if not marker:
        return ""
    try:
        return base64.b64decode(marker, altchars=b"-_", validate=True).decode()
    except (binascii.Error, ValueError) as error:
        # AWS's text is not recorded.
        raise errors.INVALID("Invalid marker.") from error


def number(text: str) -> int | None:
    """The number that stands in a marker; None where there is none that we have given."""
    is_one = text.isascii() and text.isdecimal() and len(text) < _DIGITS
    return int(text) if is_one else None


def answer(
    name: str,
    found: Sequence[T],
    most: int,
    key: Callable[[T], str],
    shown: Callable[[T], Params],
) -> Params:
    """A page of at most `most` of what was found, and the marker of the next one where one more was found."""
    page = found[:most]
    members: Params = {name: [shown(each) for each in page]}
    if len(found) > most:
        members["NextMarker"] = base64.urlsafe_b64encode(key(page[-1]).encode()).decode()
    return members
