"""Policy documents: what IAM refuses, in its words and in the order in which it finds fault. What passes is kept as it was sent.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
Texts as recorded at AWS by the tests of policies in https://github.com/getmoto/moto/tree/master/tests/test_iam
"""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import quote

from homeport.aws.iam import errors
from homeport.aws.iam.engine import grammar, resources
from homeport.aws.protocol.call import AwsError

VERSION = "2012-10-17"
_VENDOR = re.compile(r"[A-Za-z0-9.-]+")
_SPACE = re.compile(r"[\t\n\r ]+")
Statement = dict[str, Any]


def size(document: str) -> int:
    """The length that counts towards limits: white space does not."""
    return len(_SPACE.sub("", document))


def shown(document: str) -> str:
    """A document as answers have it: https://www.rfc-editor.org/rfc/rfc3986"""
    return quote(document, safe="")


def check_managed(document: str) -> None:
    """Raises where this can be no managed policy."""
    policy = _parsed(document)
    if policy.get("Version") != VERSION:
        raise _malformed("Policy document must be version 2012-10-17 or greater.")
    _check_identity(policy)


def check_inline(document: str) -> None:
    """Raises where this can be no inline policy of a role, user or group."""
    _check_identity(_parsed(document))


def check_trust(document: str) -> None:
    """Raises where this cannot say who may assume a role."""
    policy = _parsed(document, errors.MALFORMED_POLICY())
    statements = grammar.statements(policy)
    for statement in statements:
        if "Resource" in statement or "NotResource" in statement:
            raise _malformed("Has prohibited field Resource")
        if "Principal" not in statement and "NotPrincipal" not in statement:
            raise _malformed("Missing required field Principal")
    _check_legacy(statements)
    for statement in statements:
        for action in _named(statement, "Action", "NotAction"):
            if action.partition(":")[0].lower() != "sts":
                raise _malformed("AssumeRole policy may only specify STS AssumeRole actions.")
        _check_principals(statement.get("Principal", statement.get("NotPrincipal")))


def _parsed(document: str, no_json: AwsError | None = None) -> dict[str, Any]:
    try:
        policy = json.loads(document, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise no_json or _malformed("Syntax errors in policy.") from error
    if not isinstance(policy, dict) or not grammar.is_policy(policy):
        raise _malformed("Syntax errors in policy.")
    return policy


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _check_identity(policy: dict[str, Any]) -> None:
    statements = grammar.statements(policy)
    if any("Principal" in statement or "NotPrincipal" in statement for statement in statements):
        raise _malformed("Policy document should not specify a principal.")
    _check_legacy(statements)
    for statement in statements:
        for resource in _named(statement, "Resource", "NotResource"):
            fault = resources.fault(resource)
            if fault is not None:
                raise _malformed(fault)
    for statement in statements:
        for action in _named(statement, "Action", "NotAction"):
            _check_action(action)
    if not all(_has(statement, "Resource", "NotResource") for statement in statements):
        raise _malformed("Policy statement must contain resources.")


def _check_legacy(statements: list[Statement]) -> None:
    """What an older parser of AWS still finds fault with, and what follows it."""
    if not all(grammar.is_legacy(statement) for statement in statements):
        raise _malformed("The policy failed legacy parsing")
    ids = [statement["Sid"] for statement in statements if statement.get("Sid")]
    if len(ids) != len(set(ids)):
        raise _malformed("Statement IDs (SID) in a single policy must be unique.")
    if not all(_has(statement, "Action", "NotAction") for statement in statements):
        raise _malformed("Policy statement must contain actions.")


def _check_action(action: str) -> None:
    vendor, colon, rest = action.partition(":")
    if not colon and action != "*":
        raise _malformed(
            "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc."
        )
    if ":" in rest:
        raise _malformed("Actions/Condition can contain only one colon.")
    if vendor != "*" and not _VENDOR.fullmatch(vendor):
        raise _malformed(f"Vendor {vendor} is not valid")


def _check_principals(principals: Any) -> None:
    if principals == "*":
        return
    if not isinstance(principals, dict):
        raise _malformed("Syntax errors in policy.")
    for kind, names in principals.items():
        for name in [names] if isinstance(names, str) else names:
            if not grammar.is_principal(kind, name):
                # The principal need not exist here: who deploys one role may name another that comes later.
                raise _malformed(f'Invalid principal in policy: "{kind.upper()}":"{name}"')


def _named(statement: Statement, *elements: str) -> list[str]:
    return [text for element in elements for text in grammar.values(statement, element)]


def _has(statement: Statement, *names: str) -> bool:
    return any(statement.get(name) is not None and statement[name] != [] for name in names)


def _malformed(text: str) -> AwsError:
    return errors.MALFORMED_POLICY(text)
