"""AddPermission, RemovePermission: statements in the policy of a queue, which is kept and not enforced.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_AddPermission.html
"""

from __future__ import annotations

import json
import re
from typing import Any

from homeport.aws.protocol.call import Call, Params
from homeport.aws.sqs import errors, limits
from homeport.aws.sqs.engine.queue import Queue
from homeport.aws.sqs.sqs import Sqs

LABEL = re.compile(r"[A-Za-z0-9_-]{1,80}")
ACCOUNT = re.compile(r"[0-9]{12}", re.ASCII)
ACTIONS = {
    "*",
    "ChangeMessageVisibility",
    "DeleteMessage",
    "GetQueueAttributes",
    "GetQueueUrl",
    "ListDeadLetterSourceQueues",
    "PurgeQueue",
    "ReceiveMessage",
    "SendMessage",
}


async def add_permission(sqs: Sqs, call: Call, params: Params) -> Params:
    """AddPermission"""
    label: str = params["Label"]
    accounts, actions = _checked(label, params["AWSAccountIds"], params["Actions"])

    def change(queue: Queue) -> dict[str, Any]:
        policy = _policy(queue)
        if any(statement.get("Sid") == label for statement in policy["Statement"]):
            raise errors.invalid_value(label, "Label", "Already exists.")
        if len(policy["Statement"]) >= limits.POLICY_STATEMENTS:
            raise errors.OVER_LIMIT(
                f"{len(policy['Statement']) + 1} statements were found, max allowed is {limits.POLICY_STATEMENTS}"
            )
        policy["Statement"].append(_statement(queue, label, accounts, actions))
        return {"settings": queue.settings | {"Policy": json.dumps(policy)}}

    await sqs.change_queue(call, params, change)
    return {}


async def remove_permission(sqs: Sqs, call: Call, params: Params) -> Params:
    """RemovePermission"""
    label: str = params["Label"]

    def change(queue: Queue) -> dict[str, Any]:
        policy = _policy(queue)
        left = [statement for statement in policy["Statement"] if statement.get("Sid") != label]
        if len(left) == len(policy["Statement"]):
            raise errors.invalid_value(label, "Label", "can't find label.")
        settings = dict(queue.settings)
        if left:
            settings["Policy"] = json.dumps(policy | {"Statement": left})
        else:
            del settings["Policy"]
        return {"settings": settings}

    await sqs.change_queue(call, params, change)
    return {}


def _checked(label: str, accounts: list[str], actions: list[str]) -> tuple[list[str], list[str]]:
    if not LABEL.fullmatch(label):
        raise errors.invalid_value(
            label,
            "Label",
            "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length.",
        )
    if not accounts:
        raise errors.missing("PrincipalId")
    if not actions:
        raise errors.missing("Actions")
    for account in accounts:
        if not ACCOUNT.fullmatch(account):
            raise errors.invalid_value(account, "PrincipalId", "Unable to verify.")
    if len(actions) > limits.PERMISSION_ACTIONS:
        raise errors.OVER_LIMIT(
            f"{len(actions)} Actions were found, maximum allowed is {limits.PERMISSION_ACTIONS}."
        )
    for action in actions:
        if action not in ACTIONS:
            raise errors.invalid_value(
                f"SQS:{action}",
                "ActionName",
                "Only the queue owner is allowed to invoke this action.",
            )
    return accounts, actions


def _policy(queue: Queue) -> dict[str, Any]:
    kept = queue.settings.get("Policy")
    policy: dict[str, Any] = (
        json.loads(kept)
        if kept
        else {"Version": "2008-10-17", "Id": f"{queue.arn}/SQSDefaultPolicy", "Statement": []}
    )
    if isinstance(policy["Statement"], dict):
        policy["Statement"] = [policy["Statement"]]
    return policy


def _statement(queue: Queue, label: str, accounts: list[str], actions: list[str]) -> dict[str, Any]:
    roots = [f"arn:aws:iam::{account}:root" for account in accounts]
    names = [f"SQS:{action}" for action in actions]
    return {
        "Sid": label,
        "Effect": "Allow",
        "Principal": {"AWS": roots[0] if len(roots) == 1 else roots},
        "Action": names[0] if len(names) == 1 else names,
        "Resource": queue.arn,
    }
