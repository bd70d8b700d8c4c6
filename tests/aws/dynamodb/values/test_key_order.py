import hashlib
from base64 import b64decode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.aws.dynamodb.values.strategies import (
    base64,
    binaries,
    blobs,
    decimals,
    numbers,
    scalars,
    short_texts,
    strings,
)

from homeport.aws.dynamodb.values import keys
from homeport.aws.dynamodb.values import numbers as number_text

ASCENDING = [
    *(
        "-" + "9" * 38 + "0" * 88,
        "-100",
        "-99.5",
        "-99",
        "-10",
        "-9.99",
        "-9",
        "-1.01",
        "-1",
        "-0.99",
        "-0.1",
        "-0.0099",
    ),
    *(
        "-0." + "0" * 129 + "1",
        "0",
        "0." + "0" * 129 + "1",
        "0.0000001",
        "0.01",
        "0.0101",
        "0.1",
        "0.11",
        "0.99",
        "1",
    ),
    *(
        "1.01",
        "1.1",
        "2",
        "9",
        "9.5",
        "10",
        "11",
        "99",
        "99.01",
        "100",
        "101",
        "1000",
        "9" * 38,
        "1" + "0" * 125,
    ),
]


def place(value):
    """What a value sorts by within its type."""
    ((kind, content),) = value.items()
    if kind == "N":
        return number_text.decimal(content)
    return content.encode() if kind == "S" else b64decode(content)


def test_numbers_ascend():
    encoded = [number_text.order(text) for text in ASCENDING]
    assert encoded == sorted(encoded)
    assert len(set(encoded)) == len(ASCENDING)


@given(decimals(), decimals())
def test_numbers_sort_by_value(a, b):
    left, right = (number_text.order(number_text.canonical(str(number))) for number in (a, b))
    assert (left < right) == (a < b)
    assert (left == right) == (a == b)


@pytest.mark.parametrize("kind", [strings, numbers, blobs])
@given(data=st.data())
def test_values_sort_as_their_types_do(kind, data):
    a, b = data.draw(kind), data.draw(kind)
    assert (keys.one(a) < keys.one(b)) == (place(a) < place(b))
    assert (keys.one(a) == keys.one(b)) == (a == b)


tuples = st.tuples(strings, numbers, blobs, strings)


@given(tuples, tuples)
def test_tuples_sort_member_by_member(a, b):
    left, right = (tuple(map(place, values)) for values in (a, b))
    assert (keys.several(a) < keys.several(b)) == (left < right)


@given(st.lists(scalars), st.lists(scalars))
def test_a_shorter_tuple_is_the_beginning_of_a_longer(a, b):
    assert keys.several(a + b) == keys.several(a) + keys.several(b)


@given(scalars, scalars, st.binary(max_size=3).filter(lambda rest: rest[:1] < b"\x06"))
def test_no_encoding_is_the_beginning_of_another(a, b, rest):
    if a != b:
        assert not (keys.one(a) + rest).startswith(keys.one(b))


@given(short_texts, short_texts, scalars)
def test_beginnings_of_texts(prefix, text, following):
    encoded = keys.several([{"S": text}, following])
    assert encoded.startswith(keys.start({"S": prefix})) == text.startswith(prefix)


@given(binaries, binaries)
def test_beginnings_of_binaries(prefix, data):
    encoded = keys.one({"B": base64(data)})
    assert encoded.startswith(keys.start({"B": base64(prefix)})) == data.startswith(prefix)


@given(
    st.binary(min_size=1).filter(lambda data: data.strip(b"\xff")),
    st.binary(max_size=8),
    st.binary(),
)
def test_after_is_a_bound(encoded, rest, other):
    bound = keys.after(encoded)
    assert encoded + rest < bound
    if other > encoded and not other.startswith(encoded):
        assert bound <= other


@pytest.mark.parametrize("encoded", [b"", b"\xff\xff"])
def test_after_everything_there_is_nothing(encoded):
    with pytest.raises(ValueError, match="nothing is greater"):
        keys.after(encoded)


def test_partitions_scatter():
    values = [{"S": "user#1"}]
    encoded = keys.several(values)
    assert keys.hashed(values) == hashlib.blake2b(encoded, digest_size=8).digest() + encoded
    heads = {keys.hashed([{"N": str(n)}])[0] for n in range(2000)}
    assert len(heads) > 250


@pytest.mark.parametrize("value", [{}, {"N": "1"}, {"BOOL": True}])
def test_only_texts_and_binaries_begin_with_something(value):
    with pytest.raises(ValueError, match="neither text nor binary"):
        keys.start(value)


@pytest.mark.parametrize("value", [{}, {"BOOL": True}, {"L": []}])
def test_no_keys(value):
    with pytest.raises(ValueError, match=r"no value|neither"):
        keys.one(value)
