"""Every text of a refusal with a statement that has it. Where each text comes from is told in `partiql.errors`."""

import re

import pytest

from homeport.aws.dynamodb.partiql import errors

MALFORMED = {
    "SELECT * FROM tab WHERE": "Unexpected term",
    "SELECT * FROM tab WHERE;": "Unexpected term",
    "UPDATE tab SET a = 1 WHERE": "Unexpected term",
    "DELETE FROM tab WHERE": "Unexpected term",
    "SELECT * FROM tab WHERE NOT": "Unexpected term",
    "SELECT * FROM tab WHERE (": "Unexpected term",
    "SELECT * FROM never_made WHERE": "Unexpected term",
    "SELECT * FROM": "Unexpected term",
    "SELECT * FROM tab WHERE id = 'a' AND": "Missing right-hand side expression of infix operator",
    "SELECT * FROM tab WHERE id = 'a' OR": "Missing right-hand side expression of infix operator",
    "SELECT * FROM tab WHERE ORDER BY id": "Unexpected keyword",
    "INSERT INTO tab (key, b) VALUES (?, ?)": "Unexpected keyword",
    "SELECT * FROM tab WHERE id = 'a' AND x IS FOO": "Expected type name",
    "SELECT * FROM tab WHERE IS NULL": "Unexpected operator",
    "SELECT * FROM tab WHERE id = LIKE": "Unexpected operator",
    "DELETE FROM": "Expected identifier for simple path",
    "DELETE FROM;": "Expected identifier for simple path",
    "DELETE FROM WHERE id = 'a'": "Expected identifier for simple path",
    "SLECT * FROM tab WHERE id = 'a'": "Expected data manipulation",
    "UPDATE Payment-tab SET a = 1 WHERE id = 'a'": "Expected data manipulation",
    "UPDATE tab WHERE id = 'a' SET a = 1": "Expected data manipulation",
    "SELECT * FROM tab WHERE id = 'a' foo": "Unexpected token after expression",
    "SELECT * FROM tab WHERE id = 1 e5": "Unexpected token after expression",
    "INSERT INTO tab VALUE {'id': 'a'} foo": "Unexpected token after expression",
    "INSERT INTO tab t VALUE {'id': 'a'}": "Unexpected token after expression",
    "UPDATE tab SET a = 1 WHERE id = 'a' foo": "Unexpected token after expression",
    "UPDATE tab REMOVE a, b WHERE id = 'a'": "Unexpected token after expression",
    "DELETE FROM tab WHERE id = 'a' ORDER BY id": "Unexpected token after expression",
    "SELECT * FROM tab ORDER BY id WHERE id = 'a'": "Unexpected token after expression",
    "SELECT * FROM tab WHERE id = 'a')": "Unexpected token after expression",
    "FROM tab SET c = 1 WHERE id = 'a'": "Unexpected token after expression",
    "SELECT m.inner FROM tab": "Invalid path dot component",
    "SELECT * FROM tab WHERE id = 1e2147483648": "",
    "SELECT * FROM tab WHERE id = 1e99999999999": "",
    "SELECT * FROM tab WHERE id = 1.5e-2147483647": "",
    "SELECT * FROM tab WHERE id = 1e": "",
    "SELECT * FROM tab WHERE id = 'a' # note": "",
    "SELECT * FROM tab WHERE id = 'a' /* note": "",
    "SELECT * FROM tab WHERE id = 'a": "",
    'SELECT * FROM "tab': "",
    # Of the parser alone
    "SELECT * FROM tab; SELECT * FROM tab": "Unexpected token after semicolon. (Only one query is allowed.)",
    "SELECT *": "Expected FROM after SELECT list",
    "SELECT a, * FROM tab": "Other expressions may not be present in the select list when '*' is used without dot "
    "notation.",
    "SELECT a[*] FROM tab": "Invalid use of * in select list",
    "SELECT a.*.b FROM tab": "Invalid use of * in select list",
    "SELECT * FROM tab GROUP id": "Expected BY",
    "SELECT * FROM tab ORDER id": "Expected BY",
    "SELECT * FROM tab AS 'a'": "Expected identifier for AS-alias",
    "SELECT * FROM tab WHERE a BETWEEN 1": "Expected AND keyword",
    "SELECT * FROM tab WHERE a BETWEEN 1 AND": "Expected expression after AND",
    "SELECT * FROM tab WHERE a IN ('a'": "Expected RIGHT_PAREN",
    "SELECT * FROM tab WHERE a IN ['a'": "Expected RIGHT_BRACKET",
    "INSERT INTO tab VALUE {'id'": "Expected COLON",
    "INSERT INTO tab VALUE {'id': 'a'": "Expected RIGHT_CURLY",
    "INSERT INTO tab VALUE {'id': <<'a'": "Expected RIGHT_DOUBLE_ANGLE_BRACKET",
    "UPDATE tab SET a": "Expected '='",
    "UPDATE tab SET a.* = 1": "Invalid path dot component for simple path",
    "UPDATE tab SET a[?] = 1": "Invalid path component for simple path",
    "DELETE tab": "Expected FROM after DELETE",
    "DELETE FROM tab WHERE id = 'a' RETURNING x": "Expected ( MODIFIED | ALL ) ( NEW | OLD ) in each returning element.",
    "SELECT f(*) FROM tab": "f(*) is not allowed",
    "SELECT sum(a, b) FROM tab": "Aggregate functions are always unary",
    "CREATE x": "Unexpected token following CREATE",
    "CREATE INDEX x": "Expected ON",
    "CREATE INDEX ON x": "Expected parenthesis for keys",
    "DROP x": "Unexpected token following DROP",
    "DROP TABLE 'x'": "Expected identifier!",
    "DROP INDEX a": "Expected ON",
    "VALUES 1": "Expected LEFT_PAREN for row value constructor",
    "SELECT * FROM tab WHERE " + "(" * 200 + "a = 1" + ")" * 200: "",
    "SELECT * FROM tab WHERE a = " + "1 + " * 200 + "1": "",
}

