"""Statements of resource policies, of functions and of layers: built, added, removed.

https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html
"""

from __future__ import annotations

import json
import re
from typing import Any

from homeport.aws.lambda_ import errors, limits
from homeport.aws.protocol.call import Params

Policy = dict[str, Any]
"""`revision`, and `statements` in their order."""

_ACCOUNT = re.compile(r"\d{12}", re.ASCII)
_ARN = re.compile(r"arn:aws[a-z-]*:(iam|sts)::(\d{12}|cloudfront):\S+", re.ASCII)
_SERVICE = re.compile(
    r"[a-zA-Z0-9.-]+\.(amazonaws\.com(\.cn)?|amazon\.com|aws\.internal)", re.ASCII
)


def principal(text: str) -> Any:
    """`Principal` as it stands in a statement. test_add_lambda_permission_fields"""
    if text == "*":
        return "*"
    if _ACCOUNT.fullmatch(text):
        return {"AWS": f"arn:aws:iam::{text}:root"}
    if _ARN.fullmatch(text):
        return {"AWS": text}
    if _SERVICE.fullmatch(text):
        return {"Service": text}
    raise errors.INVALID(
        "The provided principal was invalid. Please check the principal and try again."
    )


def of_function(params: Params, resource: str) -> Params:
    """The statement that AddPermission makes, its members in AWS's order."""
    statement = {
        "Sid": params["StatementId"],
        "Effect": "Allow",
        "Principal": principal(params["Principal"]),
        "Action": params["Action"],
        "Resource": resource,
    }
    condition = _condition(params)
    return {**statement, "Condition": condition} if condition else statement


def _condition(params: Params) -> Params:
    equals = {
        "AWS:SourceAccount": params.get("SourceAccount"),
        "lambda:EventSourceToken": params.get("EventSourceToken"),
        "lambda:FunctionUrlAuthType": params.get("FunctionUrlAuthType"),
        "aws:PrincipalOrgID": params.get("PrincipalOrgID"),
    }
    condition: Params = {}
    if any(equals.values()):
        condition["StringEquals"] = {key: value for key, value in equals.items() if value}
    if params.get("InvokedViaFunctionUrl") is not None:
        value = "true" if params["InvokedViaFunctionUrl"] else "false"
        condition["Bool"] = {"lambda:InvokedViaFunctionUrl": value}
    if params.get("SourceArn"):
        condition["ArnLike"] = {"AWS:SourceArn": params["SourceArn"]}
    return condition


def text(statement: Params) -> str:
    """JSON as AWS writes it."""
    return json.dumps(statement, separators=(",", ":"), ensure_ascii=False)


def document(policy: Policy) -> str:
    """The whole policy."""
    return text({"Version": "2012-10-17", "Id": "default", "Statement": policy["statements"]})


def added(policy: Policy | None, statement: Params, revision: str) -> Policy:
    """A policy with one more statement."""
    statements = list((policy or {}).get("statements") or ())
    sid = statement["Sid"]
    if any(each["Sid"] == sid for each in statements):
        raise errors.CONFLICT(
            f"The statement id ({sid}) provided already exists. "
            "Please provide a new statement id, or remove the existing statement."
        )
    after = {"revision": revision, "statements": [*statements, statement]}
    size = len(document(after).encode())
    if size > limits.POLICY_BYTES:
        # https://github.com/serverless/serverless/issues/5357
        raise errors.POLICY_LENGTH(
            f"The final policy size ({size}) is bigger than the limit ({limits.POLICY_BYTES})."
        )
    return after


def removed(policy: Policy, sid: str, revision: str) -> Policy | None:
    """A policy with one statement less; None where that was the last."""
    left = [each for each in policy["statements"] if each["Sid"] != sid]
    if len(left) == len(policy["statements"]):
        raise errors.NOT_FOUND(f"Statement {sid} is not found in resource policy.")
    return {"revision": revision, "statements": left} if left else None


def check_revision(known: str, params: Params, operation: str) -> None:
    """Raises where the client knows another revision of the policy than the latest; an empty one is that of none."""
    wanted = params.get("RevisionId")
    if wanted and wanted != known:
        raise errors.revision(operation)
