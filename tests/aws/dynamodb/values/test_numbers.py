from decimal import Decimal, InvalidOperation

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.aws.dynamodb.values.strategies import EXACT, decimals, plain

from homeport.aws.dynamodb.values import numbers
from homeport.aws.dynamodb.values.invalid import Invalid

NINES = "9" * 38

# dynalite test/putItem.js, "should put really long numbers", and DynamoDB Local for the rest
CANONICAL = [
    ("0", "0"),
    ("-0", "0"),
    ("0.00", "0"),
    ("0e125", "0"),
    ("000", "0"),
    ("1", "1"),
    ("01.0", "1"),
    ("+5", "5"),
    ("5.", "5"),
    (".5", "0.5"),
    ("-.5", "-0.5"),
    ("1E+2", "100"),
    ("5e+0", "5"),
    ("1e-7", "0.0000001"),
    ("0000012345678901234567890123456789012345678", "12345678901234567890123456789012345678"),
    (
        "-00001.23456789012345678901234567890123456780000",
        "-1.2345678901234567890123456789012345678",
    ),
    ("0009.99999999999999999999999999999999999990000e125", NINES + "0" * 88),
    ("-0009.99999999999999999999999999999999999990000e125", "-" + NINES + "0" * 88),
    ("0001.000e-130", "0." + "0" * 129 + "1"),
    ("-0001.000e-130", "-0." + "0" * 129 + "1"),
    ("1.5e-130", "0." + "0" * 129 + "15"),
    ("10e-131", "0." + "0" * 129 + "1"),
    ("1234567890.0123456789", "1234567890.0123456789"),
    ("1e0000000000000000000000000001", "10"),
    ("0" * 500 + "1", "1"),
    ("1" * 38 + "0" * 50, "1" * 38 + "0" * 50),
    ("\u0661\u0662", "12"),
    ("\uff11", "1"),
]

NOT_NUMBERS = [
    *(
        "abc",
        " 5",
        "5 ",
        "5\n",
        "NaN",
        "Infinity",
        "-Infinity",
        "1_000",
        "0x10",
        "+",
        "-",
        ".",
        "e5",
        "-.e1",
        "1e",
    ),
    *(
        "1e+",
        "1e5.5",
        "--5",
        "1.2.3",
        "1d",
        "1f",
        "1 0",
        "1,0",
        "1\0",
        "1e9223372036854775808",
        "1e-9223372036854775809",
    ),
    "1e" + "9" * 5000,
]

# valueLayers.test.ts and numberExponent.test.ts of the parity suite
REFUSED = [
    ("1e126", numbers.OVERFLOW),
    ("-1e126", numbers.OVERFLOW),
    ("11e125", numbers.OVERFLOW),
    ("1e2147483648", numbers.OVERFLOW),
    ("1e99999999999", numbers.OVERFLOW),
    ("1e9223372036854775807", numbers.OVERFLOW),
    ("0e126", numbers.OVERFLOW),
    ("1e-131", numbers.UNDERFLOW),
    ("-1e-131", numbers.UNDERFLOW),
    ("0.9e-130", numbers.UNDERFLOW),
    ("1e-99999999999", numbers.UNDERFLOW),
    ("1e-9223372036854775808", numbers.UNDERFLOW),
    ("0e-131", numbers.UNDERFLOW),
    ("1" * 39, numbers.TOO_MANY_DIGITS),
    ("-1.23456789012345678901234567890123456789", numbers.TOO_MANY_DIGITS),
    ("1" * 400_000, numbers.TOO_MANY_DIGITS),
]


@pytest.mark.parametrize(("text", "canonical"), CANONICAL)
def test_canonical(text, canonical):
    assert numbers.canonical(text) == canonical


@pytest.mark.parametrize("text", NOT_NUMBERS)
def test_no_number(text):
    with pytest.raises(Invalid) as caught:
        numbers.canonical(text)
    assert caught.value.message == f"The parameter cannot be converted to a numeric value: {text}"


