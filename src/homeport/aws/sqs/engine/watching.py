"""A message as it lies in its queue, seen from the side."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from homeport.aws.sqs.store.messages import Delivery

VISIBLE, DELAYED, IN_FLIGHT, HELD_BACK = "visible", "delayed", "in-flight", "held-back"
_PLACE = re.compile(r"([0-9]{1,16})-([0-9]{1,16})", re.ASCII)


class Place(NamedTuple):
    """Where a message stands among those of its queue: they are in the order in which they were sent."""

    sent_at: int
    row: int

    def __str__(self) -> str:
        return f"{self.sent_at}-{self.row}"


START = Place(0, 0)


def place(text: str) -> Place | None:
    """Reads a place as it was written; None where it is none."""
    found = _PLACE.fullmatch(text)
    return Place(int(found[1]), int(found[2])) if found else None


class Seen(NamedTuple):
    """A message; times are milliseconds since the epoch."""

    delivery: Delivery
    visible_at: int
    """From when on it can be received by itself."""
    available_at: int
    """From when on its group can be; 0 outside of FIFO queues."""

    @property
    def place(self) -> Place:
        """Where it stands."""
        return Place(self.delivery.sent_at, self.delivery.row)

    @property
    def due_at(self) -> int:
        """From when on it can be received."""
        return max(self.visible_at, self.available_at)

    def state(self, now: int) -> str:
        """`visible`, `delayed`, `in-flight`, or `held-back` by another message of its group."""
        if self.visible_at > now:
            return IN_FLIGHT if self.delivery.receives else DELAYED
        return HELD_BACK if self.available_at > now else VISIBLE
