"""What is wrong with conditions that can be read, and what of it is told first.

Recorded in https://github.com/architect/dynalite/blob/main/test/scan.js, below "should return ValidationException for redundant
parentheses", where no other place is named.
"""

import pytest
from tests.aws.dynamodb.expressions import wrong

from homeport.aws.dynamodb.values.invalid import Invalid

RESERVED = "Attribute name is a reserved keyword; reserved keyword: {}"
UNKNOWN = "Invalid function name; function: {}"
MISUSED = "The function is not allowed to be used this way in an expression; function: {}"
NOT_HERE = "The function is not allowed in a condition expression; function: {}"
REDUNDANT = "The expression has redundant parentheses;"
NO_NAME = (
    "An expression attribute name used in the document path is not defined; attribute name: {}"
)
NO_VALUE = "An expression attribute value used in expression is not defined; attribute value: {}"
COUNT = (
    "Incorrect number of operands for operator or function; operator or function: {}, "
    "number of operands: {}"
)
TYPE = "Incorrect operand type for operator or function; operator or function: {}, operand type: {}"
SAME = (
    "The first operand must be distinct from the remaining operands for this operator or function; "
    "operator: {}, first operand: {}"
)
NO_PATH = "Operator or function requires a document path; operator or function: {}"
INDEX = "List index is not within the allowable range; index: [{}]"
ANY = "{NS,SS,L,BS,N,M,B,BOOL,NULL,S}"
BOUNDS = "lower bound operand: AttributeValue: {}, upper bound operand: AttributeValue: {}"
BETWEEN_TYPES = f"The BETWEEN operator requires same data type for lower and upper bounds; {BOUNDS}"
BETWEEN_ORDER = (
    "The BETWEEN operator requires upper bound to be greater than or equal to lower bound; "
    f"{BOUNDS}"
)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", "The expression can not be empty;"),
        ("((a = b))", REDUNDANT),
        ("a=b and a > ((c))", REDUNDANT),
        ("(a)between(((b.c)))and(c)", REDUNDANT),
        ("a=b OR ((a=b OR (a=b OR a=b)))", REDUNDANT),
        ("NOT((a = b))", REDUNDANT),
        ("attribute_exists(((a)))", REDUNDANT),
        ("(((a = b) OR (c = d)))", REDUNDANT),
        ("whatever(:s) > a", UNKNOWN.format("whatever")),
        ("attRIbute_exIsts(a, #a)", UNKNOWN.format("attRIbute_exIsts")),
        ("attribute_not_exists(a) > b", MISUSED.format("attribute_not_exists")),
        ("size(contains(a, b)) > a", MISUSED.format("contains")),
        ("contains(a, contains(b, c))", MISUSED.format("contains")),
        ("size(a)", MISUSED.format("size")),
        ("NOT size(a)", MISUSED.format("size")),
        ("a between b and attribute_exists(c)", MISUSED.format("attribute_exists")),
        ("a in (b, attribute_exists(c))", MISUSED.format("attribute_exists")),
        # https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html#Expressions.UpdateExpressions.SET
        ("if_not_exists(a, b) = c", NOT_HERE.format("if_not_exists")),
        ("list_append(a, b)", NOT_HERE.format("list_append")),
        ("attribute_exists(views)", RESERVED.format("views")),
        (":s < abOrT", RESERVED.format("abOrT")),
        ("a.Select = b", RESERVED.format("Select")),
        ("a[2147483648] = b", INDEX.format(2147483648)),
        ("#Pictures.RearView = a", NO_NAME.format("#Pictures")),
        ("begins_with(Pictures.#RearView)", NO_NAME.format("#RearView")),
        ("#_ > a", NO_NAME.format("#_")),
        (":x < :y", NO_VALUE.format(":x")),
        ("begins_with(:hello, #x)", NO_VALUE.format(":hello")),
        ("attribute_exists(a, b) and a=a", COUNT.format("attribute_exists", 2)),
        ("attribute_type(a)", COUNT.format("attribute_type", 1)),
        ("begins_with(a, size(a), b)", COUNT.format("begins_with", 3)),
        ("contains(a)", COUNT.format("contains", 1)),
        ("size(a, b) > c", COUNT.format("size", 2)),
        ("a = #a", SAME.format("=", "[a]")),
        ("a <> a", SAME.format("<>", "[a]")),
        ("contains(ab.bc[1].a, ab.bc[1].#a)", SAME.format("contains", "[ab, bc, [1], a]")),
        ("attribute_type(a, a)", SAME.format("attribute_type", "[a]")),
        ("a IN (b, a)", SAME.format("IN", "[a]")),
        ("a BETWEEN b AND a", SAME.format("BETWEEN", "[a]")),
        ("attribute_type(a, b)", TYPE.format("attribute_type", ANY)),
        ("attribute_type(a, size(b))", TYPE.format("attribute_type", "N")),
        ("attribute_type(a, :ss)", TYPE.format("attribute_type", "SS")),
        ("begins_with(a, size(b))", TYPE.format("begins_with", "N")),
        ("begins_with(:l, a)", TYPE.format("begins_with", "L")),
        ("size(size(a)) > b", TYPE.format("size", "N")),
        ("attribute_not_exists(size(:n))", TYPE.format("size", "N")),
        ("size(:t) > a", TYPE.format("size", "BOOL")),
        ("size(:0) > a", TYPE.format("size", "NULL")),
        ("a < :ss", TYPE.format("<", "SS")),
        (":m >= a", TYPE.format(">=", "M")),
        ("a BETWEEN b AND :t", TYPE.format("BETWEEN", "BOOL")),
        (":ns BETWEEN a AND b", TYPE.format("BETWEEN", "NS")),
        (
            "attribute_type(a, :s)",
            (
                "Invalid attribute type name found; type: a, "
                "valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}"
            ),
        ),
        ("attribute_exists(:s)", NO_PATH.format("attribute_exists")),
        ("attribute_not_exists(size(:s))", NO_PATH.format("attribute_not_exists")),
        ("a BETWEEN :s AND :n", BETWEEN_TYPES.format("{S:a}", "{N:1}")),
        ("a BETWEEN :n2 AND :n", BETWEEN_ORDER.format("{N:2}", "{N:1}")),
        ("a BETWEEN :s2 AND :s", BETWEEN_ORDER.format("{S:b}", "{S:a}")),
    ],
)
def test_texts(text, wanted):
    assert wrong.condition(text) == f"Invalid ConditionExpression: {wanted}"


