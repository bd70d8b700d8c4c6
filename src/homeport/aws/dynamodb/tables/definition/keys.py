"""KeySchema and AttributeDefinitions.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_KeySchemaElement.html
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from homeport.aws.dynamodb import errors, limits
from homeport.aws.dynamodb.tables.definition import invalid
from homeport.aws.dynamodb.tables.model import KeySchema
from homeport.aws.protocol.call import Params

Types = Mapping[str, str]
Elements = list[dict[str, str]]

NO_DEFINITION = "Invalid KeySchema: Some index key attribute have no definition"
NOT_HASH = "Invalid KeySchema: The first KeySchemaElement is not a HASH key type"
NOT_RANGE = "Invalid KeySchema: The second KeySchemaElement is not a RANGE key type"
SAME_NAME = "Both the Hash Key and the Range Key element in the KeySchema have the same name"
SAME_NAMES = "The KeySchema contains multiple key attributes with the same name"
COUNT_DIFFERS = (
    "Number of attributes in KeySchema does not exactly match number of attributes defined in "
    "AttributeDefinitions"
)


def types(definitions: list[dict[str, str]]) -> Types:
    """The types of the defined attributes by their names, in the order of the request.

    https://github.com/aws-controllers-k8s/dynamodb-controller/blob/main/docs/api-quirks/table-indexes.md#ddb-table-127
    """
    found: dict[str, str] = {}
    for definition in definitions:
        name = definition["AttributeName"]
        if name in found:
            raise errors.VALIDATION(f"Attribute Name is duplicated: {name}")
        found[name] = definition["AttributeType"]
    return found


def given(params: Params) -> tuple[Elements, Types]:
    """Key and definitions of a CreateTable; without a key there is no table here, as no other is copied."""
    elements = params.get("KeySchema")
    if elements is None:
        raise invalid.constraint("null", "keySchema", "Member must not be null")
    return elements, types(params.get("AttributeDefinitions") or [])


def of_table(elements: Elements, defined: Types) -> KeySchema:
    """The key of a table."""
    _check_at_most_two(elements, "keySchema")
    if len(elements) > len(defined):
        raise errors.VALIDATION(NO_DEFINITION)
    check_defined(elements, defined)
    return _pair(elements)


def of_local_index(elements: Elements, defined: Types, number: int) -> KeySchema:
    """The key of a local secondary index, the `number`th of the request."""
    _check_at_most_two(elements, f"localSecondaryIndexes.{number}.member.keySchema")
    check_defined(elements, defined)
    return _pair(elements)


def of_global_index(elements: Elements, defined: Types) -> KeySchema:
    """The key of a global secondary index: up to four attributes of each kind.

    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.DesignPattern.MultiAttributeKeys.html,
    https://github.com/aws-controllers-k8s/dynamodb-controller/blob/main/docs/api-quirks/table-indexes.md#ddb-table-123
    """
    check_defined(elements, defined)
    names = _names(elements)
    if len(set(names)) < len(names):
        raise errors.VALIDATION(SAME_NAME if len(names) == 2 else SAME_NAMES)
    kinds = [element["KeyType"] for element in elements]
    if kinds[0] != "HASH":
        raise errors.VALIDATION(NOT_HASH)
    if kinds != sorted(kinds):
        raise invalid.value(
            "All HASH key attributes must precede RANGE key attributes in the KeySchema"
        )
    for kind in ("HASH", "RANGE"):
        if kinds.count(kind) > limits.INDEX_KEY_ATTRIBUTES:
            raise invalid.value(
                f"The KeySchema exceeds the maximum allowed number of {kind} key attributes"
            )
    return _schema(elements)


def check_defined(elements: Elements, defined: Types) -> None:
    """Raises where a key attribute has no definition."""
    names = _names(elements)
    if any(name not in defined for name in names):
        raise invalid.value(
            "Some index key attributes are not defined in AttributeDefinitions. "
            f"Keys: {shown(names)}, AttributeDefinitions: {shown(defined)}"
        )


def check_all_used(used: Iterable[str], defined: Types, *, has_indexes: bool) -> None:
    """Raises where a defined attribute is in no key.

    https://github.com/aws-controllers-k8s/dynamodb-controller/blob/main/docs/api-quirks/table-indexes.md#ddb-table-127
    """
    names = list(dict.fromkeys(used))
    if len(names) == len(defined):
        return
    if not has_indexes:
        raise invalid.value(COUNT_DIFFERS)
    raise invalid.value(
        f"Some AttributeDefinitions are not used. AttributeDefinitions: {shown(defined)}, "
        f"keys used: {shown(names)}"
    )


def shown(names: Iterable[str]) -> str:
    """A list as AWS's texts have it."""
    return f"[{', '.join(names)}]"


def _names(elements: Elements) -> list[str]:
    return [element["AttributeName"] for element in elements]


def _check_at_most_two(elements: Elements, path: str) -> None:
    if len(elements) > 2:
        listed = ", ".join(
            f"KeySchemaElement(attributeName={element['AttributeName']}, keyType={element['KeyType']})"
            for element in elements
        )
        raise invalid.constraint(
            f"'[{listed}]'", path, "Member must have length less than or equal to 2"
        )


def _pair(elements: Elements) -> KeySchema:
    names = _names(elements)
    if len(set(names)) < len(names):
        raise errors.VALIDATION(SAME_NAME)
    if elements[0]["KeyType"] != "HASH":
        raise errors.VALIDATION(NOT_HASH)
    if len(elements) > 1 and elements[1]["KeyType"] != "RANGE":
        raise errors.VALIDATION(NOT_RANGE)
    return _schema(elements)


def _schema(elements: Elements) -> KeySchema:
    partition = [each["AttributeName"] for each in elements if each["KeyType"] == "HASH"]
    sort = [each["AttributeName"] for each in elements if each["KeyType"] == "RANGE"]
    return KeySchema(tuple(partition), tuple(sort))
