"""JSON with indents, as far as it is shown."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeport.console.cloud.lambda_.running import results
from homeport.console.cloud.s3 import viewing
from homeport.console.rendering import indenting

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner),
)
BOMB = b"[" * 200 + b",".join([b"1"] * 100_000) + b"]" * 200
"""200 KB, and 40 MB with its indents."""


@given(VALUES, st.integers(0, 200))
def test_it_is_the_beginning_of_the_whole(value, most):
    whole = json.dumps(value, indent=2, ensure_ascii=False)
    found = indenting.dump(value, most)
    assert whole.startswith(found)
    assert found == whole or len(found) > most


def test_it_ends_soon_behind_what_is_shown():
    assert len(indenting.dump(json.loads(BOMB), 1000)) < 2000


def test_an_object_that_would_be_mostly_indents_stays_as_it_is():
    assert viewing._pretty(BOMB.decode()) == BOMB.decode()
    assert viewing._pretty('{"a":[1]}') == '{\n  "a": [\n    1\n  ]\n}'


@pytest.mark.parametrize("payload", [BOMB, b"[" * 900 + b"]" * 900, b"[" * 100_000])
def test_a_result_of_a_function_is_shown_whatever_it_is(payload):
    found = results.read({"StatusCode": 200, "Payload": payload})
    assert found.payload.startswith("[")
    assert len(found.payload) <= results.SHOWN
