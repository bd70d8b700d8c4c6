"""Samples spread evenly over a time."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeport.registry.space.figures import spreading
from homeport.registry.store.space.samples import Held, Sample


def sample(at, size=0, pushes=0, pulls=0):
    return Sample(float(at), Held(size, 0, 0, 0, 0), pushes, pulls)


def test_between_two_samples_nothing_changed():
    found = [sample(0, 5), sample(70, 9), sample(100, 9)]
    points = spreading.spread(found, 0, 11)
    assert [each.at for each in points] == [10.0 * number for number in range(11)]
    assert [each.held.blob_bytes for each in points] == [5] * 7 + [9] * 4


def test_it_begins_with_the_first_sample():
    assert [each.at for each in spreading.spread([sample(50), sample(100)], 0, 3)] == [50, 75, 100]


def test_before_its_beginning_is_what_was_last():
    points = spreading.spread([sample(0, 5), sample(100, 9)], 50, 2)
    assert [(each.at, each.held.blob_bytes) for each in points] == [(50, 5), (100, 9)]


def test_pushes_and_pulls_are_those_since_the_point_before():
    found = [sample(0), sample(4, 0, 1, 2), sample(6, 0, 3, 4), sample(10, 0, 5, 6)]
    points = spreading.spread(found, 0, 3)
    assert [(each.pushes, each.pulls) for each in points] == [(0, 0), (1, 2), (8, 10)]


@pytest.mark.parametrize("found", [[], [sample(5)]])
def test_of_one_or_none_there_is_nothing_to_spread(found):
    assert spreading.spread(found, 0, 9) == found


@given(
    st.lists(st.tuples(st.floats(0, 1e9), st.integers(0, 9)), min_size=2, unique_by=lambda x: x[0]),
    st.floats(0, 2e9),
    st.integers(2, 50),
)
def test_any_samples(rows, since, points):
    found = [sample(at, number, number) for at, number in sorted(rows)]
    made = spreading.spread(found, since, points)
    times = [each.at for each in made]
    assert times == sorted(times)
    assert made[-1].held == found[-1].held
    assert times[-1] == found[-1].at
    assert len(made) == points or times == [found[-1].at]
    if since <= found[0].at and len(made) > 1:
        assert sum(each.pushes for each in made) == sum(each.pushes for each in found)
