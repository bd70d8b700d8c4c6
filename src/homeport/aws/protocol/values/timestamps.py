"""The three timestamp formats, to and from seconds since the epoch.

https://smithy.io/2.0/spec/protocol-traits.html#timestampformat-trait
"""

from __future__ import annotations

import math
import re
import time
from calendar import timegm
from collections.abc import Callable
from datetime import UTC, datetime

from homeport.aws.protocol.values.mismatch import Mismatch

EARLIEST = -62135596800.0
"""0001-01-01T00:00:00Z, the first instant that all three formats and Python can write."""
LATEST = 253402300799.999
"""9999-12-31T23:59:59.999Z, the last one."""

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MONTH = {name: number for number, name in enumerate(_MONTHS, 1)}

# https://www.rfc-editor.org/rfc/rfc9110#name-date-time-formats: IMF-fixdate, RFC 850, asctime. Fractions: Smithy's http-date.
_IMF = re.compile(
    r"\w{3}, (?P<d>\d{1,2}) (?P<m>\w{3}) (?P<y>\d{4}) (?P<t>\d\d:\d\d:\d\d)(?P<f>\.\d{1,9})? (?:GMT|UTC|[+-]0000)",
    re.ASCII,
)
_RFC850 = re.compile(
    r"\w{6,9}, (?P<d>\d\d)-(?P<m>\w{3})-(?P<y>\d\d) (?P<t>\d\d:\d\d:\d\d)(?P<f>) GMT", re.ASCII
)
_ASCTIME = re.compile(
    r"\w{3} (?P<m>\w{3}) (?P<d>[ \d]\d) (?P<t>\d\d:\d\d:\d\d)(?P<f>) (?P<y>\d{4})", re.ASCII
)
_ISO = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(\.\d{1,9})?(Z|[+-]\d\d:?\d\d)",
    re.ASCII | re.IGNORECASE,
)


def read_epoch(value: object) -> float:
    """Seconds since the epoch from a JSON number, or from its text in XML, a form or a header."""
    if isinstance(value, str):
        return read_epoch(_number(value))
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise Mismatch("A timestamp must be a number of epoch seconds.")
    if not EARLIEST <= value <= LATEST:
        raise Mismatch("A timestamp is outside the years 1 to 9999.")
    return float(value)


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise Mismatch(f"'{text[:64]}' is not a timestamp in epoch seconds.") from None


def read_iso(text: object) -> float:
    """From `2015-01-25T08:00:00Z`, with a fraction or an offset where there is one."""
    found = _ISO.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        raise Mismatch(f"'{str(text)[:64]}' is not an ISO 8601 timestamp.")
    fields = [int(field) for field in found.groups()[:6]]
    return _instant(fields, found[7]) - _offset_s(found[8])


def _offset_s(text: str) -> int:
    if text in "Zz":
        return 0
    seconds = int(text[1:3]) * 3600 + int(text[-2:]) * 60
    return -seconds if text[0] == "-" else seconds


def read_http(text: object) -> float:
    """From an HTTP date in any of its three forms."""
    if not isinstance(text, str):
        raise Mismatch("A date must be a string.")
    found = _IMF.fullmatch(text) or _RFC850.fullmatch(text) or _ASCTIME.fullmatch(text)
    if found is None or found["m"].title() not in _MONTH:
        raise Mismatch(f"'{text[:64]}' is not an HTTP date.")
    year = int(found["y"])
    if len(found["y"]) == 2:
        # RFC 9110 asks for the century that is not more than 50 years ahead; the epoch's own century does for dates of objects.
        year += 1900 if year >= 70 else 2000
    clock = [int(part) for part in found["t"].split(":")]
    return _instant([year, _MONTH[found["m"].title()], int(found["d"]), *clock], found["f"])


def _instant(fields: list[int], fraction: str | None) -> float:
    year, month, day, hour, minute, second = fields
    try:
        # A leap second is written as :60 and has no number of its own.
        whole = timegm(
            datetime(year, month, day, hour, minute, min(second, 59), tzinfo=UTC).timetuple()
        )
    except ValueError as error:
        raise Mismatch(f"A timestamp does not exist: {error}.") from None
    if second > 60:
        raise Mismatch("A timestamp has more than 60 seconds in its minute.")
    return float(whole) + (float(fraction) if fraction else 0.0)


def read_any(value: object) -> float:
    """Epoch seconds as a number or text, or ISO 8601, as JSON services take either."""
    if isinstance(value, str) and "T" in value:
        return read_iso(value)
    return read_epoch(value)


def write_epoch(value: float) -> int | float:
    """A JSON number: whole where it is whole, else to the millisecond."""
    whole = int(value)
    return whole if whole == value else round(value, 3)


def write_epoch_text(value: float) -> str:
    """Epoch seconds as text."""
    return str(write_epoch(value))


def write_iso(value: float) -> str:
    """`2015-01-25T08:00:00Z`, with milliseconds where there are any."""
    whole = math.floor(value)
    return write_iso_ms(value) if whole != value else write_iso_ms(value)[:-5] + "Z"


def write_iso_ms(value: float) -> str:
    """`2015-01-25T08:00:00.000Z`, always with milliseconds, as S3 writes it."""
    year, month, day, hour, minute, second, *_ = time.gmtime(math.floor(value + 0.0005))
    ms = int((value + 0.0005) % 1 * 1000)
    return f"{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{ms:03}Z"


def write_http(value: float) -> str:
    """`Sun, 25 Jan 2015 08:00:00 GMT`: https://www.rfc-editor.org/rfc/rfc9110#name-date-time-formats"""
    year, month, day, hour, minute, second, weekday, *_ = time.gmtime(math.floor(value))
    return f"{_DAYS[weekday]}, {day:02} {_MONTHS[month - 1]} {year:04} {hour:02}:{minute:02}:{second:02} GMT"


READERS: dict[str, Callable[[object], float]] = {
    "unixTimestamp": read_any,
    "unixtimestamp": read_any,
    "iso8601": read_iso,
    "rfc822": read_http,
}
"""By the model's `timestampFormat`, in both of its spellings."""

WRITERS: dict[str, Callable[[float], str]] = {
    "unixTimestamp": write_epoch_text,
    "unixtimestamp": write_epoch_text,
    "iso8601": write_iso,
    "iso8601ms": write_iso_ms,
    "rfc822": write_http,
}
