"""Whatever happens in a cluster: each move between two observed states is a chain of the life cycle's table."""

from __future__ import annotations

import itertools
import random

import pytest
from tests.targets.kubernetes.watching.deployed import Stack

from homeport.stack import lifecycle
from homeport.stack.lifecycle import State

FAULTS = ("schedule", "pull", "crash", "unready", "provision", "certificate")


class Recorded:
    """A stack whose state is looked at after every single write of anybody."""

    def __init__(self, seed):
        self.chance = random.Random(seed)
        self.stack = Stack(pull=self.chance.choice([0, 5]), ready=self.chance.choice([0, 3]))
        self.last = self.stack.report()
        self.moves = []
        self.does = lifecycle.BY_ITSELF
        self.stack.cluster.store.on_change(lambda _: self.look())

    def look(self):
        after = self.stack.report(self.last)
        for before, row in zip(self.last.rows, after.rows, strict=True):
            if before.state is not row.state:
                self.moves.append((before.state, row.state, self.does))
        self.last = after

    def command(self, what):
        """Something that a person does: in it, commands are among what may have happened."""
        self.does = frozenset(lifecycle.Transition)
        what()
        self.does = lifecycle.BY_ITSELF

    def destroy(self):
        for component, part in self.stack.parts.items():
            for kind, name in (
                ("Deployment", part.name),
                ("Service", part.name),
                ("Certificate", part.name),
                ("PersistentVolumeClaim", part.claim),
            ):
                found = self.stack.get(kind, component, name) if name else None
                if found is not None:
                    self.stack.remove(found)

    def change(self):
        found = self.stack.get("Deployment", "registry")
        if found is not None:
            template = found["spec"]["template"]
            template["metadata"]["annotations"] = {"changed": str(self.chance.random())}
            self.stack.change(found, template=template)

    def lose_a_pod(self):
        for pod in self.stack.cluster.world.all("Pod", "registry")[:1]:
            self.stack.remove(pod)

    def step(self):
        name = self.chance.choice(
            ("fail", "heal", "wait", "wait", "lose", "change", "destroy", "apply")
        )
        if name == "fail":
            self.stack.fail(self.chance.choice(FAULTS), self.chance.choice(("*", "registry")))
        elif name == "heal":
            self.stack.controllers.heal()
        elif name == "wait":
            self.stack.cluster.advance(self.chance.choice([1, 10, 700]))
        elif name == "lose":
            self.lose_a_pod()
        else:
            commands = {"change": self.change, "destroy": self.destroy, "apply": self.stack.apply}
            self.command(commands[name])
        self.stack.cluster.settle()
        self.look()


@pytest.mark.parametrize("seed", range(5))
def test_every_move_is_a_chain_of_the_table(seed):
    recorded = Recorded(seed)
    recorded.command(recorded.stack.apply)
    for _ in range(10):
        recorded.step()
    chains = [lifecycle.path(before, after, using) for before, after, using in recorded.moves]
    wrong = [move for move, chain in zip(recorded.moves, chains, strict=True) if chain is None]
    assert wrong == []
    assert len(recorded.moves) >= 3


def test_a_first_apply_goes_through_the_states_of_the_data_model():
    recorded = Recorded(0)
    recorded.command(recorded.stack.apply)
    for _ in range(4):
        recorded.stack.cluster.advance(5)
        recorded.look()
    states = [state for state, _ in itertools.groupby(after for _, after, _ in recorded.moves)]
    assert set(states) == {State.PENDING, State.RUNNING, State.READY}
    assert State.ERROR not in states
