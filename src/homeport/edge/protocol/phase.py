"""What a connection is at."""

from __future__ import annotations

import enum


class Phase(enum.IntEnum):
    """What a connection is at, in the order of a request's life."""

    IDLE = 0
    """Between requests."""
    HEAD = 1
    """A head has begun, or the first request has not."""
    GATHER = 2
    """A small body arrives."""
    RUN = 3
    """The application works, or its response is sent."""
    DISCARD = 4
    """Answered; the rest of a body is dropped, then the next request may come."""
    LINGER = 5
    """Answered for the last time; what still comes is dropped, so that no reset overtakes the answer."""
    CLOSED = 6


# Plain integers: comparing members of an enumeration costs several times as much, and the hot path compares often.
IDLE, HEAD, GATHER, RUN, DISCARD, LINGER, CLOSED = (phase.value for phase in Phase)
