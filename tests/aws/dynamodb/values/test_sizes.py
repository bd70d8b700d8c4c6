from decimal import Decimal

import pytest
from hypothesis import given
from tests.aws.dynamodb.values.strategies import decimals, wire_items

from homeport.aws.dynamodb.values import attribute, sizes

# Measured in eu-west-2 (dynamodb-conformance src/item-size.ts, dynoxide src/types.rs) and, from 120 on, of DynamoDB Local
NUMBERS = [
    *[
        ("0", 1),
        ("-0", 1),
        ("1", 2),
        ("12", 2),
        ("123", 3),
        ("1234", 3),
        ("12345", 4),
        ("123456", 4),
        ("1234567", 5),
    ],
    *[("12345678", 5), ("1234567890123456789", 11), ("12345678901234567890123456789012345678", 20)],
    *[
        ("0042", 2),
        ("100", 2),
        ("1010", 3),
        ("0.0000001", 2),
        ("1E125", 2),
        ("1E-100", 2),
        ("1.5", 3),
        ("15", 2),
    ],
    *[
        ("1.2", 3),
        ("1.200", 3),
        ("1.234", 4),
        ("3.14159", 5),
        ("100.5", 4),
        ("0.15", 2),
        ("-42", 3),
        ("-12345", 5),
    ],
    *[("-1E125", 3), ("-0.15", 3)],
    *[
        ("120", 3),
        ("1200", 2),
        ("1e10", 2),
        ("12e-129", 3),
        ("1e-130", 2),
        ("-1e-130", 3),
        ("0.0123", 3),
        ("1.005", 4),
    ],
    *[
        ("10.5", 3),
        ("1000.5", 4),
        ("0.12", 2),
        ("0.123", 3),
        ("123456789.987654321", 11),
        ("1000000000000000.5", 10),
    ],
]


@pytest.mark.parametrize(("number", "size"), NUMBERS)
def test_numbers(number, size):
    assert sizes.of_value(attribute.value({"N": number})) == size


@given(decimals())
def test_a_number_takes_a_byte_for_two_of_its_digits(number):
    size = sizes.of_value(attribute.value({"N": str(number)}))
    hundreds = {exponent // 2 for exponent in exponents(number)}
    span = max(hundreds) - min(hundreds) + 1 if hundreds else 0
    assert size == 1 + (number < 0) + span


def exponents(number):
    """The powers of ten whose digits are not zero."""
    _, digits, exponent = Decimal(number).as_tuple()
    return [exponent + place for place, digit in enumerate(reversed(digits)) if digit]


# Of DynamoDB Local, found by the limit of 400 KB; the rules: CapacityUnitCalculations.html
@pytest.mark.parametrize(
    ("value", "size"),
    [
        ({"S": ""}, 0),
        ({"S": "é"}, 2),
        ({"S": "\U0001f600"}, 4),
        ({"BOOL": True}, 1),
        ({"NULL": True}, 1),
        ({"B": ""}, 0),
        ({"B": "YQ=="}, 1),
        ({"B": "YWI="}, 2),
        ({"B": "YWJj"}, 3),
        ({"L": []}, 3),
        ({"L": [{"S": "a"}]}, 5),
        ({"L": [{"S": "a"}, {"S": "b"}]}, 7),
        ({"L": [{"L": []}]}, 7),
        ({"L": [{"N": "1"}]}, 6),
        ({"M": {}}, 3),
        ({"M": {"k": {"S": "a"}}}, 6),
        ({"M": {"k": {"NULL": True}, "l": {"BOOL": True}}}, 9),
        ({"M": {"a": {"M": {}}}}, 8),
        ({"SS": ["a", "bc"]}, 3),
        ({"NS": ["1", "22"]}, 4),
        ({"BS": ["YQ==", "YWI="]}, 3),
    ],
)
def test_values(value, size):
    assert sizes.of_value(value) == size
    assert sizes.of_item({"é": value}) == size + 2


@pytest.mark.parametrize(("letters", "binaries", "size"), [(4081, 3, 4096), (4083, 2, 4097)])
def test_recorded_items(letters, binaries, size):
    """dynalite test/batchGetItem.js: the first reads for one unit, the second for two."""
    item = {
        "a": {"S": "x" * 20},
        "b": {"S": "b" * (letters - 20)},
        "c": {"N": "12.3456"},
        "d": {"B": "AQI="},
        "e": {"BS": ["AQI=", "Ag==", "AQ=="][:binaries]},
    }
    assert sizes.of_item(item) == size


@given(wire_items)
def test_items_are_the_sum_of_their_parts(item):
    canonical = attribute.item(item)
    parts = [sizes.of_name(name) + sizes.of_value(value) for name, value in canonical.items()]
    assert sizes.of_item(canonical) == sum(parts)


def test_no_value():
    with pytest.raises(ValueError, match="no value"):
        sizes.of_value({})
