"""Pages of lists: `Marker`, `MaxItems`, `IsTruncated`.

https://docs.aws.amazon.com/IAM/latest/UserGuide/programming.html
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import TypeVar

from homeport.aws.iam import errors, limits
from homeport.aws.protocol.call import Params

T = TypeVar("T")


def start(params: Params) -> tuple[str, int]:
    """Behind which key a page begins, and how many it can hold."""
    marker: str = params.get("Marker") or ""
    try:
        after = base64.b64decode(marker, altchars=b"-_", validate=True).decode()
    except (binascii.Error, ValueError) as error:
        raise errors.VALIDATION("Invalid Marker.") from error
    return after, params.get("MaxItems") or limits.PAGE


def answer(
    name: str, items: Sequence[T], limit: int, key: Callable[[T], str], show: Callable[[T], object]
) -> Params:
    """A page, of items of which there is one more than it can hold where another page follows."""
    page = items[:limit]
    found: Params = {name: [show(item) for item in page], "IsTruncated": len(items) > limit}
    if found["IsTruncated"]:
        found["Marker"] = base64.b64encode(key(page[-1]).encode(), altchars=b"-_").decode()
    return found


def sliced(
    name: str,
    params: Params,
    items: Sequence[T],
    key: Callable[[T], str],
    show: Callable[[T], object],
) -> Params:
    """A page of a list that is short enough to be read whole."""
    after, limit = start(params)
    behind = sorted((item for item in items if not after or key(item) > after), key=key)
    return answer(name, behind[: limit + 1], limit, key, show)
