"""The grammar of names, tags and digests."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeport.registry import errors
from homeport.registry.grammar import names

# Word for word from https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pulling-manifests
SPEC_NAME = re.compile(r"[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(\/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*")
SPEC_TAG = re.compile(r"[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}")


@pytest.mark.parametrize(
    "name",
    ["a", "library/alpine", "a/blobs", "x/tags/list", "a.b_c__d---e", "0/1/2", "a" * 255],
)
def test_good_repository_names(name):
    names.check_repository(name)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "/",
        "a/",
        "/a",
        "a//b",
        "A",
        "a..b",
        "a___b",
        "a._b",
        "-a",
        "a-",
        "a b",
        "a\n",
        "ä",
        "a" * 256,
        "a:b",
        "a@b",
        "../a",
        "a/../b",
        "a\0b",
    ],
)
def test_bad_repository_names(name):
    with pytest.raises(errors.Failure) as caught:
        names.check_repository(name)
    assert caught.value.errors[0]["code"] == "NAME_INVALID"


@given(st.text("ab0._-/A\n", max_size=12))
def test_repository_names_are_the_specs(name):
    assert names.is_repository(name) == (SPEC_NAME.fullmatch(name) is not None)


@given(st.text("ab0._-/A\n", max_size=130))
def test_tags_are_the_specs(tag):
    assert names.is_tag(tag) == (SPEC_TAG.fullmatch(tag) is not None)


@pytest.mark.parametrize(("length", "is_good"), [(128, True), (129, False)])
def test_longest_tag(length, is_good):
    assert names.is_tag("a" * length) == is_good


def test_long_hostile_name_is_refused_at_once():
    assert not names.is_repository("a-" * 120 + "!")


@pytest.mark.parametrize(
    ("digest", "is_good"),
    [
        ("sha256:" + "a" * 64, True),
        ("sha512:" + "0" * 128, True),
        ("sha256:" + "A" * 64, False),
        ("sha256:" + "a" * 63, False),
        ("sha256:" + "a" * 65, False),
        ("sha256:" + "a" * 64 + "\n", False),
        ("sha512:" + "a" * 64, False),
        ("md5:" + "a" * 32, False),
        ("sha256", False),
        (":", False),
        ("", False),
    ],
)
def test_digests(digest, is_good):
    assert names.is_digest(digest) == is_good


@pytest.mark.parametrize(
    ("algorithm", "start"),
    [
        ("sha256", "sha256:e3b0c44298fc1c149afbf4c8996fb924"),
        ("sha512", "sha512:cf83e1357eefb8bdf1542850d66d8007"),
    ],
)
def test_digest_of_nothing(algorithm, start):
    digest = names.digest(algorithm, b"")
    assert digest.startswith(start)
    assert names.is_digest(digest)


@pytest.mark.parametrize(
    ("text", "is_good"),
    [
        ("a/b", True),
        ("application/vnd.x+json", True),
        ("a", False),
        ("a/b;c", False),
        ("a/", False),
        ("a/\ud800", False),
        ("a/" + "b" * 128, False),
    ],
)
def test_media_types(text, is_good):
    assert names.is_media_type(text) == is_good
