"""Many patterns at once tell what each tells by itself, whatever was remembered or forgotten, and what is remembered has an end."""

import random
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.registry.access import plain

from homeport.registry.access import automaton
from homeport.registry.access.automaton import Automaton, Memory

PATTERNS = st.lists(st.text("ab/*?", max_size=7), max_size=6)
NAMES = st.lists(st.text("ab/?*é", max_size=7), min_size=1, max_size=8)


def fitting(machine, patterns, name):
    ends = machine.read(name)
    return [pattern for pattern in patterns if ends & machine.mask([pattern])]


@pytest.mark.parametrize("kept_bytes", [0, 2000, automaton.KEPT_BYTES])
def test_any_patterns_and_any_names(kept_bytes):
    @given(PATTERNS, NAMES)
    def each(patterns, names):
        machine = Automaton(patterns, Memory(kept_bytes))
        for name in names:
            assert fitting(machine, patterns, name) == plain.fitting(patterns, name)

    each()


@given(st.lists(PATTERNS, min_size=2, max_size=4), NAMES, st.sampled_from([0, 3000, 10**6]))
def test_several_share_a_memory(several, names, kept_bytes):
    memory = Memory(kept_bytes)
    machines = [Automaton(patterns, memory) for patterns in several]
    for name in names:
        for machine, patterns in zip(machines, several, strict=True):
            assert fitting(machine, patterns, name) == plain.fitting(patterns, name)


@given(PATTERNS, PATTERNS, st.text("ab/", max_size=6))
def test_a_mask_of_several_has_those_of_each(some, others, name):
    machine = Automaton(some + others, Memory())
    assert bool(machine.read(name) & machine.mask(some)) == bool(plain.fitting(some, name))
    assert not machine.mask([])


def test_a_thousand_patterns():
    """States of many lie far apart in the number."""
    chosen = random.Random(7)
    patterns = [f"team{at}/{chosen.choice(['*', '**', 'a?p', '*-dev', ''])}" for at in range(990)]
    patterns += [f"**/end{at}" for at in range(10)]
    machine = Automaton(patterns, Memory())
    for name in ("team7/app", "team989/x-dev", "team12/", "team5/a/end3", "no/such", "team77"):
        assert fitting(machine, patterns, name) == plain.fitting(patterns, name)


def test_what_was_met_is_no_work_again(monkeypatch):
    machine = Automaton(["team/*-dev", "**/app"], Memory())
    before = machine.read("team/app-dev")
    monkeypatch.setattr(Automaton, "step", None)
    assert machine.read("team/app-dev") == before


def test_a_name_is_at_most_a_step_a_character(monkeypatch):
    steps = []
    step = Automaton.step
    monkeypatch.setattr(Automaton, "step", lambda *args: steps.append(None) or step(*args))
    # Each window of letters is a place of its own: there is nothing to gain by remembering.
    machine = Automaton(["**a" + "?" * 40, "*a" * 60], Memory())
    chosen = random.Random(3)
    for _ in range(20):
        steps.clear()
        machine.read("".join(chosen.choices("ab", k=255)))
        assert len(steps) <= 255


def test_what_is_remembered_has_an_end():
    memory = Memory(50_000)
    machine = Automaton(["**a" + "?" * 40], memory)
    chosen = random.Random(5)
    most = 0
    for _ in range(50):
        machine.read("".join(chosen.choices("ab", k=255)))
        most = max(most, len(memory._places))
        assert memory._bytes <= 50_000 + automaton.PLACE_BYTES + automaton.STEP_BYTES + 100
    assert 50 < most <= 50_000 / automaton.PLACE_BYTES + 1


def test_steps_to_one_place_have_an_end_too():
    memory = Memory(50_000)
    machine = Automaton(["**"], memory)
    for code in range(0x4E00, 0x4E00 + 5000):
        machine.read(chr(code))
    assert sum(map(len, memory._places.values())) <= 50_000 / automaton.STEP_BYTES + 1


def test_what_is_forgotten_holds_nothing():
    """Places lead to each other in circles, and would stay until a collection of garbage."""
    memory = Memory(2000)
    machine = Automaton(["a*"], memory)
    machine.read("aaa")
    before = list(memory._places.values())
    assert sum(map(len, before)) > 1
    machine.read("abcdefgh")
    assert not set(map(id, before)) & set(map(id, memory._places.values()))
    # The one from which the name went on.
    assert sum(map(len, before)) <= 1


def test_automata_that_are_remembered_have_an_end(monkeypatch):
    monkeypatch.setattr(automaton, "AUTOMATA", 5)
    memory = Memory()
    machines = [Automaton([f"a{at}*"], memory) for at in range(23)]
    for _ in range(2):
        for at, machine in enumerate(machines):
            assert machine.read(f"a{at}b")
            assert not machine.read("b")
            assert len({owner for owner, _ in memory._places}) <= 5


def test_threads_beside_each_other():
    """With so little memory that each takes the others' places away on their way."""
    patterns = ["team/*7", "**/x?", "team/4*", "*"]
    machine = Automaton(patterns, Memory(1500))
    names = [f"team/{number}" for number in range(300)] + [f"a/x{at}" for at in range(30)]
    wanted = [plain.fitting(patterns, name) for name in names]

    def ask(shift):
        turned = names[shift:] + names[:shift]
        found = [fitting(machine, patterns, name) for name in turned]
        return found[-shift:] + found[:-shift] if shift else found

    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(ask, range(0, 320, 40))) == [wanted] * 8
