"""JSON with indents, as far as it is shown. Somebody stored it: a few hundred KB of nested lists have gigabytes of indents.

https://docs.python.org/3/library/json.html#json.JSONEncoder.iterencode
"""

from __future__ import annotations

import json
from typing import Any


def dump(value: Any, most: int) -> str:
    """A member a line. Ends soon behind `most` characters, so that who shows no more sees that there is more.

    Raises `RecursionError` for what is nested too deep, and `ValueError` for what is no JSON.
    """
    parts, size = [], 0
    for part in json.JSONEncoder(indent=2, ensure_ascii=False).iterencode(value):
        parts.append(part)
        size += len(part)
        if size > most:
            break
    return "".join(parts)
