"""Addresses take turns; many of one hold up nobody else's."""

from hypothesis import given
from hypothesis import strategies as st

from homeport.registry.access.logins.turns import Turns


def test_a_newcomer_is_second_at_most():
    turns = Turns()
    for number in range(50):
        turns.add("many", number)
    turns.add("one", "mine")
    assert [turns.take() for _ in range(3)] == [0, "mine", 1]


def test_the_longest_line_makes_room():
    turns = Turns()
    for address, thing in (("a", 1), ("b", 2), ("b", 3), ("c", 4)):
        turns.add(address, thing)
    assert turns.drop() == 3
    assert (len(turns), turns.waiting("b"), turns.waiting("x")) == (3, 1, 0)


def test_nothing_waits():
    assert Turns().take() is Turns().drop() is None


@given(st.lists(st.one_of(st.sampled_from("abc"), st.none()), max_size=60))
def test_any_history(steps):
    """In the order of each address; and between two turns of one, each other that waits has had its own."""
    turns, waiting, taken = Turns(), {address: [] for address in "abc"}, []
    for number, step in enumerate(steps):
        if step is not None:
            turns.add(step, (step, number))
            waiting[step].append((step, number))
            continue
        thing = turns.take()
        assert (thing is None) == (not any(waiting.values()))
        if thing is None:
            continue
        assert waiting[thing[0]].pop(0) == thing
        taken.append((thing[0], {address for address in "abc" if waiting[address]}))
    assert len(turns) == sum(map(len, waiting.values()))
    for at, (address, _) in enumerate(taken):
        between = []
        for other, left in taken[at + 1 :]:
            if other == address:
                assert all(
                    x in between for x in set.intersection(*[taken[at][1], left]) - {address}
                )
                break
            between.append(other)
