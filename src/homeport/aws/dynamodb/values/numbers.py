"""Numbers: decimal text with up to 38 significant digits, exact, from 1E-130 to 9.9999999999999999999999999999999999999E+125.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html#HowItWorks.DataTypes.Number

Canonical text is plain decimal without an exponent, without zeros that say nothing, and without a sign on zero. The answers of AWS are
recorded in https://github.com/architect/dynalite/blob/main/test/putItem.js ("should put really long numbers", "should return
ValidationException for empty/invalid numbers in Item") and, for exponents, in
https://github.com/paritysuite/dynamodb-conformance/blob/main/tests/tier3/limits/numberExponent.test.ts
"""

from __future__ import annotations

import re
from decimal import Context, Decimal, Inexact

from homeport.aws.dynamodb.values import limits
from homeport.aws.dynamodb.values.invalid import Invalid

NOT_A_NUMBER = "The parameter cannot be converted to a numeric value"
OVERFLOW = (
    "Number overflow. Attempting to store a number with magnitude larger than supported range"
)
UNDERFLOW = (
    "Number underflow. Attempting to store a number with magnitude smaller than supported range"
)
TOO_MANY_DIGITS = "Attempting to store more than 38 significant digits in a Number"

# The grammar of java.math.BigDecimal, which the service reads numbers with: no spaces, but any script's digits.
# https://docs.oracle.com/en/java/javase/17/docs/api/java.base/java/math/BigDecimal.html#%3Cinit%3E(java.lang.String)
_NUMBER = re.compile(r"([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?)(\d+))?")
_CANONICAL = re.compile(r"-?(?:[1-9][0-9]*(?:\.[0-9]*[1-9])?|0\.[0-9]*[1-9])|0")
_EXPONENTS = range(-(2**63), 2**63)
_EXPONENT_DIGITS = 19
_OLDER_EXPONENTS = range(-(2**31) + 1, 2**31)

# Any sum of two numbers in range is exact with this many digits.
_EXACT = Context(prec=len(limits.NUMBER_MAGNITUDES) + 2 * limits.NUMBER_DIGITS, traps=[Inexact])


def canonical(text: str) -> str:
    """The number as AWS returns it. Raises AWS's error for what is no number or is out of range."""
    if len(text) <= limits.NUMBER_DIGITS and _CANONICAL.fullmatch(text):
        return text
    sign, digits, magnitude = _parse(text)
    if len(digits) > limits.NUMBER_DIGITS:
        raise Invalid(TOO_MANY_DIGITS)
    if magnitude >= limits.NUMBER_MAGNITUDES.stop:
        raise _out_of_range(text, magnitude, OVERFLOW)
    if magnitude < limits.NUMBER_MAGNITUDES.start:
        raise _out_of_range(text, magnitude, UNDERFLOW)
    plain = sign + _plain(digits, magnitude + 1) if digits else "0"
    return text if plain == text else plain


def _parse(text: str) -> tuple[str, str, int]:
    """The sign, the significant digits, and the power of ten of the first of them; of zero it is the exponent that was written."""
    match = _NUMBER.fullmatch(text)
    if match is None:
        raise _not_a_number(text)
    sign, whole, fraction, exponent_sign, exponent_digits = match.groups("")
    exponent_digits = exponent_digits.lstrip("0")
    if not (whole or fraction) or len(exponent_digits) > _EXPONENT_DIGITS:
        raise _not_a_number(text)
    exponent = int(f"{exponent_sign}0{exponent_digits}")
    if exponent not in _EXPONENTS:
        raise _not_a_number(text)
    digits = whole + fraction
    if not digits.isascii():
        digits = "".join([str(int(digit)) for digit in digits])
    significant = digits.lstrip("0")
    if not significant:
        return "", "", exponent
    magnitude = len(whole) + exponent - (len(digits) - len(significant)) - 1
    return "-" if sign == "-" else "", significant.rstrip("0"), magnitude