INVALID = {
    "SELECT * FROM tab t WHERE id = 'x'": errors.ALIASING,
    "SELECT * FROM tab AS t WHERE id = 'x'": errors.ALIASING,
    "SELECT id AS other FROM tab": errors.ALIASING,
    "UPDATE tab t SET a = 3 WHERE id = 'x'": errors.ALIASING,
    "DELETE FROM tab t WHERE id = 'x'": errors.ALIASING,
    "SELECT COUNT(*) FROM never_made": errors.PATH_COMPONENT + " at 1:8:5",
    "SELECT size(a) FROM tab": errors.PATH_COMPONENT + " at 1:8:4",
    "SELECT attribute_exists(a)\nFROM tab": errors.PATH_COMPONENT + " at 1:8:16",
    "UPDATE tab SET\n  l[1.5] = 1 WHERE id = 'a'": errors.PATH_COMPONENT + " at 2:5:3",
    "SELECT * FROM tab WHERE id = 'a' AND EXISTS(a)": errors.UNKNOWN_FUNCTION + "exists at 1:38:6",
    "SELECT * FROM tab WHERE set_add(a, <<'x'>>) = a": errors.UNKNOWN_FUNCTION
    + "set_add at 1:25:7",
    "SELECT * FROM tab WHERE list_append(a, [1]) = a": errors.UNKNOWN_FUNCTION
    + "list_append at 1:25:11",
    "UPDATE tab SET a = foo(b) WHERE id = 'a'": errors.UNKNOWN_FUNCTION + "foo at 1:20:3",
    "x IS INT4": errors.UNSUPPORTED_OPERATION + "IsType",
    "x IS INT8": errors.UNSUPPORTED_OPERATION + "IsType",
    "x IS DOUBLE PRECISION": errors.UNSUPPORTED_OPERATION + "IsType",
    "x IS CHARACTER VARYING": errors.UNSUPPORTED_OPERATION + "IsType",
    "selec": errors.UNSUPPORTED_OPERATION + "VariableReference",
    "1": errors.UNSUPPORTED_OPERATION + "Literal",
    "missing": errors.UNSUPPORTED_OPERATION + "LiteralMissing",
    "x.y": errors.UNSUPPORTED_OPERATION + "Path",
    "{'a': 1}": errors.UNSUPPORTED_OPERATION + "Struct",
    "<<1>>": errors.UNSUPPORTED_OPERATION + "Seq",
    "count(*)": errors.UNSUPPORTED_OPERATION + "CallAgg",
    "DROP TABLE tab": errors.UNSUPPORTED_OPERATION + "DropTable",
    "DROP INDEX a ON b": errors.UNSUPPORTED_OPERATION + "DropIndex",
    "CREATE TABLE tab": errors.UNSUPPORTED_OPERATION + "CreateTable",
    "CREATE INDEX ON tab (a)": errors.UNSUPPORTED_OPERATION + "CreateIndex",
    "VALUES (1), (2)": errors.UNSUPPORTED_OPERATION + "Seq",
    "INSERT INTO tab {'id': 'z'}": errors.UNSUPPORTED_OPERATION + "InsertOp",
    "INSERT INTO tab VALUES ({'id': 'z'})": errors.UNSUPPORTED_OPERATION + "InsertOp",
    "INSERT INTO comp.by_g VALUE {'id': 'a'}": errors.DML_SOURCE + " at 1:13:4",
    'INSERT INTO "comp"."no" VALUE {}': errors.DML_SOURCE + " at 1:13:6",
    'UPDATE "comp"."by_g" SET n = 1 WHERE id = \'a\' AND num = 1': errors.ON_INDEX,
    'DELETE FROM "never_made"."by_g" WHERE id = \'a\'': errors.ON_INDEX,
    "DELETE FROM tab WHERE id = 'a' RETURNING ALL NEW *": errors.RETURNING_OF_DELETE.format(
        "ALL NEW *"
    ),
    "DELETE FROM tab WHERE id = 'a' RETURNING MODIFIED OLD *": errors.RETURNING_OF_DELETE.format(
        "MODIFIED OLD *"
    ),
    'SELECT * FROM "comp"."no"': errors.NO_INDEX,
    "SELECT * FROM several.two WHERE h1 = 5": errors.MULTIPLE_ATTRIBUTES,
    "SELECT COUNT(*) FROM several.two": errors.MULTIPLE_ATTRIBUTES,
    "UPDATE tab SET n = 1": errors.INCOMPLETE_KEY,
    "UPDATE comp SET n = 1 WHERE id = 'a'": errors.INCOMPLETE_KEY,
    "UPDATE tab SET n = 1 WHERE id IN ['a']": errors.INCOMPLETE_KEY,
    "UPDATE tab SET n = 1 WHERE id = 'a' OR n = 1": errors.INCOMPLETE_KEY,
    "DELETE FROM tab WHERE n = 1": errors.INCOMPLETE_KEY,
    "FROM tab SET c = 1": errors.INCOMPLETE_KEY,
    "FROM tab REMOVE c": errors.INCOMPLETE_KEY,
    "FROM tab WHERE a = 1 SET c = 1": errors.INCOMPLETE_KEY,
    "SELECT * FROM comp WHERE id = 'a' AND x = 1 OR id = 'a' AND num = 2": errors.OVERLAPPING,
    "SELECT * FROM comp WHERE id = 'a' AND x <> 1 OR id = 'a' AND num = 2": errors.OVERLAPPING,
    "SELECT * FROM comp WHERE id = 'a' AND (num > 0 OR num < 5)": errors.OVERLAPPING,
    "SELECT * FROM comp WHERE id IN ['a', 'a']": errors.OVERLAPPING,
    "SELECT * FROM tab WHERE id = 'a' OR id = 'a'": errors.OVERLAPPING,
    "SELECT * FROM tab WHERE id IN ["
    + ", ".join(f"'{n}'" for n in range(51))
    + "]": errors.TOO_MANY_READS,
    "SELECT n, other FROM comp.keys_of_g WHERE g = 'a'": errors.NOT_PROJECTED.format(
        "keys_of_g", "n, other"
    ),
    "SELECT n FROM comp.keys_of_g": errors.NOT_PROJECTED.format("keys_of_g", "n"),
    "SELECT id FROM comp.keys_of_g WHERE g = 'a' AND n = 1": errors.FILTER_NOT_PROJECTED.format(
        "keys_of_g", "n"
    ),
    "SELECT id FROM comp.keys_of_g WHERE g IN ['a', 'b'] AND NOT n = 1": errors.FILTER_NOT_PROJECTED.format(
        "keys_of_g", "n"
    ),
    "SELECT id FROM comp.keys_of_l WHERE id = 'a' AND l BETWEEN 'a' AND 'b' AND n IS MISSING": (
        errors.FILTER_NOT_PROJECTED.format("keys_of_l", "n")
    ),
    "INSERT INTO tab VALUE {'id': 'a', 'n': set_add(<<'a'>>, <<'b'>>)}": errors.DATA_TYPE.format(
        "set_add", "root"
    )
    + " at 1:40:7",
    "INSERT INTO tab VALUE {'id': 'a', 'n': 1 + 1}": errors.DATA_TYPE.format("+", "root")
    + " at 1:42:1",
    "INSERT INTO tab VALUE {'id': 'a', 'n': x}": errors.DATA_TYPE.format("x", "root")
    + " at 1:40:1",
    "INSERT INTO tab VALUE {'id': 'a', 'n': [x.y]}": errors.DATA_TYPE.format("Path", "root[0]")
    + " at 1:41:1",
    "INSERT INTO tab VALUE {'id': 'a', 'n': MISSING}": errors.DATA_TYPE.format("MISSING", "root")
    + " at 1:40:7",
    "INSERT INTO tab VALUE {'id': 'a', 'n': <<>>}": errors.EMPTY_BAG,
    "UPDATE tab SET a = set_add(a, <<>>) WHERE id = 'a'": errors.EMPTY_BAG,
    "UPDATE tab SET a = set_add(a, <<'x', 'x'>>) WHERE id = 'a'": errors.DUPLICATE_MEMBERS.format(
        "x, x"
    ),
    "UPDATE tab SET d = "
    + "{'a': " * 32
    + "1"
    + "}" * 32
    + " WHERE id = 'a'": errors.TOO_DEEP.format("root" + ".a" * 32),
    "UPDATE tab SET d = " + "[" * 32 + "1" + "]" * 32 + " WHERE id = 'a'": errors.TOO_DEEP.format(
        "root" + "[0]" * 32
    ),
    "UPDATE tab SET t = set_add(a, <<'x'>>) WHERE id = 'a'": errors.SET_FIRST.format("SET_ADD")
    + " at 1:20:7",
    "UPDATE tab SET a = set_delete(<<'a'>>, <<'x'>>) WHERE id = 'a'": errors.SET_FIRST.format(
        "SET_DELETE"
    )
    + " at 1:20:10",
    "UPDATE tab SET a = set_add(a, <<2, 2.0>>) WHERE id = 'a'": errors.DUPLICATE_NUMBERS.format(
        "2, 2.0", "root"
    ),
    "SELECT l[2147483648] FROM tab": errors.LIST_INDEX.format("2147483648") + " at 1:10:10",
    "UPDATE tab\nSET a = set_add(a, 'x')\nWHERE id = 'a'": errors.SET_SECOND.format("SET_ADD")
    + " at 2:17:1",
    "SELECT id FROM comp.keys_of_g WHERE g = 'y' AND b = 1 AND (a = 2 OR l = 3)": (
        errors.FILTER_NOT_PROJECTED.format("keys_of_g", "a, b, l")
    ),
    "SELECT id FROM comp.keys_of_g WHERE g = 'y' AND (zz = 1 OR aa = 2 OR mm = 3)": (
        errors.FILTER_NOT_PROJECTED.format("keys_of_g", "zz, aa, mm")
    ),
    "UPDATE tab SET a = set_add(a, 'x') WHERE id = 'a'": errors.SET_SECOND.format("SET_ADD")
    + " at 1:28:1",
    "UPDATE tab SET a = set_delete(a, ['x']) WHERE id = 'a'": errors.SET_SECOND.format("SET_DELETE")
    + " at 1:31:1",
    "UPDATE tab SET a = set_add(a) WHERE id = 'a'": errors.SET_COUNT.format("SET_ADD")
    + " at 1:20:7",
    "EXISTS(SELECT * FROM tab WHERE id = 'a' AND n = 1)": errors.EXISTS_OUTSIDE,
    "1 + 1": errors.EXISTS_OUTSIDE,
    'SELECT * FROM "ab"': errors.TABLE_NAME,
    'SELECT * FROM ""': errors.EMPTY_COMPONENT,
    'SELECT * FROM tab.""': errors.EMPTY_COMPONENT,
    "UPDATE tab SET \"\" = 1 WHERE id = 'a'": errors.EMPTY_COMPONENT,
    "INSERT INTO tab VALUE {'id': 'a', '': 1}": errors.EMPTY_COMPONENT,
    "SELECT * FROM tab, comp": errors.SEVERAL_SOURCES,
    "SELECT * FROM tab JOIN comp ON a = b": errors.SEVERAL_SOURCES,
    "SELECT * FROM 'tab'": errors.SOURCE,
    "SELECT * FROM <<1>>": errors.SOURCE,
    "SELECT * FROM tab.a.b": errors.SOURCE_PATH,
    "SELECT VALUE id FROM tab": errors.VALUE_OR_PIVOT,
    "SELECT a.* FROM tab": errors.HIERARCHY,
    "SELECT * FROM tab LIMIT 1": errors.CLAUSE + "LIMIT at 1:25:1",
    "SELECT a FROM tab GROUP BY a": errors.CLAUSE + "GROUP BY",
    "SELECT a FROM tab HAVING a = 1": errors.CLAUSE + "HAVING",
    "SELECT DISTINCT a FROM tab": errors.IN_EXPRESSION + "DISTINCT",
    "SELECT * FROM tab WHERE id = 'a' AND (SELECT * FROM tab)": errors.IN_EXPRESSION
    + "SELECT at 1:39:6",
    "SELECT * FROM tab WHERE count(*) = 1": errors.IN_EXPRESSION + "COUNT at 1:25:5",
    "UPDATE tab SET a = count(*) WHERE id = 'a'": errors.IN_EXPRESSION + "COUNT at 1:20:5",
    "SELECT a, a FROM tab": errors.SAME_COLUMNS + "a",
    "SELECT m.x, x FROM tab": errors.SAME_COLUMNS + "x",
    "SELECT a[-1] FROM tab": errors.LIST_INDEX.format("-1") + " at 1:11:1",
    "SELECT * FROM tab WHERE id = ?": errors.PARAMETER_COUNT,
    "INSERT INTO tab VALUE {'id': 'a'} RETURNING ALL OLD *": errors.INSERT_RETURNING,
    "INSERT INTO tab VALUE {'id': 'a'} AT 1": errors.INSERT_AT + " at 1:1:11",
    "INSERT INTO tab VALUE 'a'": errors.INSERT_VALUE + " at 1:23:3",
    "UPDATE tab SET n = 1 WHERE id = 'a' RETURNING MODIFIED NEW n": errors.RETURNING_STAR,
    "UPDATE tab SET n = 1 WHERE id = 'a' RETURNING ALL OLD *, ALL NEW *": errors.SEVERAL_RETURNING,
    "SELECT * FROM tab WHERE true": errors.NOT_BOOLEAN,
    "SELECT * FROM tab WHERE size(a)": errors.NOT_BOOLEAN,
    "SELECT * FROM tab WHERE id = 'a' AND n": errors.LOGIC_OPERAND,
    "SELECT * FROM tab WHERE NOT n": errors.NOT_OPERAND,
    "SELECT * FROM tab WHERE n IN 'a'": errors.IN_OPERAND,
    "SELECT * FROM tab WHERE n IN []": errors.IN_OPERAND,
    "SELECT * FROM tab WHERE n IS INT": errors.IS_TYPE.format("INTEGER") + " at 1:27:2",
    "SELECT * FROM tab WHERE n IS BAG": errors.IS_TYPE.format("BAG") + " at 1:27:2",
    "SELECT * FROM tab WHERE size(n) IS NULL": errors.IS_OPERAND,
    "UPDATE tab SET a = b IS NULL WHERE id = 'a'": errors.IS_IN_UPDATE,
    "SELECT * FROM tab WHERE n = MISSING": errors.MISSING_VALUE,
    "UPDATE tab SET n = MISSING WHERE id = 'a'": errors.MISSING_VALUE,
    "SELECT * FROM tab WHERE attribute_type(n, 'X')": errors.TYPE_NAME.format("X"),
    "SELECT * FROM tab WHERE n + 1 = 2": errors.CONDITION_OPERATOR + "+",
    "SELECT * FROM tab WHERE n LIKE 'a%'": errors.CONDITION_OPERATOR + "like",
    "UPDATE tab SET n = n * 2 WHERE id = 'a'": errors.UPDATE_OPERATOR + "*",
    "UPDATE tab SET n = -n WHERE id = 'a'": errors.COUNT.format("-", 1),
    "SELECT * FROM tab WHERE attribute_exists()": errors.COUNT.format("attribute_exists", 0),
    "SELECT * FROM tab WHERE contains(n)": errors.COUNT.format("contains", 1),
    "SELECT * FROM tab WHERE attribute_exists(n) > false": errors.OPERAND_TYPE.format(">", "BOOL"),
    "SELECT * FROM never_made WHERE n < [1]": errors.OPERAND_TYPE.format("<", "L"),
    "SELECT * FROM tab WHERE begins_with(n, 1)": errors.OPERAND_TYPE.format("begins_with", "N"),
    "UPDATE tab SET n = 'a' + 1 WHERE id = 'a' AND nope = 1": errors.OPERAND_TYPE.format("+", "S"),
    "SELECT * FROM tab WHERE "
    + " OR ".join(f"n = {n}" for n in range(400)): errors.TOO_MANY_OPERATORS.format(301),
    "UPDATE tab SET n = size(n) WHERE id = 'a'": errors.FUNCTION_IN_UPDATE + "size",
    "UPDATE tab SET n = contains(n, 'a') WHERE id = 'a'": errors.FUNCTION_IN_UPDATE + "contains",
    "INSERT INTO tab VALUE {'id': 'a', 'id': 'b'}": errors.DUPLICATE_KEYS.format("id", "root")
    + " at 1:35:4",
    "INSERT INTO tab VALUE {\"id\": 'a'}": errors.STRUCT_KEY.format("VariableReference", "root")
    + " at 1:24:4",
    "INSERT INTO tab VALUE {1: 'a'}": errors.STRUCT_KEY.format("INT", "root") + " at 1:24:1",
    "INSERT INTO tab VALUE {'id': 'a', 'n': `1`}": errors.ION.format("INT", "root") + " at 1:40:3",
    "INSERT INTO tab VALUE {'id': 'a', 'n': <<1, 'b'>>}": errors.BAG_MEMBER,
    "INSERT INTO tab VALUE {'id': 'a', 'n': <<true>>}": errors.BAG_MEMBER + " at 1:42:4",
    "SELECT * FROM tab WHERE id.x = 'a'": "Key attributes must be scalars; list random access '[]' and map lookup '.' "
    "are not allowed: Key: id",
    "SELECT id[0] FROM tab": "Key attributes must be scalars; list random access '[]' and map lookup '.' are not "
    "allowed: Key: id",
    "INSERT INTO tab VALUE {'n': 1}": errors.KEY_ABSENT.format("id"),
    "INSERT INTO tab VALUE {'id': 1}": errors.KEY_TYPE.format("id"),
    "UPDATE tab SET n = 1 WHERE id = 1": errors.KEY_TYPE.format("id"),
    "SELECT * FROM comp WHERE id = 'a' AND num IN [1, 'b']": errors.KEY_TYPE.format("num"),
    "SELECT * FROM tab WHERE id = ''": errors.EMPTY_KEY.format("string", "id"),
    "INSERT INTO tab VALUE {'id': ''}": errors.EMPTY_KEY.format("string", "id"),
    "UPDATE tab SET n = 1 WHERE id = 'a' AND id = 'b'": errors.SEVERAL_KEYS.format("id"),
    "UPDATE tab SET id = 'b' WHERE id = 'a'": "One or more parameter values were invalid: Cannot update attribute id. "
    "This attribute is part of the key",
    "SELECT * FROM comp ORDER BY num": errors.ORDER_WITHOUT_WHERE,
    "SELECT * FROM comp WHERE n = 1 ORDER BY num": errors.ORDER_WITHOUT_KEY,
    "SELECT * FROM comp WHERE id = 'a' ORDER BY n": errors.ORDER_BY.format("n"),
    "SELECT * FROM comp WHERE id = 'a' ORDER BY 'num'": errors.ORDER_TERM.format('"num"'),
    "SELECT * FROM comp WHERE id = 'a' ORDER BY m.x": errors.ORDER_TERM.format("PATH"),
    "SELECT * FROM comp WHERE id IN ['a', 'b'] ORDER BY num": errors.ORDER_WITHOUT_HASH,
}

