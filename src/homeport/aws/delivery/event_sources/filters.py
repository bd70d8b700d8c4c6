"""Filter criteria: which records are for the function.

https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from homeport.aws.patterns import grammar
from homeport.aws.patterns.pattern import Pattern

BODY = "body"


def parse(filters: Sequence[str]) -> list[Pattern]:
    """The patterns of a mapping. Raises `homeport.aws.patterns.invalid.Invalid`."""
    return [grammar.parse(text) for text in filters]


def match_record(patterns: Sequence[Pattern], record: Mapping[str, Any]) -> bool:
    """Whether a record of a stream is for the function."""
    return not patterns or any(pattern.matches(record) for pattern in patterns)


def match_message(patterns: Sequence[Pattern], record: Mapping[str, Any]) -> bool:
    """Whether a message is for the function. A body is compared as JSON where it is an object, else as text.

    https://docs.aws.amazon.com/lambda/latest/dg/with-sqs-filtering.html
    """
    if not patterns:
        return True
    body = _object(record[BODY])
    seen = record if body is None else {**record, BODY: body}
    return any(
        pattern.matches(seen) for pattern in patterns if body is not None or not _asks_json(pattern)
    )


def _object(text: str) -> dict[str, Any] | None:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _asks_json(pattern: Pattern) -> bool:
    """Whether something inside of the body is asked for, which a text never fulfils, not even by its absence."""
    return any(
        leaf.path.startswith(BODY + ".") for leaves in pattern.alternatives for leaf in leaves
    )
