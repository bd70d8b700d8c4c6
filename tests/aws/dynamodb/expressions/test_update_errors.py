"""What is wrong with updates that can be read, and what of it is told first.

Recorded in https://github.com/architect/dynalite/blob/main/test/updateItem.js, where no other place is named.
"""

import pytest
from tests.aws.dynamodb.expressions import wrong

RESERVED = "Attribute name is a reserved keyword; reserved keyword: {}"
UNKNOWN = "Invalid function name; function: {}"
NOT_HERE = "The function is not allowed in an update expression; function: {}"
MISUSED = "The function is not allowed to be used this way in an expression; function: {}"
TWICE = 'The "{}" section can only be used once in an update expression;'
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
CLAUSE = (
    "Incorrect operand type for operator or function; operator: {0}, operand type: {1}, "
    "typeSet: ALLOWED_FOR_{0}_OPERAND"
)
NO_PATH = "Operator or function requires a document path; operator or function: {}"
SAME = (
    "The first operand must be distinct from the remaining operands for this operator or function; "
    "operator: {}, first operand: {}"
)
MEET = (
    "Two document paths {} with each other; must remove or rewrite one of these paths; "
    "path one: {}, path two: {}"
)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        # https://github.com/nubo-db/dynoxide/issues/13
        ("", "The expression can not be empty;"),
        ("SET a = ((b))", REDUNDANT),
        ("SET a = ((b + c))", REDUNDANT),
        ("SET a = (b) + ((c))", REDUNDANT),
        # https://github.com/truora/minidyn/issues/61
        ("SET status = :s", RESERVED.format("status")),
        (" set #a = :s set abOrt = true ", RESERVED.format("abOrt")),
        (" remove Absolute ", RESERVED.format("Absolute")),
        ("set #c = if_not_exist(:c) set c = d", UNKNOWN.format("if_not_exist")),
        ("SET a = size(b)", NOT_HERE.format("size")),
        ("SET a = attribute_exists(b)", NOT_HERE.format("attribute_exists")),
        ("SET a = list_append(list_append(a, b), c)", MISUSED.format("list_append")),
        ("SET a = list_append(a, b) + c", MISUSED.format("list_append")),
        ("SET a = if_not_exists(b, list_append(c, d))", MISUSED.format("list_append")),
        # https://github.com/getmoto/moto/issues/3972
        ("ADD x :n SET a = :s ADD y :n", TWICE.format("ADD")),
        ("set a = #c set c = :d", TWICE.format("SET")),
        ("remove #d set a = b remove e", TWICE.format("REMOVE")),
        ("delete #d :e set a = b delete #e :f", TWICE.format("DELETE")),
        (
            "SET a[9999999999] = b",
            "List index is not within the allowable range; index: [9999999999]",
        ),
        # https://github.com/neoeinstein/modyne/issues/3
        ("SET #upd = :s", NO_NAME.format("#upd")),
        ("SET #c = if_not_exists(:c)", NO_NAME.format("#c")),
        ("SET #a = if_not_exists(:c)", NO_VALUE.format(":c")),
        ("SET a = #y + :x", NO_NAME.format("#y")),
        # https://github.com/HENNGE/aiodynamo/issues/2
        ("SET f = :s, f = :s", MEET.format("overlap", "[f]", "[f]")),
        (
            "set d[1] = a, d.b = a, c[1].a = a, c = if_not_exists(a)",
            MEET.format("overlap", "[c, [1], a]", "[c]"),
        ),
        ("set #b[3].#3 = a, #b[3] = a", MEET.format("overlap", "[b, [3], [3]]", "[b, [3]]")),
        ("REMOVE a[0], a[0]", MEET.format("overlap", "[a, [0]]", "[a, [0]]")),
        (
            "set #b[3].#3 = a, #b.#3[3] = if_not_exists(a)",
            MEET.format("conflict", "[b, [3], [3]]", "[b, [3], [3]]"),
        ),
        ("remove a.#b set a[1] = #3", MEET.format("conflict", "[a, b]", "[a, [1]]")),
        # https://github.com/truora/minidyn/pull/130 quotes the family; the set of types is of later years
        ("set b = if_not_exists(a) add a.b :s", CLAUSE.format("ADD", "STRING")),
        ("add a.b :0", CLAUSE.format("ADD", "NULL")),
        ("add a.b :t", CLAUSE.format("ADD", "BOOLEAN")),
        ("add a.b :b", CLAUSE.format("ADD", "BINARY")),
        ("add a.b :m", CLAUSE.format("ADD", "MAP")),
        ("add a.b :l", CLAUSE.format("ADD", "LIST")),
        ("delete a.b :n", CLAUSE.format("DELETE", "NUMBER")),
        ("delete a.b :s", CLAUSE.format("DELETE", "STRING")),
        ("set a = if_not_exists(c)", COUNT.format("if_not_exists", 1)),
        ("set a = list_append(c)", COUNT.format("list_append", 1)),
        ("set a = if_not_exists(a, b, c)", COUNT.format("if_not_exists", 3)),
        ("set a = if_not_exists(:s, c)", NO_PATH.format("if_not_exists")),
        ("set a = if_not_exists(if_not_exists(a, b), c)", NO_PATH.format("if_not_exists")),
        ("SET a = if_not_exists(a, a)", SAME.format("if_not_exists", "[a]")),
        ("set a = list_append(:s, a)", TYPE.format("list_append", "S")),
        ("set a = list_append(a, :n)", TYPE.format("list_append", "N")),
        ("set a = list_append(:m, a)", TYPE.format("list_append", "M")),
        ("set a = a + :s", TYPE.format("+", "S")),
        ("set a = :b + a", TYPE.format("+", "B")),
        ("set a = a - :t", TYPE.format("-", "BOOL")),
        ("set a = a - :l", TYPE.format("-", "L")),
    ],
)
def test_texts(text, wanted):
    assert wrong.update(text) == f"Invalid UpdateExpression: {wanted}"


