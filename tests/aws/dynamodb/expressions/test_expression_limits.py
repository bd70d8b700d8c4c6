"""https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html#limits-expression-parameters"""

import pytest
from tests.aws.dynamodb.expressions import wrong

from homeport.aws.dynamodb.expressions import evaluate, parse, requests
from homeport.aws.dynamodb.expressions.language import reserved
from homeport.aws.dynamodb.expressions.placeholders import Placeholders

LONG = "Expression size has exceeded the maximum allowed size;"


def test_4096_bytes():
    """https://github.com/aws/aws-sdk-java-v2/issues/4597, https://github.com/paritysuite/dynamodb-conformance/issues/80"""
    fitting = "a = b".ljust(4096)
    assert requests.of_write({"ConditionExpression": fitting}).condition
    assert wrong.condition(fitting + " ") == (
        f"Invalid ConditionExpression: {LONG} expression size: 4097"
    )
    assert wrong.update("REMOVE a".ljust(4097)) == f"Invalid UpdateExpression: {LONG}"
    assert wrong.projection("a".ljust(4097)) == f"Invalid ProjectionExpression: {LONG}"


@pytest.mark.parametrize(
    ("fitting", "further"),
    [
        (" AND ".join(["a=b"] * 150), " OR c=d"),
        (" AND ".join(["attribute_exists(a)"] * 150), " OR attribute_exists(a)"),
        ("NOT " * 299 + "a = b", " AND NOT c = d"),
        (" OR ".join(["a IN (b,c)"] * 150), " OR a BETWEEN b AND c"),
    ],
)
def test_300_operators(fitting, further):
    """https://github.com/aws/aws-sdk-js/issues/3721"""
    assert requests.of_write({"ConditionExpression": fitting}).condition
    assert wrong.condition(fitting + further) == (
        "Invalid ConditionExpression: The expression contains too many operators; operator count: 301"
    )


def test_operators_are_counted_with_placeholders_too():
    assert wrong.condition(" AND ".join(["a=:s"] * 151)).endswith("operator count: 301")


def test_100_operands_of_in():
    """https://github.com/reapit/foundations/issues/8255"""
    names = [f"b{at}" for at in range(163)]
    assert requests.of_write({"ConditionExpression": f"a IN ({','.join(names[:100])})"}).condition
    assert wrong.condition(f"a IN ({','.join(names)})") == (
        "Invalid ConditionExpression: The IN operator is provided with too many operands; "
        "number of operands: 163"
    )


@pytest.mark.parametrize("part", [".a", "[0]"])
def test_32_parts_of_a_path(part):
    """https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html#limits-attributes"""
    path = "a" + part * 31
    assert requests.of_get({"ProjectionExpression": path}).paths
    told = "The document path has too many nesting levels; nesting levels: 33"
    assert wrong.projection(path + part) == f"Invalid ProjectionExpression: {told}"
    assert wrong.update(f"SET a = {path}{part}") == f"Invalid UpdateExpression: {told}"
    assert wrong.condition(f"{path}{part} = b") == f"Invalid ConditionExpression: {told}"


def test_indexes_of_31_bits():
    assert requests.of_get({"ProjectionExpression": "a[2147483647]"}).of({"a": {"L": []}}) == {}
    assert wrong.projection("a[2147483648]").endswith("allowable range; index: [2147483648]")


def test_573_reserved_words():
    """https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ReservedWords.html"""
    assert len(reserved.WORDS) == 573
    assert {"ABORT", "HASH", "NAME", "STATUS", "ZONE"} <= reserved.WORDS
    words = sorted(reserved.WORDS - {"AND", "OR", "NOT", "IN", "BETWEEN", "SET", "ADD", "DELETE"})
    for word in words:
        text = word.capitalize()
        assert wrong.projection(f"a.{text}").endswith(f"reserved keyword: {text}")


def test_texts_that_differ_only_in_kind_or_values_do_not_mix():
    for kind in ("ConditionExpression", "FilterExpression"):
        with pytest.raises(Exception, match=f"Invalid {kind}"):
            parse.condition(kind, "a b c", Placeholders(None, None))
    for number in range(3):
        given = Placeholders(None, {":v": {"N": str(number)}})
        node = parse.condition("ConditionExpression", "a = :v", given)
        assert evaluate.holds(node, {"a": {"N": str(number)}})
