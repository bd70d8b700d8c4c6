"""The life of a deployed component, as one table: section 5 of the data model, and what a cluster does beside it.

docs/lifecycle.md is made from it. What is not in the table does not happen.
"""

from __future__ import annotations

import enum
from collections import deque
from collections.abc import Collection, Mapping
from typing import NamedTuple


class State(enum.StrEnum):
    """Where a component is in its life."""

    INITIAL = "Initial"
    """Nothing of it is there."""
    PENDING = "Pending"
    """It is applied; its volume is not bound or its container not started."""
    RUNNING = "Running"
    """Its container has started; not all that must hold does."""
    READY = "Ready"
    """All that must hold does."""
    ERROR = "Error"
    """It cannot go on; the cluster says why."""
    TERMINATED = "Terminated"
    """It was destroyed; its volume may have been kept."""


class Transition(enum.StrEnum):
    """What leads from one state to another."""

    APPLY = "apply"
    BOUND = "volume bound, container started"
    CHECKED = "all checks pass"
    RESTARTED = "pod restart"
    FAILED = "volume issue, image pull failure"
    MENDED = "cause removed"
    DESTROY = "destroy"
    UNWELL = "a check fails"
    BROKEN = "container or volume fails, certificate refused"
    REPLACED = "pod replaced"
    CHANGED = "apply with a change"


COMMANDS = frozenset({Transition.APPLY, Transition.CHANGED, Transition.DESTROY})
"""What a person does. The rest the cluster does by itself."""

Edge = tuple[State, Transition]

DATA_MODEL: Mapping[Edge, State] = {
    (State.INITIAL, Transition.APPLY): State.PENDING,
    (State.PENDING, Transition.BOUND): State.RUNNING,
    (State.RUNNING, Transition.CHECKED): State.READY,
    (State.READY, Transition.RESTARTED): State.RUNNING,
    (State.READY, Transition.DESTROY): State.TERMINATED,
    (State.PENDING, Transition.FAILED): State.ERROR,
    (State.ERROR, Transition.MENDED): State.PENDING,
}
"""The arrows of section 5. (It draws Error beside its arrow to Pending; the way in follows from the causes that it names.)"""


class Added(NamedTuple):
    """An edge that section 5 does not draw."""

    after: State
    why: str


_ANY_TIME = "What was begun can be taken back, whatever has become of it."
_CHANGE = "A change of the pod makes a new one, which is scheduled and started like the first."
_NEW_POD = (
    "A node that goes, an eviction or a deleted pod makes a new one; its volume and data stay."
)

ADDED: Mapping[Edge, Added] = {
    (State.READY, Transition.UNWELL): Added(
        State.RUNNING, "A probe or a check fails while the container runs on."
    ),
    (State.READY, Transition.REPLACED): Added(State.PENDING, _NEW_POD),
    (State.RUNNING, Transition.REPLACED): Added(State.PENDING, _NEW_POD),
    (State.RUNNING, Transition.BROKEN): Added(
        State.ERROR, "A container can fail after its start, and a certificate be refused meanwhile."
    ),
    (State.READY, Transition.BROKEN): Added(
        State.ERROR, "A volume can be lost, a container fail again and again, a certificate expire."
    ),
    (State.READY, Transition.CHANGED): Added(State.PENDING, _CHANGE),
    (State.RUNNING, Transition.CHANGED): Added(State.PENDING, _CHANGE),
    (State.ERROR, Transition.CHANGED): Added(State.PENDING, _CHANGE),
    (State.PENDING, Transition.DESTROY): Added(State.TERMINATED, _ANY_TIME),
    (State.RUNNING, Transition.DESTROY): Added(State.TERMINATED, _ANY_TIME),
    (State.ERROR, Transition.DESTROY): Added(State.TERMINATED, _ANY_TIME),
    (State.TERMINATED, Transition.APPLY): Added(
        State.PENDING, "A stack that was destroyed is applied again, on the volumes that were kept."
    ),
}
"""What happens in a cluster all the same, each with its reason."""

TRANSITIONS: Mapping[Edge, State] = {
    **DATA_MODEL,
    **{edge: added.after for edge, added in ADDED.items()},
}
"""All edges."""

BY_ITSELF: Collection[Transition] = frozenset(Transition) - COMMANDS
"""What needs no person."""


def path(
    before: State, after: State, using: Collection[Transition] = frozenset(Transition)
) -> tuple[Transition, ...] | None:
    """The shortest chain of transitions from one state to another, without a command where it can be; None where there is none.

    Who looks now and then misses states in between; it never sees a move that has no chain.
    """
    found = _chain(before, after, [each for each in using if each in BY_ITSELF])
    return found if found is not None else _chain(before, after, using)


def _chain(
    before: State, after: State, using: Collection[Transition]
) -> tuple[Transition, ...] | None:
    """Breadth first, so the first that arrives is the shortest."""
    waiting: deque[tuple[State, tuple[Transition, ...]]] = deque([(before, ())])
    seen = {before}
    while waiting:
        state, chain = waiting.popleft()
        if state is after:
            return chain
        for (start, transition), end in TRANSITIONS.items():
            if start is state and transition in using and end not in seen:
                seen.add(end)
                waiting.append((end, (*chain, transition)))
    return None
