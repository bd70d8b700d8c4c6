"""Documents of resource-based policies: checked, and in the one form in which the service gives them back.

https://github.com/aws-controllers-k8s/dynamodb-controller/blob/main/docs/api-quirks/details/DDB-TABLE-208.md,
https://github.com/aws-controllers-k8s/dynamodb-controller/blob/main/docs/api-quirks/details/DDB-TABLE-211.md
"""

from __future__ import annotations

import json
import re
from typing import Any

from homeport.aws.dynamodb import errors, limits
from homeport.aws.dynamodb.tables.definition import invalid
from homeport.aws.protocol.call import AwsError

DEFAULT_VERSION = "2008-10-17"
"""https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html"""
TOP = ("Version", "Id", "Statement")
ORDER = (
    "Sid",
    "Effect",
    "Principal",
    "NotPrincipal",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Condition",
)
EFFECTS = {"allow": "Allow", "deny": "Deny"}
UNBOUNDED = (
    "Resource-based policy grants unbounded access in one or more elements. Please revise the "
    "policy to ensure least-privilege form of access"
)

Document = dict[str, Any]

_ACCOUNT = re.compile(r"\d{12}")


def canonical(text: str) -> str:
    """The document as it is kept and compared. Raises ValidationException."""
    if len(text.encode()) > limits.POLICY_SIZE:
        raise invalid.value(f"Maximum policy size of {limits.POLICY_SIZE} bytes exceeded")
    document = _read(text)
    statements = document.get("Statement")
    if statements is None:
        raise _wrong("Syntax error at position (1,3)")
    if not statements:
        raise _wrong("Could not parse the policy: Statement is empty!")
    listed = statements if isinstance(statements, list) else [statements]
    checked = [_statement(statement) for statement in listed]
    _check_ids([statement.get("Sid") for statement in checked])
    whole = {"Version": DEFAULT_VERSION, **document, "Statement": checked}
    return json.dumps({name: whole[name] for name in TOP if name in whole}, separators=(",", ":"))


def _read(text: str) -> Document:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as wrong:
        raise _wrong("This policy contains invalid Json") from wrong
    if document is None:
        raise _wrong("This text appears not to be a policy")
    if not isinstance(document, dict):
        raise _wrong("This policy contains invalid Json")
    if not set(document) <= set(TOP):
        raise _wrong("Syntax error at position (1,3)")
    return document


def _statement(statement: Any) -> Document:
    if not isinstance(statement, dict) or not set(statement) <= set(ORDER):
        raise _wrong("Syntax error at position (1,3)")
    for name in ("Effect", "Principal", "Action", "Resource"):
        if name not in statement and f"Not{name}" not in statement:
            raise _wrong(f"Missing required field {name}")
    effect = EFFECTS.get(str(statement["Effect"]).lower())
    if effect is None:
        raise _wrong(f"Invalid effect: {statement['Effect']}")
    kept = {name: _single(statement[name]) for name in ORDER if name in statement}
    kept["Effect"] = effect
    for name in ("Principal", "NotPrincipal"):
        if name in kept:
            kept[name] = _principal(kept[name])
    if effect == "Allow" and "Condition" not in kept and _is_anyone(kept.get("Principal")):
        raise errors.VALIDATION(UNBOUNDED)
    return kept


def _single(value: Any) -> Any:
    return value[0] if isinstance(value, list) and len(value) == 1 else value


def _principal(value: Any) -> Any:
    """Accounts become the ARNs of their roots; the same principal is named once."""
    if value == "*":
        return value
    if not isinstance(value, dict):
        raise _wrong("Syntax error at position (1,3)")
    return {kind: _single(_principals(named)) for kind, named in value.items()}


def _principals(named: Any) -> list[str]:
    listed = named if isinstance(named, list) else [named]
    if not all(isinstance(name, str) for name in listed):
        raise _wrong("Syntax error at position (1,3)")
    return list(
        dict.fromkeys(
            f"arn:aws:iam::{name}:root" if _ACCOUNT.fullmatch(name) else name for name in listed
        )
    )


def _is_anyone(principal: Any) -> bool:
    if isinstance(principal, dict):
        principal = principal.get("AWS")
    return principal == "*" or (isinstance(principal, list) and "*" in principal)


def _check_ids(ids: list[Any]) -> None:
    """https://github.com/aws-controllers-k8s/dynamodb-controller/blob/main/docs/api-quirks/details/DDB-TABLE-356.md"""
    given = [str(each) for each in ids if each is not None]
    if len(set(given)) < len(given):
        raise _wrong("The Statement Ids in the policy are not unique")


def _wrong(text: str) -> AwsError:
    return invalid.value(f"Invalid policy document: {text}")
