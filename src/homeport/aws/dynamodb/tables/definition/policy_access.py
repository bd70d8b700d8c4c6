"""Whether the policy of a table lets another account in.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/rbac-cross-account-access.html
"""

from __future__ import annotations

import fnmatch
import json
from collections.abc import Mapping
from typing import Any

from homeport.aws.dynamodb.tables.model import Table

Statement = Mapping[str, Any]


def admits(table: Table, account: str, action: str) -> bool:
    """Whether somebody of an account may do something (`dynamodb:GetItem`) with a table.

    An explicit Deny wins. Conditions are not looked at: a statement with one neither allows nor denies.
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
    """
    policy = (table.settings.get("Policies") or {}).get(table.arn)
    if policy is None:
        return False
    statements: list[Statement] = json.loads(policy["Policy"])["Statement"]
    effects = {statement["Effect"] for statement in statements if _fits(statement, account, action)}
    return effects == {"Allow"}


def _fits(statement: Statement, account: str, action: str) -> bool:
    if "Condition" in statement or "Principal" not in statement or "Action" not in statement:
        return False
    return _names(statement["Principal"], account) and any(
        fnmatch.fnmatchcase(action.lower(), pattern.lower())
        for pattern in _list(statement["Action"])
    )


def _names(principal: Any, account: str) -> bool:
    """Every principal of an account stands for the account, as nobody is told apart here."""
    if principal == "*":
        return True
    named = _list(principal.get("AWS", []))
    return any(name == "*" or name.split(":")[4:5] == [account] for name in named)


def _list(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value]