def test_empty_text_is_said_in_two_ways():
    with pytest.raises(Invalid) as caught:
        numbers.canonical("")
    text = "The parameter cannot be converted to a numeric value"
    assert caught.value.message == text
    assert caught.value.newer().message == f"{text}: "
    assert caught.value.enveloped().message == f"1 validation error detected: {text}: "


@pytest.mark.parametrize(("text", "message"), REFUSED)
def test_out_of_range(text, message):
    with pytest.raises(Invalid) as caught:
        numbers.canonical(text)
    assert caught.value.newer().message == message


@pytest.mark.parametrize(
    ("text", "older"),
    [
        ("1e126", numbers.OVERFLOW),
        ("1e-131", numbers.UNDERFLOW),
        ("1e2147483646", numbers.OVERFLOW),
        ("1e2147483647", numbers.UNDERFLOW),
        ("10e2147483646", numbers.UNDERFLOW),
        ("1e2147483648", f"{numbers.NOT_A_NUMBER}: 1e2147483648"),
        ("1e-99999999999", f"{numbers.NOT_A_NUMBER}: 1e-99999999999"),
    ],
)
def test_the_older_layer_counts_in_32_bits(text, older):
    """https://github.com/paritysuite/dynamodb-conformance/blob/main/tests/tier3/error-messages/partiqlParameterNumbers.test.ts"""
    with pytest.raises(Invalid) as caught:
        numbers.canonical(text)
    assert caught.value.message == older


@given(decimals())
def test_round_trip(number):
    canonical = numbers.canonical(str(number))
    assert numbers.decimal(canonical) == number
    assert numbers.canonical(canonical) == canonical == numbers.canonical(plain(number))


@given(st.text("0123456789+-.eE", max_size=12))
def test_takes_what_decimal_takes(text):
    try:
        expected = Decimal(text)
    except InvalidOperation:
        expected = None
    try:
        found = Decimal(numbers.canonical(text))
    except Invalid as error:
        found = None if error.message.startswith(numbers.NOT_A_NUMBER) else error
    if not isinstance(found, Invalid):
        assert found == expected


@given(decimals(), decimals())
def test_arithmetic(a, b):
    left, right = numbers.canonical(str(a)), numbers.canonical(str(b))
    for found, exact in (
        (numbers.add, EXACT.add(a, b)),
        (numbers.subtract, EXACT.subtract(a, b)),
    ):
        digits = len(exact.normalize(EXACT).as_tuple().digits)
        if digits <= 38 and (not exact or -130 <= exact.adjusted() <= 125):
            assert numbers.decimal(found(left, right)) == exact
        else:
            with pytest.raises(Invalid):
                found(left, right)


@pytest.mark.parametrize(
    ("a", "b", "total"),
    [
        ("0.1", "0.2", "0.3"),
        (NINES, "1", "1" + "0" * 38),
        ("1", "10000000000000000000000", "10000000000000000000001"),
        ("-1.5", "1.5", "0"),
        ("-3", "3", "0"),
    ],
)
def test_sums(a, b, total):
    assert numbers.add(a, b) == total
    assert numbers.subtract(total, b) == numbers.canonical(a)


@pytest.mark.parametrize(
    ("a", "b"),
    [("9" + "0" * 125, "9" + "0" * 125), ("1" + "0" * 50, "1"), (NINES, "2"), (NINES, "0.6")],
)
def test_sums_that_cannot_be_stored_overflow(a, b):
    """Also those that only need more digits: scylladb test_number.py, test_update_expression_plus_imprecise."""
    with pytest.raises(Invalid) as caught:
        numbers.add(a, b)
    assert caught.value.message == numbers.OVERFLOW


def test_differences_that_are_too_small_underflow():
    tiny = "0." + "0" * 128
    with pytest.raises(Invalid) as caught:
        numbers.subtract(tiny + "15", tiny + "149")
    assert caught.value.message == numbers.UNDERFLOW
