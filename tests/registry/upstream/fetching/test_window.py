"""The window over a stream is the end of the stream, whatever came and went."""

from hypothesis import given
from hypothesis import strategies as st

from homeport.registry.upstream.fetching.window import Window

STEPS = st.lists(st.binary(min_size=1, max_size=40) | st.integers(0, 400), max_size=60)


@given(STEPS, st.integers(0, 500))
def test_any_history(steps, offset):
    window, whole = Window(), b""
    for step in steps:
        if isinstance(step, bytes):
            window.put(step)
            whole += step
        else:
            window.drop(step)
        assert window.end == len(whole)
        assert window.start <= window.end
    data = window.at(offset)
    assert whole[offset:].startswith(data)
    assert bool(data) == (window.start <= offset < window.end)


@given(STEPS)
def test_what_is_dropped_is_no_more_than_was_said(steps):
    window, until = Window(), 0
    for step in steps:
        if isinstance(step, bytes):
            window.put(step)
        else:
            window.drop(step)
            until = max(until, step)
        assert window.start <= until


def test_single_bytes_do_not_cost_an_object_each():
    window = Window()
    for _ in range(100_000):
        window.put(b"x")
    assert len(window._pieces) < 50
    window.drop(90_000)
    assert 80_000 < window.start <= 90_000
    assert window.at(90_000)[:1] == b"x"
