"""Names as people count."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeport.registry.grammar import natural

IN_ORDER = [
    ["v1.9", "v1.10", "v2.0"],
    ["1", "2", "10", "latest"],
    ["1.0", "1.0-rc1", "1.0-rc2", "1.0-rc10", "1.1"],
    ["Alpha", "beta", "Gamma"],
    ["99999999", "999999999", "1000000000", "10000000000000000000000000000"],
    ["app", "app/web", "app2", "app10"],
    ["pr-7", "pr-07-again", "pr-8"],
]


@pytest.mark.parametrize("names", IN_ORDER, ids=lambda names: names[0])
def test_order(names):
    backwards = names[::-1]
    assert sorted(backwards, key=natural.key) == names


@given(st.integers(0, 10**40), st.integers(0, 10**40), st.sampled_from(["", "v", "a."]))
def test_numbers_are_compared_as_numbers(one, other, before):
    keys = [natural.key(f"{before}{number}-x") for number in (one, other)]
    assert (keys[0] < keys[1]) == (one < other)
    assert natural.key(f"{before}000{one}") == natural.key(f"{before}{one}")


TEXTS = st.text("aB019.-_", max_size=12)


@given(TEXTS, TEXTS)
def test_the_beginning_of_a_name_is_the_beginning_of_its_key(folder, rest):
    """So the folders of a tree sort by a part of what is kept."""
    assert natural.key(f"{folder}/{rest}") == natural.key(folder + "/") + natural.key(rest)