BY_TEXT = ["SET {} = foo(a)", "SET {} = size(b)", "SET {}.select = b", "SET {}[9999999999] = b"]
OF_PATHS = ["SET {}.#x = b", "SET {0}.b = c, {0} = b", "SET {0}.b = c, {0}[0] = d"]
OF_VALUES = [
    "SET {} = :x",
    "SET {} = if_not_exists(a)",
    "SET {} = if_not_exists(:n, a)",
    "SET {} = list_append(:n, b)",
    "SET {} = b + :s",
    "SET {0} = if_not_exists({0}, {0})",
]


def both(one, other):
    return one.format("p") + other.format("q").replace("SET", ",")


def alone(one):
    return wrong.update(one.format("p")).replace("[p", "[_").replace("[q", "[_")


def told(text):
    return wrong.update(text).replace("[p", "[_").replace("[q", "[_")


@pytest.mark.parametrize("one", BY_TEXT)
@pytest.mark.parametrize("other", BY_TEXT + OF_PATHS + OF_VALUES)
def test_what_the_text_tells_comes_first_and_in_its_order(one, other):
    assert told(both(one, other)) == alone(one)
    if other not in BY_TEXT:
        assert told(both(other, one)) == alone(one)


@pytest.mark.parametrize("one", OF_PATHS)
@pytest.mark.parametrize("other", OF_PATHS + OF_VALUES)
def test_then_paths_the_last_first(one, other):
    assert told(both(other, one)) == alone(one)
    if other in OF_VALUES:
        assert told(both(one, other)) == alone(one)


@pytest.mark.parametrize("one", OF_VALUES)
@pytest.mark.parametrize("other", OF_VALUES)
def test_then_values_the_last_first(one, other):
    assert told(both(one, other)) == wrong.update(other.format("q")).replace("[q", "[_")


def test_sums_count_as_operators():
    many = ", ".join(f"a{i}=b+c" for i in range(301))
    assert wrong.update(f"SET {many}") == (
        "Invalid UpdateExpression: The expression contains too many operators; operator count: 301"
    )
