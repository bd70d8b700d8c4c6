"""Resource policies of an account: PutResourcePolicy, DescribeResourcePolicies, DeleteResourcePolicy. Kept, without effect.

https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutResourcePolicy.html
"""

from __future__ import annotations

import json

from homeport.aws.logs import errors, limits
from homeport.aws.logs.engine import tokens
from homeport.aws.logs.logs import Logs
from homeport.aws.logs.store import groups, policies
from homeport.aws.logs.store.groups import Connection
from homeport.aws.logs.store.policies import Policy
from homeport.aws.protocol.call import Call, Params


async def put_resource_policy(logs: Logs, call: Call, params: Params) -> Params:
    """PutResourcePolicy; policies of single log groups are not there."""
    if params.get("resourceArn"):
        raise errors.INVALID_PARAMETER(
            "Resource policies are kept for accounts here, not for single log groups."
        )
    name: str = params.get("policyName") or ""
    document: str = params.get("policyDocument") or ""
    _check(name, document)
    policy = Policy(name, document, logs.now())

    def work(connection: Connection) -> None:
        query = groups.reader(connection)
        there = policies.page(query, call.account, call.region, "", limits.RESOURCE_POLICIES)
        if len(there) >= limits.RESOURCE_POLICIES and name not in {each.name for each in there}:
            raise errors.LIMIT_EXCEEDED()
        policies.save(connection, call.account, call.region, policy)

    await logs.db.write(work)
    return {"resourcePolicy": _described(policy)}


def _check(name: str, document: str) -> None:
    if not name or not name.isascii():
        raise errors.INVALID_PARAMETER("The policy needs a name.")
    try:
        found = json.loads(document)
        document.encode()
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise errors.INVALID_PARAMETER("The policy document is no JSON object.")


async def delete_resource_policy(logs: Logs, call: Call, params: Params) -> Params:
    """DeleteResourcePolicy"""
    name: str = params.get("policyName") or ""

    def work(connection: Connection) -> bool:
        return policies.delete(connection, call.account, call.region, name)

    if not name.isascii() or not await logs.db.write(work):
        raise errors.NO_RESOURCE(f"Policy with name [{name}] does not exist.")
    return {}


def describe_resource_policies(logs: Logs, call: Call, params: Params) -> Params:
    """DescribeResourcePolicies"""
    after = tokens.reveal(params["nextToken"]) if params.get("nextToken") else ""
    limit: int = params.get("limit") or limits.DESCRIBED
    found = policies.page(logs.db.query, call.account, call.region, after, limit + 1)
    answer: Params = {"resourcePolicies": [_described(policy) for policy in found[:limit]]}
    if len(found) > limit:
        answer["nextToken"] = tokens.hide(found[limit - 1].name)
    return answer


def _described(policy: Policy) -> Params:
    return {
        "policyName": policy.name,
        "policyDocument": policy.document,
        "lastUpdatedTime": policy.updated_at,
        "policyScope": "ACCOUNT",
    }
