"""Addresses of repositories and images."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeport.console.asking.troubles import Trouble
from homeport.console.registry.reading import address
from homeport.console.registry.reading.address import Address

DIGEST = f"sha256:{'a' * 64}"
NAMES = st.from_regex(r"[a-z0-9]{1,5}([._-][a-z0-9]{1,3})?(/[a-z0-9]{1,5}){0,3}", fullmatch=True)
TAGS = st.from_regex(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,20}", fullmatch=True)


@pytest.mark.parametrize(
    ("text", "name", "reference"),
    [
        ("a", "a", ""),
        ("a.b/c", "a.b/c", ""),
        ("a/b/tags/list:x", "a/b/tags/list", "x"),
        (f"a/b@{DIGEST}", "a/b", DIGEST),
        (f"a/b:v1@{DIGEST}", "a/b", DIGEST),
    ],
)
def test_each_form(text, name, reference):
    assert address.parse(text) == Address(name, reference)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "A",
        "a/",
        "/a",
        "a//b",
        "a:",
        "a:b:c",
        "a@",
        "a@b",
        "a:x/y",
        "a b",
        "a\n",
        "../a",
        f"a@{DIGEST}0",
    ],
)
def test_what_is_none(text):
    with pytest.raises(Trouble) as caught:
        address.parse(text)
    assert caught.value.status == 404


@given(NAMES, TAGS | st.just("") | st.just(DIGEST))
def test_an_address_is_read_as_it_was_written(name, reference):
    made = Address(name, reference)
    assert address.parse(made.text) == made


def test_within_a_repository():
    assert address.within("a/b", "v1") == Address("a/b", "v1")
    assert address.within("a/b", DIGEST) == Address("a/b", DIGEST)
    assert address.within("a/b", "c/d:v2") == Address("c/d", "v2")
    assert address.within("a/b", "c/d") == Address("c/d", "latest")
    with pytest.raises(Trouble):
        address.within("a/b", " ")
