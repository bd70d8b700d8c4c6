import pytest

from homeport.aws.dynamodb.values import attribute
from homeport.aws.protocol.call import AwsError

# assertType in dynalite's test/helpers.js: what AWS says of each type, by what it is given
STRUCTURE = "Start of structure or map found where not expected"
STRING = [
    (True, "TRUE_VALUE cannot be converted to String"),
    (False, "FALSE_VALUE cannot be converted to String"),
    (23, "NUMBER_VALUE cannot be converted to String"),
    (-2147483648, "NUMBER_VALUE cannot be converted to String"),
    (34.56, "DECIMAL_VALUE cannot be converted to String"),
    ([], "Unrecognized collection type class java.lang.String"),
    ({}, STRUCTURE),
]
BOOLEAN = [
    ("23", "Unexpected token received from parser"),
    (23, "NUMBER_VALUE cannot be converted to Boolean"),
    (34.56, "DECIMAL_VALUE cannot be converted to Boolean"),
    ([], "Unrecognized collection type class java.lang.Boolean"),
    ({}, STRUCTURE),
]
BLOB = [
    (True, "only base-64-encoded strings are convertible to bytes"),
    (23, "only base-64-encoded strings are convertible to bytes"),
    (34.56, "only base-64-encoded strings are convertible to bytes"),
    ([], "Unrecognized collection type class java.nio.ByteBuffer"),
    ({}, STRUCTURE),
    ("23456", "Base64 encoded length is expected a multiple of 4 bytes but found: 5"),
    ("=+/=", "Invalid last non-pad Base64 character dectected"),
    ("+/+=", "Invalid last non-pad Base64 character dectected"),
    ("YR==", "Invalid last non-pad Base64 character dectected"),
    ("ab$d", "Invalid last non-pad Base64 character dectected"),
    ("\u00e9bcd", "Invalid last non-pad Base64 character dectected"),
]
SCALARS = ("23", True, 23, -2147483648, 34.56)
LIST = [(scalar, "Unexpected field type") for scalar in SCALARS] + [({}, STRUCTURE)]
MAP_TYPE = "java.util.Map<java.lang.String, com.amazonaws.dynamodb.v20120810.AttributeValue>"
MAP = [(scalar, "Unexpected field type") for scalar in SCALARS] + [
    ([], f"Unrecognized collection type {MAP_TYPE}")
]
VALUE = [(scalar, "Unexpected value type in payload") for scalar in SCALARS] + [
    ([], "Unrecognized collection type class com.amazonaws.dynamodb.v20120810.AttributeValue")
]

CASES = [
    *[(lambda bad: bad, *case) for case in VALUE],
    *[(lambda bad: {"S": bad}, *case) for case in STRING],
    *[(lambda bad: {"N": bad}, *case) for case in STRING],
    *[(lambda bad: {"B": bad}, *case) for case in BLOB],
    *[(lambda bad: {"BOOL": bad}, *case) for case in BOOLEAN],
    *[(lambda bad: {"NULL": bad}, *case) for case in BOOLEAN],
    *[(lambda bad: {"SS": bad}, *case) for case in LIST],
    *[(lambda bad: {"NS": bad}, *case) for case in LIST],
    *[(lambda bad: {"BS": bad}, *case) for case in LIST],
    *[(lambda bad: {"L": bad}, *case) for case in LIST],
    *[(lambda bad: {"M": bad}, *case) for case in MAP],
    *[(lambda bad: {"SS": ["a", bad]}, *case) for case in STRING],
    *[(lambda bad: {"NS": ["1", bad]}, *case) for case in STRING],
    *[(lambda bad: {"BS": ["YQ==", bad]}, *case) for case in BLOB],
    *[(lambda bad: {"L": [{"S": "a"}, bad]}, *case) for case in VALUE],
    *[(lambda bad: {"M": {"a": bad}}, *case) for case in VALUE],
    *[(lambda bad: {"L": [{"BS": [bad]}]}, *case) for case in BLOB],
    *[(lambda bad: {"S": "a", "M": {"a": {"S": bad}}}, *case) for case in STRING],
]


@pytest.mark.parametrize(("around", "bad", "message"), CASES)
def test_wrong_types(around, bad, message):
    value = around(bad)
    for read in (
        lambda: attribute.item({"ok": {"S": ""}, "a": value}),
        lambda: attribute.check_types({"a": value}),
        lambda: attribute.value(value),
    ):
        with pytest.raises(AwsError) as caught:
            read()
        assert (caught.value.code, caught.value.message) == ("SerializationException", message)


@pytest.mark.parametrize(("bad", "message"), MAP)
def test_no_map_at_all(bad, message):
    for read in (attribute.item, attribute.check_types):
        with pytest.raises(AwsError) as caught:
            read(bad)
        assert (caught.value.code, caught.value.message) == ("SerializationException", message)


@pytest.mark.parametrize("scalar", SCALARS)
def test_a_member_of_a_structure_is_told_otherwise(scalar):
    with pytest.raises(AwsError) as caught:
        attribute.value(scalar, is_member=True)
    assert caught.value.message == "Unexpected field type"
