"""Which events of a bucket go where."""

from __future__ import annotations

import json
from typing import NamedTuple

from homeport.aws.s3.notifications import names, rules


class Route(NamedTuple):
    """Events that go to one destination."""

    id: str
    arn: str
    events: frozenset[str]
    prefix: str
    suffix: str

    def takes(self, event: str, key: str) -> bool:
        """Whether an event of an object is among them."""
        return event in self.events and key.startswith(self.prefix) and key.endswith(self.suffix)


def compile_routes(stored: str | None) -> tuple[Route, ...]:
    """The routes of a bucket out of what is kept of it."""
    if stored is None:
        return ()
    return tuple(
        Route(
            one["Id"],
            one[kind.arn],
            frozenset(
                event
                for event in names.HAPPENING
                if any(names.covers(asked, f"s3:{event}") for asked in one["Events"])
            ),
            rules.affix(one, "Prefix"),
            rules.affix(one, "Suffix"),
        )
        for kind, one in rules.configurations(json.loads(stored))
    )
