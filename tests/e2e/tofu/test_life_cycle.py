"""The edges of the state diagram that a person draws with terraform (or tofu): apply and destroy, each from the table, and no others."""

import itertools
import threading

import pytest
from tests.e2e.tofu.conftest import DEFINITION

from homeport import clock
from homeport.cli.tofu import cluster
from homeport.stack import lifecycle
from homeport.stack.lifecycle import State, Transition
from homeport.targets.kubernetes.watching import following
from homeport.tofu import engine

pytestmark = pytest.mark.e2e


class Observer(threading.Thread):
    """Writes down each state of each component, as `homeport status --watch` sees it."""

    def __init__(self, work):
        super().__init__(daemon=True)
        self.wanted = engine.Definition("kubernetes", "demo", DEFINITION, str(work.kubeconfig))
        self.environ = work.environment
        self.states = {}
        self.is_looking = threading.Event()

    def run(self):
        time = clock.SystemClock()
        with cluster.opened(self.wanted, self.environ, time, lambda *_: None) as here:
            for report in following.follow(here.cluster, here.chosen, time, until=is_gone):
                self.is_looking.set()
                for row in report.rows:
                    seen = self.states.setdefault(row.component, [])
                    seen += [row.state] if seen[-1:] != [row.state] else []

    def moves(self):
        return {pair for seen in self.states.values() for pair in itertools.pairwise(seen)}


def is_gone(report):
    return all(row.state is State.TERMINATED for row in report.rows)


@pytest.fixture
def observer(work):
    work.stand_in.controllers.delay(pull=0.5, ready=0.5)
    found = Observer(work)
    found.start()
    assert found.is_looking.wait(30)
    return found


def test_apply_and_destroy_are_the_edges_of_the_table(work, observer):
    assert {seen[-1] for seen in observer.states.values()} == {State.INITIAL}
    work.apply()
    for seen in observer.states.values():
        assert seen[:2] == [State.INITIAL, State.PENDING]
        assert seen[-1] is State.READY
    applied = observer.moves()
    work.ok("destroy", "-auto-approve")
    observer.join(30)  # it is told a little later
    destroyed = observer.moves() - applied
    assert commands(applied) == {(State.INITIAL, Transition.APPLY)}
    assert {command for _, command in commands(destroyed)} == {Transition.DESTROY}
    assert {seen[-1] for seen in observer.states.values()} == {State.TERMINATED}
    assert not observer.is_alive()


def commands(moves):
    """What a person has done for them, and from where; each move is a chain of the table."""
    chains = {(before, lifecycle.path(before, after)) for before, after in moves}
    assert None not in {chain for _, chain in chains}, moves
    return {
        (before, each) for before, chain in chains for each in chain if each in lifecycle.COMMANDS
    }
