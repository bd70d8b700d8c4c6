"""Scales: round marks that hold all that is drawn."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeport.console.rendering import axes

VALUES = st.floats(-1e300, 1e300)
UNITS = st.sampled_from(["number", "bytes", "seconds"])
NOW = 1_796_000_000.0
DAY_S = 86_400


@pytest.mark.parametrize(
    ("values", "unit", "marks"),
    [
        ([0], "number", ["0", "1"]),
        ([1, 3], "number", ["0", "1", "2", "3"]),
        ([0.3], "number", ["0", "0.1", "0.2", "0.3"]),
        ([1_234_567], "number", ["0", "500,000", "1 million", "1.5 million"]),
        ([-5, 7], "number", ["-5", "0", "5", "10"]),
        ([30 * 2**30], "bytes", ["0 B", "8 GiB", "16 GiB", "24 GiB", "32 GiB"]),
        ([950 * 2**20], "bytes", ["0 B", "256 MiB", "512 MiB", "768 MiB", "1 GiB"]),
        ([0], "bytes", ["0 B", "1 B"]),
        ([0.004], "seconds", ["0 s", "1 ms", "2 ms", "3 ms", "4 ms"]),
        ([7], "seconds", ["0 s", "2 s", "4 s", "6 s", "8 s"]),
        ([500], "seconds", ["0 s", "2 min", "4 min", "6 min", "8 min", "10 min"]),
        ([3 * DAY_S], "seconds", ["0 s", "1 d", "2 d", "3 d"]),
    ],
)
def test_marks_are_round(values, unit, marks):
    assert [mark.text for mark in axes.scale(values, unit).marks] == marks


@given(st.lists(VALUES, min_size=1), UNITS)
def test_a_scale_holds_all_values_and_zero(values, unit):
    scale = axes.scale(values, unit)
    assert scale.bottom <= min(0.0, *values)
    assert scale.top >= max(values)
    assert scale.top > scale.bottom
    assert all(0 <= scale.part(value) <= 1 for value in values)
    assert 2 <= len(scale.marks) <= axes.SPACES + 1


@given(st.lists(VALUES, min_size=1), UNITS)
def test_marks_stand_at_even_distances_with_short_words(values, unit):
    marks = axes.scale(values, unit).marks
    parts = [axes.scale(values, unit).part(mark.at) for mark in marks]
    for number, part in enumerate(parts):
        assert math.isclose(part, number / (len(parts) - 1), abs_tol=1e-6)
    assert all(0 < len(mark.text) <= 14 for mark in marks)


@given(st.lists(VALUES, min_size=2, max_size=2), UNITS)
def test_larger_values_stand_higher(values, unit):
    scale = axes.scale(values, unit)
    assert scale.part(min(values)) <= scale.part(max(values))


@pytest.mark.parametrize(
    ("span", "first", "last"),
    [
        (40, "00:52:40", "00:53:20"),
        (3600, "30 Nov", "00:50"),
        (DAY_S, "04:00", "30 Nov"),
        (30 * DAY_S, "5 Nov", "26 Nov"),
        (365 * DAY_S, "2026", "Nov"),
        (40 * 365 * DAY_S, "1990", "2020"),
    ],
)
def test_times_are_round(span, first, last):
    marks = axes.times(NOW - span, NOW)
    assert (marks[0].text, marks[-1].text) == (first, last)


@given(st.floats(-1e13, 1e13), st.floats(0, 1e12))
def test_times_stand_in_order_inside_and_are_few(begin, span):
    marks = axes.times(begin, begin + span)
    places = [mark.at for mark in marks]
    assert places == sorted(set(places))
    assert all(begin <= at <= begin + span for at in places)
    assert len(marks) <= axes.TIMES + 1
    assert all(0 < len(mark.text) <= 8 for mark in marks)


@given(st.floats(0, 4e9), st.floats(1, 1e9))
def test_a_picture_of_our_days_has_times_below_it(begin, span):
    assert len(axes.times(begin, begin + span)) >= 1
