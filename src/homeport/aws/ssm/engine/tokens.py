"""Tokens of pages: where the next one begins, in a form that means nothing to clients."""

from __future__ import annotations

import base64
import binascii

from homeport.aws.ssm import errors


def write(text: str) -> str:
    """A token that has a text in it."""
    return base64.b64encode(text.encode()).decode()


def read(token: str | None) -> str:
    """The text of a token, nothing for none. Raises InvalidNextToken for what no `write` made."""
    try:
        return base64.b64decode(token or "", validate=True).decode()
    except (binascii.Error, ValueError):
        raise errors.INVALID_NEXT_TOKEN() from None


def read_number(token: str | None) -> int:
    """As `read`, for a number."""
    text = read(token)
    if not text:
        return 0
    if not text.isascii() or not text.isdecimal() or len(text) > 18:
        raise errors.INVALID_NEXT_TOKEN()
    return int(text)
