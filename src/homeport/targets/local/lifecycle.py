"""The life of a component, as one table: in which state what happens, and what is done about it.

A component that dies is started again. One that cannot start (it ends by itself, with 1, before it was ever ready) has failed:
starting it again would fail the same way.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping


class State(enum.StrEnum):
    """What a component is doing."""

    STOPPED = "stopped"
    STARTING = "starting"
    READY = "ready"
    RENEWING = "renewing"
    """It is being stopped to be started anew."""
    RESTARTING = "restarting"
    """It has died, and is started again in a moment."""
    STOPPING = "stopping"
    FAILED = "failed"


class Event(enum.StrEnum):
    """What happens to a component."""

    START = "start"
    ANSWERED = "answered"
    """It answers requests."""
    EXITED = "exited"
    REFUSED = "refused"
    """It ended because it cannot start: a port in use, an unreadable folder."""
    OVERDUE = "overdue"
    """It took too long to start or to stop."""
    OVERGROWN = "overgrown"
    """It takes more memory than it may."""
    WAITED = "waited"
    """The pause before the next start is over."""
    STOP = "stop"


class Action(enum.StrEnum):
    """What is done."""

    NONE = "none"
    LAUNCH = "launch"
    TERMINATE = "terminate"
    """Asked to end; requests in flight are let through."""
    KILL = "kill"
    """Ended by force, with every process of its own."""
    WAIT = "wait"


TRANSITIONS: Mapping[tuple[State, Event], tuple[State, Action]] = {
    (State.STOPPED, Event.START): (State.STARTING, Action.LAUNCH),
    (State.FAILED, Event.START): (State.STARTING, Action.LAUNCH),
    (State.STARTING, Event.ANSWERED): (State.READY, Action.NONE),
    (State.STARTING, Event.EXITED): (State.RESTARTING, Action.WAIT),
    (State.STARTING, Event.REFUSED): (State.FAILED, Action.NONE),
    (State.STARTING, Event.OVERDUE): (State.STARTING, Action.KILL),
    (State.STARTING, Event.STOP): (State.STOPPING, Action.TERMINATE),
    (State.READY, Event.EXITED): (State.RESTARTING, Action.WAIT),
    (State.READY, Event.OVERGROWN): (State.RENEWING, Action.TERMINATE),
    (State.READY, Event.STOP): (State.STOPPING, Action.TERMINATE),
    (State.RENEWING, Event.EXITED): (State.STARTING, Action.LAUNCH),
    (State.RENEWING, Event.OVERDUE): (State.RENEWING, Action.KILL),
    (State.RENEWING, Event.STOP): (State.STOPPING, Action.NONE),
    (State.RESTARTING, Event.WAITED): (State.STARTING, Action.LAUNCH),
    (State.RESTARTING, Event.STOP): (State.STOPPED, Action.NONE),
    (State.STOPPING, Event.EXITED): (State.STOPPED, Action.NONE),
    (State.STOPPING, Event.REFUSED): (State.STOPPED, Action.NONE),
    (State.STOPPING, Event.OVERDUE): (State.STOPPING, Action.KILL),
    (State.STOPPING, Event.STOP): (State.STOPPING, Action.KILL),
}
"""What is not in the table changes nothing: an answer that comes after the stop, a timer that has lost its meaning."""

AT_REST = frozenset({State.STOPPED, State.FAILED})
"""No process is there, and none will be started."""


def step(state: State, event: Event) -> tuple[State, Action]:
    """The next state, and what is to be done."""
    return TRANSITIONS.get((state, event), (state, Action.NONE))


FIRST_PAUSE_S = 0.1
LONGEST_PAUSE_S = 30.0


def pause_s(failures: int) -> float:
    """Seconds before the next start, after so many failures one after the other: doubled each time, up to half a minute."""
    return min(FIRST_PAUSE_S * 2.0 ** min(failures - 1, 16), LONGEST_PAUSE_S)
