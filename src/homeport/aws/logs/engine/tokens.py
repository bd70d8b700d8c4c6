"""Places between events, and the tokens that carry them.

A place is a time and the number of an event: what comes before it was read, or is to be read backwards. Event ids and tokens have
the form of AWS: the time in the upper bits of a number of 56 digits, or some more for times after 2112.
https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetLogEvents.html
"""

from __future__ import annotations

import base64
import binascii
import re
from typing import NamedTuple

from homeport.aws.logs import errors

_SHIFT = 144
_TOKEN = re.compile(r"([fb])/(\d{56,63})/s")
END_OF_TIME = 2**63 - 1
"""The largest number that SQLite can hold: https://www.sqlite.org/datatype3.html"""


class Place(NamedTuple):
    """A place between two events; it is before the event of this time and number."""

    timestamp: int
    event: int


class Token(NamedTuple):
    """Where to read on, and in which direction."""

    is_forward: bool
    place: Place


def time(asked: int | None, default: int) -> int:
    """A time that a client asks for, or the default; no larger than can be looked for."""
    return min(default if asked is None else asked, END_OF_TIME)


def event_id(timestamp: int, event: int) -> str:
    """The id of an event, as AWS writes it."""
    return f"{timestamp << _SHIFT | event:056}"


def write(token: Token) -> str:
    """A token of GetLogEvents: `f/...` to read on, `b/...` to read back."""
    return f"{'f' if token.is_forward else 'b'}/{event_id(*token.place)}/s"


def read(text: str) -> Token:
    """Raises InvalidParameterException for what no `write` made."""
    found = _TOKEN.fullmatch(text)
    if found is None:
        raise errors.invalid_token()
    number = int(found[2])
    place = Place(number >> _SHIFT, number & (1 << _SHIFT) - 1)
    if max(place) > END_OF_TIME:
        raise errors.invalid_token()
    return Token(found[1] == "f", place)


def hide(text: str) -> str:
    """A token that clients see no meaning in."""
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def reveal(text: str) -> str:
    """Raises InvalidParameterException for what no `hide` made."""
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), b"-_", validate=True).decode()
    except (binascii.Error, ValueError):
        raise errors.invalid_token() from None
