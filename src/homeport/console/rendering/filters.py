"""How values are shown: sizes, times, numbers, digests, addresses."""

from __future__ import annotations

import datetime
import urllib.parse
from collections.abc import Callable, Mapping
from typing import Any

import markupsafe

from homeport.console.rendering import arns, units

DIGEST = 12
"""Characters of a digest that tell it from others, as docker shows it."""


def when(at: float | None, now: float) -> markupsafe.Markup:
    """How long ago, with the time itself for whoever wants it: `<time>` in UTC."""
    if at is None:
        return markupsafe.Markup('<span class="none">never</span>')
    moment = datetime.datetime.fromtimestamp(at, datetime.UTC)
    text = moment.strftime("%Y-%m-%d %H:%M:%S UTC")
    return markupsafe.Markup('<time datetime="{}" title="{}">{}</time>').format(
        moment.isoformat(), text, units.ago(at, now)
    )


def clock(at: float, now: float) -> markupsafe.Markup:
    """When something in a log happened: the time of day in UTC to the second, with the day where it is another one than today."""
    moment = datetime.datetime.fromtimestamp(at, datetime.UTC)
    is_today = moment.date() == datetime.datetime.fromtimestamp(now, datetime.UTC).date()
    return markupsafe.Markup('<time datetime="{}" title="{}">{}</time>').format(
        moment.isoformat(),
        units.ago(at, now),
        moment.strftime("%H:%M:%S" if is_today else "%Y-%m-%d %H:%M:%S"),
    )


def exact(at: float | None) -> str:
    """A time in UTC."""
    if at is None:
        return "never"
    return datetime.datetime.fromtimestamp(at, datetime.UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def short(digest: str) -> str:
    """The beginning of a digest, without its algorithm."""
    return digest.rpartition(":")[2][:DIGEST]


def counted(number: int, one: str, many: str = "") -> str:
    """`1 tag`, `2 tags`, `10,000 tags`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def segment(text: str) -> str:
    """A text as one segment of a path."""
    return urllib.parse.quote(text, safe="")


def path(text: str) -> str:
    """A text as part of a path, with its slashes: a repository, a tag, a digest."""
    return urllib.parse.quote(text, safe="/:@")


def with_query(path: str, **changes: Any) -> str:
    """An address with a query; what is None or empty is left out."""
    text = urllib.parse.urlencode({k: v for k, v in changes.items() if v not in (None, "")})
    return f"{path}?{text}" if text else path


ALL: Mapping[str, Callable[..., Any]] = {
    "size": units.size,
    "number": lambda value: f"{value:,}",
    "duration": units.duration,
    "when": when,
    "clock": clock,
    "exact": exact,
    "short": short,
    "counted": counted,
    "segment": segment,
    "path": path,
    "arn": arns.link,
    "with_query": with_query,
}
"""By their names in templates."""