NUMBERS = {
    "1e126": "Number overflow. Attempting to store a number with magnitude larger than supported range",
    "1e-131": "Number underflow. Attempting to store a number with magnitude smaller than supported range",
    "1" * 39: "Attempting to store more than 38 significant digits in a Number",
}

ELSEWHERE = {
    "BATCH_KEY": "test_batch_statements",
    "MIXED_BATCH": "test_batch_statements",
    "SAME_ITEM_IN_BATCH": "test_batch_statements",
    "IN_TRANSACTION": "test_transaction_statements",
    "TRANSACTION_KEY": "test_transaction_statements",
    "TRANSACTION_INDEX": "test_transaction_statements",
    "TRANSACTION_RETURNING": "test_transaction_statements",
    "TRANSACTION_OPERATION": "test_transaction_statements",
    "MIXED_TRANSACTION": "test_transaction_statements",
    "EXISTS_ALONE": "test_transaction_statements",
    "EXISTS_ON_INDEX": "test_transaction_statements",
    "CONSISTENT_ON_GSI": "test_select",
    "NEXT_INVALID": "test_paging",
    "NEXT_OTHER": "test_paging",
}


async def test_what_the_parser_cannot_read(run):
    malformed = "Statement wasn't well formed, can't be processed: "
    answers = {statement: await run.invalid(statement) for statement in MALFORMED}
    assert answers == {statement: malformed + detail for statement, detail in MALFORMED.items()}


