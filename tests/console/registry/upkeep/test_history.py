"""The usage over time: the table says what the picture shows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeport.console.registry.upkeep import history

NOW = 1_796_000_000.0


def point(at, *, pushes=1, pulls=2, blob_bytes=100):
    return {
        "at": at,
        "blob_bytes": blob_bytes,
        "manifest_bytes": 10,
        "upload_bytes": 5,
        "repositories": 3,
        "tags": 4,
        "pushes": pushes,
        "pulls": pulls,
    }


@pytest.mark.parametrize("name", history.SPANS)
def test_a_span_has_a_table_of_at_most_thirty_lines(name):
    span = history.SPANS[name]
    points = [point(NOW - span.seconds + at) for at in range(span.points)]
    assert 10 <= len(history.shown(points, span).rows) <= 31


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), max_size=120))
def test_no_push_and_no_pull_is_lost_in_the_table(counts):
    points = [
        point(NOW + at * 60, pushes=pushes, pulls=pulls)
        for at, (pushes, pulls) in enumerate(counts)
    ]
    shown = history.shown(points, history.SPANS["week"])
    assert sum(row.pushes for row in shown.rows) == sum(pushes for pushes, _ in counts)
    assert sum(row.pulls for row in shown.rows) == sum(pulls for _, pulls in counts)
    times = [row.time for row in shown.rows]
    assert times == sorted(times, reverse=True)


def test_the_newest_is_first_and_as_it_is_now():
    points = [point(NOW), point(NOW + 60, blob_bytes=900)]
    shown = history.shown(points, history.SPANS["day"])
    [row] = shown.rows
    assert (row.stored, row.uploads, row.repositories, row.tags) == (910, 5, 3, 4)
    assert [value for _, value in shown.stored[0].points] == [110, 910]


def test_a_registry_that_was_never_looked_at_has_nothing():
    assert history.shown([], history.SPANS["day"]).rows == []