def _plain(digits: str, point: int) -> str:
    if point <= 0:
        return f"0.{'0' * -point}{digits}"
    if point >= len(digits):
        return digits + "0" * (point - len(digits))
    return f"{digits[:point]}.{digits[point:]}"


def _out_of_range(text: str, magnitude: int, newer: str) -> Invalid:
    """The older layer counts in 32 bits: exponents that do not fit are no numbers, digits and exponent together wrap around.

    https://github.com/paritysuite/dynamodb-conformance/blob/main/tests/tier3/error-messages/valueLayers.test.ts,
    https://github.com/paritysuite/dynamodb-conformance/blob/main/tests/tier3/error-messages/partiqlParameterNumbers.test.ts
    """
    if int(text.lower().partition("e")[2] or 0) not in _OLDER_EXPONENTS:
        return Invalid(f"{NOT_A_NUMBER}: {text}", newer)
    wraps = not -(2**31) <= magnitude + 1 < 2**31
    return Invalid({OVERFLOW: UNDERFLOW, UNDERFLOW: OVERFLOW}[newer] if wraps else newer, newer)


def _not_a_number(text: str) -> Invalid:
    newer = f"{NOT_A_NUMBER}: {text}"
    return Invalid(newer if text else NOT_A_NUMBER, newer)


def decimal(text: str) -> Decimal:
    """The number of a canonical text."""
    return Decimal(text)


def add(a: str, b: str) -> str:
    """The sum of two canonical numbers. Raises AWS's error where it cannot be stored."""
    try:
        return _result(str(int(a) + int(b)))
    except ValueError:
        return _result(str(_EXACT.add(Decimal(a), Decimal(b))))


def subtract(a: str, b: str) -> str:
    """The difference of two canonical numbers. Raises AWS's error where it cannot be stored."""
    try:
        return _result(str(int(a) - int(b)))
    except ValueError:
        return _result(str(_EXACT.subtract(Decimal(a), Decimal(b))))


def _result(text: str) -> str:
    """AWS calls it an overflow as well if a result would need more than 38 digits.

    "Strangely, DynamoDB says that the error is" in https://github.com/scylladb/scylladb/blob/master/test/alternator/test_number.py
    """
    try:
        return canonical(text)
    except Invalid as error:
        raise Invalid(OVERFLOW if error.message == TOO_MANY_DIGITS else error.message) from None


# One byte for a pair of decimal digits in binary coded decimal: twice the pair, plus one while more pairs follow, so that the last
# byte tells that it is the last, and a shorter number sorts before a longer one that starts with it.
_MORE = bytes((2 * (10 * (b >> 4) + (b & 15)) + 1) & 255 for b in range(256))
_COMPLEMENT = bytes(255 - b for b in range(256))
_NEGATIVE, _ZERO, _POSITIVE = b"\x01", b"\x02", b"\x03"


def order(text: str) -> bytes:
    """Bytes that sort as the numbers do, of which none is the beginning of another's. Takes canonical text.

    A byte for the sign, a byte for the magnitude (-130 to 125), then the digits; after the sign all is inverted for negatives.
    """
    if text[0] == "-":
        return _NEGATIVE + _unsigned(text[1:]).translate(_COMPLEMENT)
    if text == "0":
        return _ZERO
    return _POSITIVE + _unsigned(text)


def _unsigned(text: str) -> bytes:
    whole, _, fraction = text.partition(".")
    if whole == "0":
        digits = fraction.lstrip("0")
        magnitude = len(digits) - len(fraction) - 1
    else:
        digits = whole + fraction if fraction else whole.rstrip("0")
        magnitude = len(whole) - 1
    if len(digits) & 1:
        digits += "0"
    pairs = bytes.fromhex(digits).translate(_MORE)
    return b"%c%b%c" % (magnitude - limits.NUMBER_MAGNITUDES.start, pairs[:-1], pairs[-1] - 1)
