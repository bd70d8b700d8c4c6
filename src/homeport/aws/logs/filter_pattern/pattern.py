"""A filter pattern, made ready to be held against messages."""

from __future__ import annotations

from homeport.aws.logs.filter_pattern import fields, json_conditions, terms
from homeport.aws.logs.filter_pattern.wording import Match, invalid


def compiled(text: str) -> Match:
    """Raises InvalidParameterException where a pattern cannot be read."""
    stripped = text.strip()
    for start, end, read in (("{", "}", json_conditions.read), ("[", "]", fields.read)):
        if stripped.startswith(start):
            if not stripped.endswith(end) or len(stripped) < 2:
                # https://github.com/jorgebastida/awslogs/issues/210
                raise invalid(f"If a filter pattern starts with '{start}' it must end with '{end}'")
            return read(stripped[1:-1])
    return terms.read(stripped)
