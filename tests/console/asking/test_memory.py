"""What is remembered is bounded, and forgotten in time."""

from hypothesis import given
from hypothesis import strategies as st

from homeport.clock import VirtualClock
from homeport.console.asking.memory import HEAVY, Memory


async def test_a_value_ends():
    clock = VirtualClock()
    memory = Memory(clock)
    memory.put(("a",), 1, 1, 10.0)
    assert memory.get(("a",)) == 1
    await clock.advance(10.5)
    assert memory.get(("a",)) is None


def test_what_was_used_longest_ago_goes_first():
    memory = Memory(VirtualClock(), entries=2)
    memory.put(("a",), 1, 1, 10.0)
    memory.put(("b",), 2, 1, 10.0)
    memory.get(("a",))
    memory.put(("c",), 3, 1, 10.0)
    assert [memory.get((name,)) for name in "abc"] == [1, None, 3]


def test_what_is_heavy_is_not_kept():
    memory = Memory(VirtualClock())
    memory.put(("a",), 1, HEAVY + 1, 10.0)
    assert memory.get(("a",)) is None


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 60)), max_size=60))
def test_it_never_grows_beyond_its_bounds(puts):
    memory = Memory(VirtualClock(), entries=5, size=100)
    for key, weight in puts:
        memory.put((key,), key, weight, 10.0)
        assert len(memory._kept) <= 5
        assert memory._size == sum(each.weight for each in memory._kept.values()) <= 100
