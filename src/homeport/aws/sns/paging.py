"""Pages of 100, as all lists of Amazon SNS have them.

https://docs.aws.amazon.com/sns/latest/api/API_ListTopics.html
"""

from __future__ import annotations

import base64
import binascii
import re
from typing import TypeVar

from homeport.aws.protocol.call import Params
from homeport.aws.sns import errors, limits

T = TypeVar("T")
_NUMBER = re.compile(r"[0-9]{1,18}", re.ASCII)
"""More digits are no number of a row."""


def after(params: Params, member: str = "NextToken") -> int:
    """The number behind which a page begins."""
    token: str | None = params.get(member)
    if not token:
        return 0
    try:
        digits = base64.b64decode(token, validate=True).decode("ascii")
    except (binascii.Error, ValueError):
        digits = ""
    if not _NUMBER.fullmatch(digits):
        raise errors.invalid("nextToken")
    return int(digits)


def cut(found: list[T]) -> tuple[list[T], bool]:
    """The items of a page of those found, one more than a page, and whether there are more."""
    return found[: limits.PAGE], len(found) > limits.PAGE


def token(number: int) -> str:
    """The token of the page behind a number."""
    return base64.b64encode(str(number).encode()).decode()
