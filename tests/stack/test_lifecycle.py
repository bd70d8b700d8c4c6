"""The table is the data model's section 5 and what is justified; its page is made from it; chains are found in it."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import pytest

from homeport.stack import lifecycle
from homeport.stack.lifecycle import State, Transition
from homeport.stack.reference import diagram

PAGE = Path(__file__).parent.parent.parent / "docs/lifecycle.md"

SECTION_5 = {
    ("Initial", "Pending"),
    ("Pending", "Running"),
    ("Running", "Ready"),
    ("Ready", "Running"),
    ("Ready", "Terminated"),
    ("Pending", "Error"),
    ("Error", "Pending"),
}
"""The arrows as they are drawn there."""


def test_the_data_model_to_the_letter():
    arrows = {(str(before), str(after)) for (before, _), after in lifecycle.DATA_MODEL.items()}
    assert arrows == SECTION_5


def test_the_states_of_the_data_model():
    assert [*State] == ["Initial", "Pending", "Running", "Ready", "Error", "Terminated"]


def test_nothing_of_the_data_model_is_replaced():
    assert not lifecycle.DATA_MODEL.keys() & lifecycle.ADDED.keys()
    assert len(lifecycle.TRANSITIONS) == len(lifecycle.DATA_MODEL) + len(lifecycle.ADDED)


def test_every_addition_says_why():
    assert all(re.fullmatch(r"[A-Z].{20,}\.", added.why) for added in lifecycle.ADDED.values())


def test_the_page_is_up_to_date():
    assert PAGE.read_text() == diagram.page(), (
        "write it anew: python -c 'from homeport.stack.reference import diagram; print(diagram.page(), end=\"\")' > docs/lifecycle.md"
    )


def test_the_page_draws_every_edge_and_no_other():
    drawn = re.findall(r"^    (\w+) --> (\w+): (.+)$", diagram.page(), re.MULTILINE)
    table = {
        (before, after, transition) for (before, transition), after in lifecycle.TRANSITIONS.items()
    }
    assert set(drawn) == table
    assert len(drawn) == len(table)


def test_the_page_says_what_each_state_is():
    assert re.findall(r"^- \*\*(\w+)\*\*: \w", diagram.page(), re.MULTILINE) == [*State]


PATHS = [
    (State.INITIAL, State.READY, [Transition.APPLY, Transition.BOUND, Transition.CHECKED]),
    (State.READY, State.PENDING, [Transition.REPLACED]),
    (State.READY, State.RUNNING, [Transition.RESTARTED]),
    (State.RUNNING, State.READY, [Transition.CHECKED]),
    (State.ERROR, State.READY, [Transition.MENDED, Transition.BOUND, Transition.CHECKED]),
    (State.PENDING, State.TERMINATED, [Transition.DESTROY]),
    (State.TERMINATED, State.PENDING, [Transition.APPLY]),
    (State.READY, State.READY, []),
]


@pytest.mark.parametrize(("before", "after", "chain"), PATHS)
def test_paths(before, after, chain):
    assert lifecycle.path(before, after) == tuple(chain)


@pytest.mark.parametrize(("before", "after"), [*itertools.product(State, State)])
def test_a_path_leads_where_it_says(before, after):
    chain = lifecycle.path(before, after)
    if chain is None:
        assert after is State.INITIAL
        return
    state = before
    for transition in chain:
        state = lifecycle.TRANSITIONS[state, transition]
    assert state is after


@pytest.mark.parametrize("before", [State.PENDING, State.RUNNING, State.READY, State.ERROR])
def test_the_cluster_alone_destroys_nothing(before):
    reached = {s for s in State if lifecycle.path(before, s, lifecycle.BY_ITSELF) is not None}
    assert reached == {State.PENDING, State.RUNNING, State.READY, State.ERROR}


@pytest.mark.parametrize("before", [State.INITIAL, State.TERMINATED])
def test_the_cluster_alone_begins_nothing(before):
    reached = {s for s in State if lifecycle.path(before, s, lifecycle.BY_ITSELF) is not None}
    assert reached == {before}


def test_every_state_but_the_first_is_left_and_entered():
    starts = {before for before, _ in lifecycle.TRANSITIONS}
    assert starts == set(State)
    assert set(lifecycle.TRANSITIONS.values()) == set(State) - {State.INITIAL}
