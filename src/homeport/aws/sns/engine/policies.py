"""Policies of topics: kept, changed by AddPermission and RemovePermission, and not enforced.

https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-language-key-concepts.html
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from homeport.aws.sns import errors, limits

ACTIONS = (
    "GetTopicAttributes",
    "SetTopicAttributes",
    "AddPermission",
    "RemovePermission",
    "DeleteTopic",
    "Subscribe",
    "ListSubscriptionsByTopic",
    "Publish",
)
"""Those that a policy may allow, in the order of AWS's own default policy."""
_OTHERS = frozenset(
    {
        "*",
        "Receive",
        "ListTagsForResource",
        "TagResource",
        "UntagResource",
        "GetDataProtectionPolicy",
        "PutDataProtectionPolicy",
    }
)
Policy = dict[str, Any]


def default(topic_arn: str, account: str) -> Policy:
    """The policy of a topic that was given none."""
    statement = {
        "Sid": "__default_statement_ID",
        "Effect": "Allow",
        "Principal": {"AWS": "*"},
        "Action": [f"SNS:{action}" for action in ACTIONS],
        "Resource": topic_arn,
        "Condition": {"StringEquals": {"AWS:SourceOwner": account}},
    }
    return {"Version": "2008-10-17", "Id": "__default_policy_ID", "Statement": [statement]}


def check(text: str) -> None:
    """Refuses what is no policy: its form, and the actions of its statements."""
    try:
        policy = json.loads(text)
    except (ValueError, RecursionError):
        policy = None
    if not isinstance(policy, dict):
        # https://github.com/hashicorp/terraform-provider-aws/issues/3660
        raise errors.invalid("Policy Error: null")
    if len(text.encode()) > limits.POLICY_BYTES:
        raise errors.invalid("Policy is too large")
    for statement in statements(policy):
        actions = statement.get("Action", []) if isinstance(statement, dict) else None
        for action in [actions] if isinstance(actions, str) else actions or []:
            _check_action(action)


def statements(policy: Policy) -> list[Any]:
    """The statements, also where there is only one that is in no list."""
    found = policy.get("Statement", [])
    return found if isinstance(found, list) else [found]


def _check_action(action: Any) -> None:
    service, _, name = str(action).rpartition(":")
    known = name in ACTIONS or name in _OTHERS or name.endswith("*")
    if not known or service.lower() not in ("sns", ""):
        raise errors.invalid("Policy statement action out of service scope!")


def with_permission(
    policy: Policy, topic_arn: str, label: str, accounts: Sequence[str], actions: Sequence[str]
) -> Policy:
    """A policy with a statement more."""
    if any(isinstance(one, dict) and one.get("Sid") == label for one in statements(policy)):
        raise errors.invalid("Statement already exists")
    for action in actions:
        if action not in ACTIONS:
            raise errors.invalid("Policy statement action out of service scope!")
    principals = [
        account if account.startswith("arn:") else f"arn:aws:iam::{account}:root"
        for account in accounts
    ]
    names = [f"SNS:{action}" for action in actions]
    statement = {
        "Sid": label,
        "Effect": "Allow",
        "Principal": {"AWS": principals[0] if len(principals) == 1 else principals},
        "Action": names[0] if len(names) == 1 else names,
        "Resource": topic_arn,
    }
    return policy | {"Statement": [*statements(policy), statement]}


def without_permission(policy: Policy, label: str) -> Policy:
    """A policy without the statement of a label; one that is not there is not missed."""
    left = [
        one for one in statements(policy) if not (isinstance(one, dict) and one.get("Sid") == label)
    ]
    return policy | {"Statement": left}


def read(kept: str) -> Policy:
    """A policy that was checked and kept."""
    policy: Policy = json.loads(kept)
    return policy