async def test_what_is_not_supported(run):
    assert {statement: await run.invalid(statement) for statement in INVALID} == INVALID


@pytest.mark.parametrize("number", NUMBERS)
async def test_numbers_name_where_they_stand(run, number):
    text = NUMBERS[number]
    assert await run.invalid(f"SELECT * FROM comp WHERE num = {number}") == f"{text} under root"
    insert = "INSERT INTO tab VALUE {{'id': 'a', 'm': {{'x': {}}}}}"
    assert await run.invalid(insert.format(number)) == f"{text} under root.x"
    update = f"UPDATE tab SET l = [1, {number}] WHERE id = 'a'"
    assert await run.invalid(update) == f"{text} under root[1]"


@pytest.mark.parametrize("number", ["1e99999999999", "-1e-99999999999", "1e2147483648", "abc", ""])
async def test_parameters_that_are_no_numbers(run, number):
    expected = "The parameter cannot be converted to a numeric value" + (
        f": {number}" if number else ""
    )
    for value in ({"N": number}, {"L": [{"N": "1"}, {"N": number}]}, {"NS": ["1", number]}):
        assert await run.invalid("SELECT * FROM tab WHERE n = ?", value) == expected


async def test_parameters_are_looked_at_first(run):
    twice = {"SS": ["a", "a"]}
    expected = (
        "One or more parameter values were invalid: Input collection [a, a] contains duplicates."
    )
    assert await run.invalid("UPDATE tab SET WHERE", twice) == expected
    members = {"Statement": "SELECT", "Parameters": [twice]}
    assert await run.invalid_transaction("UPDATE tab SET n = 1", members) == expected
    answer = await run.batch({"Statement": "SELECT", "Parameters": [{"SS": []}]})
    message = "One or more parameter values were invalid: An string set  may not be empty"
    assert answer["Responses"] == [{"Error": {"Code": "ValidationError", "Message": message}}]
    message = "One or more parameter values were invalid: Null attribute value types must have the value of true"
    assert await run.invalid("SELECT * FROM tab WHERE n = ?", {"NULL": False}) == message


