import itertools

import pytest

from homeport.targets.local import lifecycle
from homeport.targets.local.lifecycle import Action, Event, State

STAYS = None

# One row a state, one column an event, in the order of the enumerations. Read it as: what should happen here?
COLUMNS = [
    Event.START,
    Event.ANSWERED,
    Event.EXITED,
    Event.REFUSED,
    Event.OVERDUE,
    Event.OVERGROWN,
    Event.WAITED,
    Event.STOP,
]
LAUNCHED = (State.STARTING, Action.LAUNCH)
KILLED = Action.KILL
WANTED = {
    State.STOPPED: [LAUNCHED, STAYS, STAYS, STAYS, STAYS, STAYS, STAYS, STAYS],
    State.STARTING: [
        STAYS,
        (State.READY, Action.NONE),
        (State.RESTARTING, Action.WAIT),
        (State.FAILED, Action.NONE),
        (State.STARTING, KILLED),
        STAYS,
        STAYS,
        (State.STOPPING, Action.TERMINATE),
    ],
    State.READY: [
        STAYS,
        STAYS,
        (State.RESTARTING, Action.WAIT),
        STAYS,
        STAYS,
        (State.RENEWING, Action.TERMINATE),
        STAYS,
        (State.STOPPING, Action.TERMINATE),
    ],
    State.RENEWING: [
        STAYS,
        STAYS,
        LAUNCHED,
        STAYS,
        (State.RENEWING, KILLED),
        STAYS,
        STAYS,
        (State.STOPPING, Action.NONE),
    ],
    State.RESTARTING: [
        STAYS,
        STAYS,
        STAYS,
        STAYS,
        STAYS,
        STAYS,
        LAUNCHED,
        (State.STOPPED, Action.NONE),
    ],
    State.STOPPING: [
        STAYS,
        STAYS,
        (State.STOPPED, Action.NONE),
        (State.STOPPED, Action.NONE),
        (State.STOPPING, KILLED),
        STAYS,
        STAYS,
        (State.STOPPING, KILLED),
    ],
    State.FAILED: [LAUNCHED, STAYS, STAYS, STAYS, STAYS, STAYS, STAYS, STAYS],
}


@pytest.mark.parametrize(("state", "event"), list(itertools.product(State, Event)))
def test_every_pair(state, event):
    wanted = WANTED[state][COLUMNS.index(event)] or (state, Action.NONE)
    assert lifecycle.step(state, event) == wanted


def test_every_state_but_failed_leads_to_rest_by_stop():
    for start in State:
        state, _ = lifecycle.step(start, Event.STOP)
        state, _ = lifecycle.step(state, Event.EXITED)
        assert state in lifecycle.AT_REST


def test_the_pause_doubles_up_to_half_a_minute():
    assert [lifecycle.pause_s(n) for n in (1, 2, 3, 9, 10, 1000)] == [0.1, 0.2, 0.4, 25.6, 30, 30]
