"""AddPermission, RemovePermission: statements in the policy of a topic, which is kept and not enforced.

https://docs.aws.amazon.com/sns/latest/api/API_AddPermission.html
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from homeport.aws.protocol.call import Call, Params
from homeport.aws.sns.engine import policies
from homeport.aws.sns.engine.model import Topic
from homeport.aws.sns.engine.policies import Policy
from homeport.aws.sns.sns import Sns
from homeport.aws.sns.topics import topic


async def add_permission(sns: Sns, call: Call, params: Params) -> Params:
    """AddPermission"""
    accounts, actions = params["AWSAccountId"], params["ActionName"]
    return await _change(
        sns,
        call,
        params,
        lambda policy, arn: policies.with_permission(
            policy, arn, params["Label"], accounts, actions
        ),
    )


async def remove_permission(sns: Sns, call: Call, params: Params) -> Params:
    """RemovePermission"""
    return await _change(
        sns,
        call,
        params,
        lambda policy, _: policies.without_permission(policy, params["Label"]),
    )


async def _change(
    sns: Sns, call: Call, params: Params, change: Callable[[Policy, str], Policy]
) -> Params:
    def changed(before: Topic) -> dict[str, Any]:
        policy = json.dumps(change(topic.policy(before), before.arn), separators=(",", ":"))
        return {"settings": before.settings | {"Policy": policy}}

    await sns.change_topic(sns.topic(call, params["TopicArn"]), changed)
    return {}
