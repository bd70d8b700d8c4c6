"""Constraints of a model, in AWS's words."""

from __future__ import annotations

from homeport.aws.protocol import model, validate
from homeport.aws.protocol.validate import Checks

KEYS = [{"AttributeName": "a", "KeyType": "HASH"}]


def texts(service: str, operation: str, params, checks=Checks.ALL) -> str:
    found = validate.violations(model.load(service).operation(operation), params, checks)
    return validate.message(found) if found else ""


def test_one_violation():
    assert texts("dynamodb", "DescribeTable", {"TableName": ""}) == (
        "1 validation error detected: Value '' at 'tableName' failed to satisfy constraint: "
        "Member must have length greater than or equal to 1"
    )


def test_many_violations_come_together():
    params = {"FunctionName": "f", "MemorySize": 1, "Timeout": 0}
    text = texts("lambda", "UpdateFunctionConfiguration", params)
    assert text.startswith("2 validation errors detected: ")
    assert (
        "Value '0' at 'timeout' failed to satisfy constraint: Member must have value greater"
        in text
    )
    assert "; Value '1' at 'memorySize'" in text or "; Value '0' at 'timeout'" in text


def test_a_missing_member_of_a_list_item():
    params = {
        "TableName": "abc",
        "KeySchema": [{"KeyType": "HASH"}],
        "AttributeDefinitions": [],
    }
    assert "Value null at 'keySchema.1.member.attributeName' failed to satisfy constraint: Member must not be null" in (
        texts("dynamodb", "CreateTable", params)
    )  # fmt: skip


def test_enums_name_their_set():
    text = texts(
        "dynamodb", "CreateTable", {"TableName": "abc", "KeySchema": KEYS, "BillingMode": "FREE"}
    )
    assert "Member must satisfy enum value set: [PROVISIONED, PAY_PER_REQUEST]" in text


def test_patterns_are_whole():
    text = texts("lambda", "GetFunction", {"FunctionName": "f", "Qualifier": "a b"})
    assert "Member must satisfy regular expression pattern: " in text
    assert texts("lambda", "GetFunction", {"FunctionName": "f", "Qualifier": "ab"}) == ""


def test_only_what_is_asked_for_is_checked():
    params = {"TableName": ""}
    assert texts("dynamodb", "DescribeTable", params, Checks.REQUIRED) == ""
    assert texts("dynamodb", "DescribeTable", {}, Checks.LENGTH) == ""
    assert texts("dynamodb", "DescribeTable", {}, Checks.REQUIRED) != ""


def test_recursive_shapes_are_walked_to_their_end():
    value = {"S": "x"}
    for _ in range(20):
        value = {"L": [value]}
    params = {"TableName": "abc", "Item": {"a": value}}
    assert texts("dynamodb", "PutItem", params) == ""


def test_an_operation_without_input():
    assert validate.violations(model.load("sts").operation("GetCallerIdentity"), {}) == []


def test_what_is_shown_of_a_value_is_bounded():
    text = texts("dynamodb", "DescribeTable", {"TableName": "x" * 100_000})
    assert len(text) < 3 * validate.SHOWN_LIMIT