FIRST = "((c = d))"
BY_TEXT = ["foo(a)", "if_not_exists(a,b) = c", "size(a)", "select = b", "a[9999999999] = b"]
BY_REQUEST = [
    "#x = b",
    "a = :x",
    "contains(a)",
    "a = a",
    "a < :ss",
    "attribute_exists(:n)",
    "a BETWEEN :n2 AND :n",
    "attribute_type(a, :s)",
    "a IN (" + ",".join(f"b{i}" for i in range(101)) + ")",
    ".".join("a" * 33) + " = b",
]


@pytest.mark.parametrize("other", [*BY_TEXT, *BY_REQUEST])
def test_parentheses_come_before_all_else(other):
    assert wrong.condition(f"{other} AND {FIRST}").endswith(REDUNDANT)


@pytest.mark.parametrize("one", BY_TEXT)
@pytest.mark.parametrize("other", BY_TEXT + BY_REQUEST)
def test_what_the_text_tells_comes_before_what_the_request_tells(one, other):
    if one == other:
        return
    told = wrong.condition(one)
    assert wrong.condition(f"{one} AND {other}") == told
    if other in BY_REQUEST:
        assert wrong.condition(f"{other} AND {one}") == told


@pytest.mark.parametrize("one", BY_REQUEST)
@pytest.mark.parametrize("other", BY_REQUEST)
def test_what_the_request_tells_comes_in_the_order_of_the_text(one, other):
    assert wrong.condition(f"{one} OR {other}") == wrong.condition(one)


@pytest.mark.parametrize("other", [*BY_TEXT, *BY_REQUEST])
def test_the_number_of_operators_comes_last(other):
    many = " AND ".join(["x=y"] * 151)
    assert wrong.condition(f"{many} AND {other}") == wrong.condition(other)


def test_an_operation_can_put_these_errors_into_its_envelope():
    """https://github.com/nubo-db/dynoxide/blob/main/tests/expressions.rs, test_put_condition_syntax_error_enveloped."""
    with pytest.raises(Invalid) as raised:
        wrong.requests.of_write({"ConditionExpression": "a b"})
    assert raised.value.enveloped().message.startswith("1 validation error detected: Invalid Cond")
