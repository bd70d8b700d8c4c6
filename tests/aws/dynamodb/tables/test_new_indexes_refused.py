"""Indexes that CreateTable refuses, in AWS's words and order.

Most cases are recorded in https://github.com/architect/dynalite/blob/main/test/createTable.js (DYNALITE) and in
https://github.com/aws-controllers-k8s/dynamodb-controller/blob/main/docs/api-quirks/ (QUIRKS); others have a link of their own.
"""

import pytest
from tests.aws.dynamodb.tables.asking import (
    ALL,
    INVALID,
    NOT_HASH,
    NOT_RANGE,
    SAME,
    including,
    index,
    local,
    numbered,
    request,
    wide,
)

CASES = {
    # QUIRKS table-indexes.md#ddb-table-043
    "no local index": (
        request(LocalSecondaryIndexes=[]),
        f"{INVALID}List of LocalSecondaryIndexes is empty",
    ),
    "no global index": (
        request(GlobalSecondaryIndexes=[]),
        f"{INVALID}List of GlobalSecondaryIndexes is empty",
    ),
    # DYNALITE
    "local index without range key of the table": (
        request(("a", "b"), LocalSecondaryIndexes=[index("lsi", "c:R", projection={})]),
        (
            f"{INVALID}Table KeySchema does not have a range key, which is required when specifying a "
            "LocalSecondaryIndex"
        ),
    ),
    "key of local index is not defined": (
        local(index("lsi", "a:H", "c:R"), attributes=()),
        (
            f"{INVALID}Some index key attributes are not defined in AttributeDefinitions. Keys: [a, c], "
            "AttributeDefinitions: [a, b]"
        ),
    ),
    "first key of local index is no hash": (
        local(index("lsi", "a:R", projection={}), attributes=()),
        NOT_HASH,
    ),
    "keys of local index have one name": (local(index("lsi", "a:H", "a:R"), attributes=()), SAME),
    "second key of local index is no range": (
        local(index("lsi", "a:H", "b:H"), attributes=()),
        NOT_RANGE,
    ),
    "local index without range": (
        local(index("lsi", "b:H", projection={}), attributes=()),
        f"{INVALID}Index KeySchema does not have a range key for index: lsi",
    ),
    "local index of another hash": (
        local(index("lsi", "b:H", "a:R", projection={}), attributes=()),
        (
            f"{INVALID}Index KeySchema does not have the same leading hash key as table KeySchema for index: "
            "lsi. index hash key: b, table hash key: a"
        ),
    ),
    "no type of projection": (
        local(index("lsi", "a:H", "b:R", projection={}), attributes=()),
        f"{INVALID}Unknown ProjectionType: null",
    ),
    "ALL with attributes": (
        local(index("lsi", "a:H", "c:R", projection=including("x") | ALL)),
        f"{INVALID}ProjectionType is ALL, but NonKeyAttributes is specified",
    ),
    "KEYS_ONLY with attributes": (
        wide(index("gsi", "c:H", projection=including("x") | {"ProjectionType": "KEYS_ONLY"})),
        f"{INVALID}ProjectionType is KEYS_ONLY, but NonKeyAttributes is specified",
    ),
    # QUIRKS table-indexes.md#ddb-table-126
    "INCLUDE without attributes": (
        wide(index("gsi", "c:H", projection={"ProjectionType": "INCLUDE"})),
        f"{INVALID}ProjectionType is INCLUDE, but NonKeyAttributes is not specified",
    ),
    "INCLUDE of one attribute twice": (
        wide(index("gsi", "c:H", projection=including("x", "y", "x"))),
        f"{INVALID}Duplicate element in NonKeyAttributes: x",
    ),
    # https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html#limits-secondary-indexes
    "more than 100 included attributes": (
        wide(
            *(
                index(f"g{n}0", "c:H", projection=including(*(f"{n}{m}" for m in range(20))))
                for n in range(6)
            )
        ),
        f"{INVALID}Number of NonKeyAttributes in all secondary indexes exceeds the per-table limit of 100",
    ),
    # QUIRKS table-indexes.md#ddb-table-129
    "indexes have one name": (
        local(
            index("one", "a:H", "c:R"),
            GlobalSecondaryIndexes=[index("one", "c:H")],
        ),
        f"{INVALID}Duplicate index name: one",
    ),
    "six local indexes": (
        local(
            *(index(f"l-{name}", "a:H", f"{name}:R") for name in numbered(6)),
            attributes=numbered(6),
        ),
        f"{INVALID}Number of LocalSecondaryIndexes exceeds per-table limit of 5",
    ),
    "21 global indexes": (
        wide(*(index(f"g-{name}", f"{name}:H") for name in numbered(21)), attributes=numbered(21)),
        f"{INVALID}GlobalSecondaryIndex count exceeds the per-table limit of 20",
    ),
    # QUIRKS table-indexes.md#ddb-table-123
    "local index of three": (
        local(index("lsi", "a:H", "b:R", "c:R")),
        (
            "1 validation error detected: Value '[KeySchemaElement(attributeName=a, keyType=HASH), "
            "KeySchemaElement(attributeName=b, keyType=RANGE), KeySchemaElement(attributeName=c, "
            "keyType=RANGE)]' at 'localSecondaryIndexes.1.member.keySchema' failed to satisfy constraint: "
            "Member must have length less than or equal to 2"
        ),
    ),
    "five hash attributes": (
        wide(
            index("gsi", *(f"{name}:H" for name in numbered(5))),
            attributes=numbered(5),
        ),
        f"{INVALID}The KeySchema exceeds the maximum allowed number of HASH key attributes",
    ),
    "five range attributes": (
        wide(
            index("gsi", "a:H", *(f"{name}:R" for name in numbered(5))),
            attributes=numbered(5),
        ),
        f"{INVALID}The KeySchema exceeds the maximum allowed number of RANGE key attributes",
    ),
    "hash after range": (
        wide(index("gsi", "a:H", "b:R", "c:H")),
        f"{INVALID}All HASH key attributes must precede RANGE key attributes in the KeySchema",
    ),
    "several keys have one name": (
        wide(index("gsi", "a:H", "c:H", "c:R")),
        "The KeySchema contains multiple key attributes with the same name",
    ),
    "two keys have one name": (wide(index("gsi", "c:H", "c:R")), SAME),
    "first key of global index is no hash": (wide(index("gsi", "c:R")), NOT_HASH),
}


@pytest.mark.parametrize("case", CASES)
async def test_refused(client, case):
    members, message = CASES[case]
    assert await client.invalid("CreateTable", **members) == message
    assert (await client("ListTables"))["TableNames"] == []