async def test_parameters_that_stand_where_none_may(run):
    text = {"S": "v"}
    insert = "INSERT INTO tab VALUE {'id': 'a', 'm': {'k': ?}}"
    assert (
        await run.invalid(insert, text)
        == "Unsupported data type: Parameter under key root.k at 1:46:1"
    )
    update = "UPDATE tab SET x = [?] WHERE id = 'a'"
    assert (
        await run.invalid(update, text)
        == "Unsupported data type: Parameter under key root[0] at 1:21:1"
    )
    assert await run.invalid("SELECT ? FROM tab", text) == "Unexpected path component at 1:8:1"
    assert await run.invalid("SELECT * FROM tab", text) == errors.PARAMETER_COUNT


async def test_a_table_that_is_not_there(run):
    for statement in (
        "SELECT * FROM never_made",
        "INSERT INTO never_made VALUE {'id': 'a'}",
        "UPDATE never_made SET a = 1 WHERE id = 'a'",
        "FROM never_made WHERE id = 'x' SET c = 1",
        "DELETE FROM never_made WHERE id = 'a'",
    ):
        error = await run.refused(statement)
        assert (error.code, error.message) == (
            "ResourceNotFoundException",
            "Requested resource not found",
        )


def test_every_text_has_a_case():
    """No text is left without a statement that has it, here or in the file that is named for it."""
    used = "\n".join([*INVALID.values()])
    for name, text in vars(errors).items():
        if not name.isupper() or not isinstance(text, str) or name in ELSEWHERE:
            continue
        if name in ("NOT_WELL_FORMED", "NOT_NUMERIC"):
            continue
        pattern = ".*".join(map(re.escape, re.split(r"\{\{.*\}\}|\{[^{}.]*\}", text)))
        assert re.search(pattern, used), name
