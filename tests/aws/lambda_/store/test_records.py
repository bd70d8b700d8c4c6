"""Versions as they are kept: what is written is what is read, whatever it is."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeport.aws.lambda_.model import LATEST, Function, Image, Layer, Logging, Version
from homeport.aws.lambda_.store import records

TEXT = st.text(max_size=8)
FUNCTION = Function("000000000000", "us-east-1", "f")
IMAGES = st.none() | st.builds(
    Image,
    TEXT,
    TEXT,
    st.lists(TEXT, max_size=2).map(tuple),
    st.lists(TEXT, max_size=2).map(tuple),
    TEXT,
)
LAYERS = st.lists(st.builds(Layer, TEXT, TEXT, st.integers(), st.integers()), max_size=2).map(tuple)
KEPT = st.dictionaries(TEXT, TEXT | st.lists(TEXT, max_size=2) | st.none(), max_size=2)
VERSIONS = st.builds(
    Version,
    function=st.just(FUNCTION),
    version=st.sampled_from([LATEST, "1", "23"]),
    logging=st.builds(Logging, TEXT, TEXT, TEXT, TEXT),
    environment=st.dictionaries(TEXT, TEXT, max_size=3),
    layers=st.lists(TEXT, max_size=2).map(tuple),
    image=IMAGES,
    kept=KEPT,
    layer_files=LAYERS,
)


@given(VERSIONS)
def test_what_is_kept_is_what_is_read(version):
    number = records.number(version.version)
    assert records.decode(FUNCTION, number, records.encode(version)) == version


@given(VERSIONS)
def test_names_and_times_make_no_difference(version):
    other = dataclasses.replace(version, version="7", revision="r", modified="m", file="other")
    assert records.fingerprint(other) == records.fingerprint(version)


@pytest.mark.parametrize(
    "change",
    [
        {"description": "x"},
        {"code_sha256": "x"},
        {"timeout_s": -7},
        {"environment": {"x": "another"}},
        {"layers": ("another",)},
        {"kept": {"TracingConfig": {"Mode": "Active"}}},
    ],
    ids=range(6),
)
def test_all_else_makes_one(change):
    version = Version(
        FUNCTION, LATEST, "", "Zip", "", "", "", "", 0, 3, 128, 512, "", Logging("g"), ""
    )
    changed = dataclasses.replace(version, **change)
    assert records.fingerprint(changed) != records.fingerprint(version)


@pytest.mark.parametrize(("name", "number"), [(LATEST, 0), ("1", 1), ("17", 17)])
def test_numbers(name, number):
    assert records.number(name) == number
    assert records.name(number) == name
