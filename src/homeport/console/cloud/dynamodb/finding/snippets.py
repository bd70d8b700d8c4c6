"""The request of a page as programs would send it: AWS CLI, boto3, PartiQL."""

from __future__ import annotations

import json
import pprint
import re
import shlex
from typing import Any

from homeport.console.cloud.dynamodb.finding import expressions
from homeport.console.cloud.dynamodb.finding.expressions import Condition
from homeport.console.cloud.dynamodb.finding.search import Asked
from homeport.console.cloud.dynamodb.values import Value

_FLAGS = {
    "TableName": "table-name",
    "IndexName": "index-name",
    "KeyConditionExpression": "key-condition-expression",
    "FilterExpression": "filter-expression",
    "ProjectionExpression": "projection-expression",
    "ExpressionAttributeNames": "expression-attribute-names",
    "ExpressionAttributeValues": "expression-attribute-values",
    "ExclusiveStartKey": "exclusive-start-key",
    "Limit": "limit",
    "ReturnConsumedCapacity": "return-consumed-capacity",
}
_MARK = re.compile(r"#n\d+")
"""A placeholder as `Expressions` makes them."""


def cli(request: Asked, url: str, region: str) -> str:
    """https://docs.aws.amazon.com/cli/latest/reference/dynamodb/query.html"""
    lines = [f"aws dynamodb {request.operation.lower()}"]
    for name, value in request.members.items():
        if name in _FLAGS:
            text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            lines.append(f"--{_FLAGS[name]} {shlex.quote(text)}")
        elif name == "ConsistentRead":
            lines.append("--consistent-read")
        elif name == "ScanIndexForward":
            lines.append("--scan-index-forward" if value else "--no-scan-index-forward")
    lines += [f"--endpoint-url {shlex.quote(url)}", f"--region {shlex.quote(region)}"]
    return " \\\n  ".join(lines)


def boto3(request: Asked, url: str, region: str) -> str:
    """https://boto3.amazonaws.com/v1/documentation/api/latest/reference/services/dynamodb.html"""
    members = ",\n".join(f"    {name}={_literal(value)}" for name, value in request.boto().items())
    return (
        "import boto3\n\n"
        f"client = boto3.client('dynamodb', endpoint_url={url!r}, region_name={region!r})\n"
        f"answer = client.{request.operation.lower()}(\n{members},\n)\n"
        "for item in answer['Items']:\n    print(item)\n"
    )


def _literal(value: Any) -> str:
    return pprint.pformat(value, width=88, sort_dicts=False).replace("\n", "\n    ")


def partiql(request: Asked) -> str:
    """https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-reference.select.html

    Empty where a value has no literal: binary stands only in parameters.
    """
    conditions = [*request.key, *request.filters]
    if any(_has_binary(value) for each in conditions for value in each.operands):
        return ""
    place = _name(request.members["TableName"])
    if "IndexName" in request.members:
        place += f".{_name(request.members['IndexName'])}"
    text = " ".join(("SELECT", _projection(request), "FROM", place))
    if conditions:
        text += " WHERE " + " AND ".join(_condition(each) for each in conditions)
    return text


def _projection(request: Asked) -> str:
    text: str = request.members.get("ProjectionExpression", "")
    names = request.members.get("ExpressionAttributeNames", {})
    # All marks at once, as a name may look like a mark.
    return _MARK.sub(lambda mark: _name(names[mark[0]]), text) or "*"


def _name(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _condition(condition: Condition) -> str:
    path = ".".join(_name(name) + places for name, places in expressions.steps(condition.path))
    marks = [literal(each) for each in condition.operands]
    if condition.operator == "in":
        marks = [", ".join(marks)]
    return expressions.OPERATORS[condition.operator].partiql.format(path, *marks)


def _has_binary(value: Value) -> bool:
    kind, content = next(iter(value.items()))
    if kind == "L":
        return any(map(_has_binary, content))
    if kind == "M":
        return any(map(_has_binary, content.values()))
    return kind in {"B", "BS"}


def literal(value: Value) -> str:
    """https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-reference.data-types.html"""
    kind, content = next(iter(value.items()))
    if kind == "N":
        return str(content)
    if kind == "BOOL":
        return "true" if content else "false"
    if kind == "NULL":
        return "null"
    if kind in {"SS", "NS"}:
        inner = ", ".join(content if kind == "NS" else map(_text, content))
        return f"<<{inner}>>"
    if kind == "L":
        return f"[{', '.join(map(literal, content))}]"
    if kind == "M":
        pairs = [f"{_text(name)}: {literal(each)}" for name, each in content.items()]
        return "{" + ", ".join(pairs) + "}"
    return _text(content)


def _text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
