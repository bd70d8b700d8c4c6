"""Each object has an address of its own, that can stand in an expression."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeport.tofu.export import naming

NAMES = st.from_regex(r"[a-z0-9]([a-z0-9.-]{0,6}[a-z0-9])?", fullmatch=True)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("registry-ui", "registry_ui"), ("1st", "_1st"), ("a.b", "a_b"), ("Secret-x", "secret_x")],
)
def test_identifiers(text, expected):
    assert naming.identifier(text) == expected


def test_one_name_in_two_namespaces():
    types = {("Secret", "a", "x"): "s", ("Secret", "b", "x"): "s", ("Secret", "b-x", "x"): "s"}
    assert list(naming.addresses(types).values()) == ["s.x", "s.b_x", "s.b_x_x"]


@given(st.sets(st.tuples(st.sampled_from(["Secret", "Service"]), NAMES, NAMES), max_size=12))
def test_all_are_different(refs):
    made = naming.addresses(dict.fromkeys(sorted(refs), "kubernetes_manifest"))
    assert set(made) == refs
    assert len(set(made.values())) == len(refs)
