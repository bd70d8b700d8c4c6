"""Durations in reports."""

import pytest

from homeport.registry.space import ages

HOUR, DAY = 3600, 86_400


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0 s"),
        (1.5, "1.5 s"),
        (119, "119 s"),
        (120, "2 min"),
        (36 * HOUR, "36 h"),
        (2.5 * DAY, "2.5 days"),
        (3650 * DAY, "3650 days"),
    ],
)
def test_the_largest_unit_that_it_is_two_of(seconds, said):
    assert ages.words(seconds) == said
