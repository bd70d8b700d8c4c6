"""Names of tables and indexes, and ARNs in their place.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html#HowItWorks.NamingRules
"""

from __future__ import annotations

import re
from typing import NamedTuple

from homeport.aws.dynamodb import errors
from homeport.aws.protocol.call import AwsError, Call

_NAME = re.compile(r"[a-zA-Z0-9_.-]{1,255}")
_ARN = re.compile(r"arn:aws:dynamodb:([^:]+):(\d{12}):table/([a-zA-Z0-9_.-]{1,255})")
_RESOURCE = re.compile(
    r"arn:([^:]*):dynamodb:([^:]*):(\d{12}):table/([a-zA-Z0-9_.-]{1,255})(?:/([a-z]+)/([^/]+))?"
)

SHORTEST = 3
"""Characters of a table's name; where a table is read or written, the service asks for one only:
https://github.com/nubo-db/dynamodb-conformance/blob/main/tests/tier3/error-messages/putItem.test.ts"""

INVALID_RESOURCE = "One or more parameter values were invalid: "


def resolve(call: Call, text: str, *, least: int = 1) -> tuple[str, str, str]:
    """Account, region and name of the table that a call means by a name or an ARN. Raises ValidationException.

    `least` is the length that a name must have. A table is reached in its own region only:
    https://github.com/aws-controllers-k8s/dynamodb-controller/blob/main/docs/api-quirks/service.md#ddb-table-442
    """
    if text.startswith("arn:"):
        found = _ARN.fullmatch(text)
        if found is None:
            raise errors.VALIDATION("Invalid TableArn")
        if found[1] != call.region:
            raise errors.VALIDATION(f"1 validation error detected: Invalid AWS region in '{text}'")
        return found[2], found[1], found[3]
    if len(text) < least or _NAME.fullmatch(text) is None:
        raise _invalid_name(text, least)
    return call.account, call.region, text


def is_elsewhere(call: Call, text: str) -> bool:
    """Whether a name is the ARN of a table of another account or region."""
    found = _ARN.fullmatch(text)
    return found is not None and (found[1], found[2]) != (call.region, call.account)


def own(call: Call, text: str) -> str:
    """The name of a table of the caller's account, by its name or ARN: definitions are changed at home only."""
    account, _, name = resolve(call, text, least=SHORTEST)
    if account != call.account:
        raise denied(call, text)
    return name


def denied(call: Call, arn: str) -> AwsError:
    """The error for a resource of another account.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
    """
    action = f"dynamodb:{call.operation}"
    return errors.ACCESS_DENIED(
        f"User: arn:aws:iam::{call.account}:root is not authorized to perform: {action} on resource: "
        f"{arn} because no resource-based policy allows the {action} action"
    )


def _invalid_name(text: str, least: int) -> AwsError:
    """https://github.com/nubo-db/dynamodb-conformance/blob/main/tests/tier3/error-messages/createTable.test.ts"""
    rules = []
    if re.fullmatch(r"[a-zA-Z0-9_.-]+", text) is None:
        rules.append("Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+")
    if len(text) < least:
        rules.append(f"Member must have length greater than or equal to {least}")
    if len(text) > 255:
        rules.append("Member must have length less than or equal to 255")
    broken = [
        f"Value '{text}' at 'tableName' failed to satisfy constraint: {rule}" for rule in rules
    ]
    plural = "" if len(broken) == 1 else "s"
    return errors.VALIDATION(
        f"{len(broken)} validation error{plural} detected: {'; '.join(broken)}"
    )


class Resource(NamedTuple):
    """What a ResourceArn names: a table, or a stream of it."""

    arn: str
    partition: str
    region: str
    account: str
    table: str
    stream: str | None


def resource(arn: str) -> Resource:
    """A ResourceArn, in its parts. Raises ValidationException.

    https://github.com/aws-controllers-k8s/dynamodb-controller/blob/main/docs/api-quirks/details/DDB-TABLE-212.md
    """
    if not arn.startswith("arn:"):
        raise errors.VALIDATION(f"{INVALID_RESOURCE}ARNs must start with 'arn:': {arn}")
    found = _RESOURCE.fullmatch(arn)
    if found is None or found[5] not in (None, "stream", "index"):
        raise errors.VALIDATION(
            f"{INVALID_RESOURCE}Provided Arn is not a DynamoDB resource arn: {arn}"
        )
    if found[5] == "index":
        raise errors.VALIDATION(
            f"{INVALID_RESOURCE}Invalid resource arn provided, only table or stream is accepted. "
            f"Provided resource arn: {arn}"
        )
    return Resource(arn, found[1], found[2], found[3], found[4], found[6])
