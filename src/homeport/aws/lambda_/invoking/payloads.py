"""Payloads are JSON of a limited size.

https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
"""

from __future__ import annotations

import asyncio
import json
from typing import NoReturn

from homeport.aws.lambda_.invoking import errors, limits

EMPTY = b"{}"
"""What a function gets where the client sent nothing."""

_WANTED = (
    "expected a valid value (JSON String, Number, Array, Object or token 'null', 'true' or 'false')"
)


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"Non-standard token '{name}'")


_decoder = json.JSONDecoder(parse_constant=_refuse_constant)


def check_size(payload: bytes, limit: int) -> None:
    """Raises RequestEntityTooLargeException."""
    if len(payload) > limit:
        raise errors.too_large(limit)


async def checked(payload: bytes) -> bytes:
    """The payload to hand on. Raises InvalidRequestContentException where it is no JSON."""
    if not payload:
        return EMPTY
    if len(payload) <= limits.CHECKED_AT_ONCE_BYTES:
        _check(payload)
    else:
        await asyncio.to_thread(_check, payload)
    return payload


def _check(payload: bytes) -> None:
    try:
        _decoder.decode(payload.decode("utf-8"))
    except UnicodeDecodeError as wrong:
        raise errors.not_json(_encoding(payload, wrong.start)) from None
    except json.JSONDecodeError as wrong:
        raise errors.not_json(_reason(wrong)) from None
    except RecursionError:
        raise errors.not_json("Document nesting depth exceeds the maximum allowed") from None
    except ValueError as wrong:
        raise errors.not_json(str(wrong)) from None


def _encoding(payload: bytes, at: int) -> str:
    """Jackson takes a byte that begins a value for a character, and one inside of a string for broken UTF-8."""
    if not payload[:at].strip():
        return f"Unexpected character ((CTRL-CHAR, code {payload[at]})): {_WANTED}{_place(at + 1)}"
    return f"Invalid UTF-8 start byte 0x{payload[at]:02x}{_place(at + 1)}"


def _reason(wrong: json.JSONDecodeError) -> str:
    """In the words of AWS's parser where they are recorded, else in those of ours."""
    if wrong.pos >= len(wrong.doc):
        return f"Unexpected end-of-input{_place(wrong.colno, wrong.lineno)}"
    char = wrong.doc[wrong.pos]
    shown = (
        f"'{char}' (code {ord(char)})" if char.isprintable() else f"(CTRL-CHAR, code {ord(char)})"
    )
    if wrong.msg == "Expecting value":
        return f"Unexpected character ({shown}): {_WANTED}{_place(wrong.colno, wrong.lineno)}"
    return f"Unexpected character ({shown}): {wrong.msg}{_place(wrong.colno, wrong.lineno)}"


def _place(column: int, line: int = 1) -> str:
    source = "REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled)"
    return f"\n at [Source: {source}; line: {line}, column: {column}]"
