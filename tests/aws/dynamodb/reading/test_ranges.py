import itertools
import operator
from base64 import b64decode, b64encode
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeport.aws.dynamodb.expressions.key_condition import KeyCondition
from homeport.aws.dynamodb.reading import ranges
from homeport.aws.dynamodb.store.rows import Key
from homeport.aws.dynamodb.values import keys

ORDERED = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}

texts = st.text("\0\x01aé\U0001f600\uffff", min_size=1, max_size=3).map(lambda text: {"S": text})
numbers = st.integers(-120, 120).map(lambda number: {"N": str(number)})
blobs = st.lists(st.sampled_from([0, 1, 97, 254, 255]), min_size=1, max_size=3).map(
    lambda data: {"B": b64encode(bytes(data)).decode()}
)
P = ({"S": "p"},)


def plain(value):
    """What the value is, as Python compares it."""
    ((kind, content),) = value.items()
    if kind == "N":
        return Decimal(content)
    return content.encode() if kind == "S" else b64decode(content)


def holds(condition, values):
    """A key condition, evaluated directly; `values` are those of the sort attributes."""
    count = len(condition.sort)
    if any(plain(a) != plain(b) for a, b in zip(condition.sort, values, strict=False)):
        return False
    if condition.operator is None:
        return True
    operands = [plain(operand) for operand in condition.operands]
    value = plain(values[count])
    if condition.operator == "BETWEEN":
        return operands[0] <= value <= operands[1]
    if condition.operator == "begins_with":
        return value.startswith(operands[0])
    return ORDERED[condition.operator](value, operands[0])


@st.composite
def conditions(draw, kinds):
    """A condition on up to so many sort attributes."""
    count = draw(st.integers(0, len(kinds)))
    sort = tuple(draw(kind) for kind in kinds[:count])
    if count == len(kinds):
        return KeyCondition(P, sort, None, ())
    operators = [None, "BETWEEN", *ORDERED] + ["begins_with"] * (kinds[count] is not numbers)
    chosen = draw(st.sampled_from(operators))
    number = {None: 0, "BETWEEN": 2}.get(chosen, 1)
    operands = tuple(draw(kinds[count]) for _ in range(number))
    return KeyCondition(P, sort, chosen, operands)


@st.composite
def cases(draw):
    kinds = draw(st.lists(st.sampled_from([texts, numbers, blobs]), min_size=1, max_size=3))
    rows = [draw(kind) for kind in kinds]
    return draw(conditions(kinds)), rows


@given(cases(), st.sampled_from([(), ({"S": "id"},), ({"N": "-1"}, {"B": "/w=="})]))
def test_a_range_holds_what_the_condition_is_true_for(case, table_key):
    condition, values = case
    found = ranges.of_condition(condition)
    key = Key(keys.hashed(P), keys.several([*values, *table_key]))
    assert found.holds(key) is holds(condition, values)


@pytest.mark.parametrize("data", [b"a", b"a\xff", b"a\xff\xff", b"a\x00", b"a\x01"])
def test_what_a_binary_begins_with(data):
    """Bytes of 255, and those that are escaped."""
    value = {"B": b64encode(data).decode()}
    found = ranges.of_condition(KeyCondition(P, (), "begins_with", (value,)))
    for rest in (b"", b"\x00", b"\x01", b"\xff", b"\xff\xff"):
        text = {"B": b64encode(data + rest).decode()}
        assert found.holds(Key(keys.hashed(P), keys.one(text)))
    for other in (b"", b"b", data[:-1] + bytes([data[-1] ^ 2])):
        text = {"B": b64encode(other).decode()}
        assert not found.holds(Key(keys.hashed(P), keys.one(text)))


def test_a_range_is_of_one_partition():
    found = ranges.of_condition(KeyCondition(P, (), None, ()))
    assert not found.holds(Key(keys.hashed(({"S": "other"},)), b""))


@given(st.lists(st.integers(0, 300), min_size=1), st.booleans(), st.integers(0, 300))
def test_what_is_behind_a_row_is_all_that_comes_after_it(numbers, is_forward, last):
    found = ranges.of_condition(KeyCondition(P, (), "<", ({"N": "250"},)))
    rows = {number: Key(keys.hashed(P), keys.one({"N": str(number)})) for number in numbers}
    at = Key(keys.hashed(P), keys.one({"N": str(last)}))
    behind = found.after(at, is_forward=is_forward)
    for number, key in rows.items():
        is_behind = number > last if is_forward else number < last
        if found.holds(at):
            assert behind.holds(key) is (is_behind and number < 250)


@given(st.integers(1, 1_000_000), st.binary(min_size=1, max_size=9))
def test_every_row_is_in_one_segment(total, text):
    pk = keys.hashed(({"B": b64encode(text).decode()},))
    number = int.from_bytes(pk[: keys.HASH_BYTES], "big") * total >> 8 * keys.HASH_BYTES
    key = Key(pk, b"")
    near = range(max(0, number - 2), min(total, number + 3))
    assert sum(ranges.of_segment(segment, total).holds(key) for segment in near) == 1


@given(st.integers(1, 200))
def test_segments_meet(total):
    segments = [ranges.of_segment(number, total) for number in range(total)]
    assert segments[0].low.pk == bytes(keys.HASH_BYTES)
    assert segments[-1].high == ranges.LAST
    for one, other in itertools.pairwise(segments):
        assert one.high == other.low.pk
