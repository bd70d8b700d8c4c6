"""PutResourcePolicy, GetResourcePolicy, DeleteResourcePolicy. Policies are checked and kept; nobody is refused by one here.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/access-control-resource-based.html; what the service answers:
https://github.com/aws-controllers-k8s/dynamodb-controller/blob/main/docs/api-quirks/table-policy-kinesis-autoscaling.md
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from homeport.aws.dynamodb import errors
from homeport.aws.dynamodb.dynamodb import DynamoDb
from homeport.aws.dynamodb.store import streams
from homeport.aws.dynamodb.tables import names
from homeport.aws.dynamodb.tables.definition import invalid, policy_document
from homeport.aws.dynamodb.tables.model import Table
from homeport.aws.dynamodb.tables.updating import change
from homeport.aws.protocol.call import AwsError, Call, Params

NONE_YET = "NO_POLICY"
"""https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutResourcePolicy.html#DDB-PutResourcePolicy-request-ExpectedRevisionId"""

Policy = Mapping[str, str]


async def put_resource_policy(dynamodb: DynamoDb, call: Call, params: Params) -> Params:
    """PutResourcePolicy"""
    resource = _home(call, params["ResourceArn"])
    table = _table(dynamodb, call, resource)
    fresh = new(params["Policy"], dynamodb.now_ms())

    def work(_connection: sqlite3.Connection, current: Table) -> Table:
        old = _of(current, resource)
        _check_revision(resource, old, params.get("ExpectedRevisionId"))
        if old is not None and old["Policy"] == fresh["Policy"]:
            return current
        return _with(current, resource, _after(old, fresh))

    policy = _of(await change.change(dynamodb, table, work), resource) or fresh
    return {"RevisionId": policy["RevisionId"]}


def get_resource_policy(dynamodb: DynamoDb, call: Call, params: Params) -> Params:
    """GetResourcePolicy"""
    resource = _home(call, params["ResourceArn"])
    policy = _of(_table(dynamodb, call, resource), resource)
    if policy is None:
        raise _not_found(resource.arn)
    return {"Policy": policy["Policy"], "RevisionId": policy["RevisionId"]}


async def delete_resource_policy(dynamodb: DynamoDb, call: Call, params: Params) -> Params:
    """DeleteResourcePolicy: answers the revision that is gone, nothing where there was none."""
    resource = _home(call, params["ResourceArn"])
    table = _table(dynamodb, call, resource)
    gone: list[str] = []

    def work(_connection: sqlite3.Connection, current: Table) -> Table:
        old = _of(current, resource)
        _check_revision(resource, old, params.get("ExpectedRevisionId"))
        if old is None:
            return current
        gone.append(old["RevisionId"])
        return _with(current, resource, None)

    await change.change(dynamodb, table, work)
    return {"RevisionId": gone[-1]} if gone else {}


def new(text: str, now_ms: int) -> Policy:
    """A policy as it is kept. Raises ValidationException. Its revision is the time of the change, as the service's is.

    https://github.com/aws-controllers-k8s/dynamodb-controller/blob/main/docs/api-quirks/details/DDB-TABLE-207.md
    """
    return {"Policy": policy_document.canonical(text), "RevisionId": str(now_ms)}


def _after(old: Policy | None, fresh: Policy) -> Policy:
    """Revisions grow, also within one millisecond."""
    if old is None or int(old["RevisionId"]) < int(fresh["RevisionId"]):
        return fresh
    return {**fresh, "RevisionId": str(int(old["RevisionId"]) + 1)}


def _home(call: Call, arn: str) -> names.Resource:
    """https://github.com/aws-controllers-k8s/dynamodb-controller/blob/main/docs/api-quirks/details/DDB-TABLE-212.md"""
    resource = names.resource(arn)
    if resource.account != call.account:
        raise errors.VALIDATION(
            "This action is only supported by accounts that match the resource owner’s account."
        )
    if resource.region != call.region or resource.partition != "aws":
        raise invalid.value(f"Invalid resource Arn: {arn}")
    return resource


def _table(dynamodb: DynamoDb, call: Call, resource: names.Resource) -> Table:
    table = dynamodb.tables.find(call.account, call.region, resource.table)
    if table is None:
        raise change.not_found(resource.table)
    if resource.stream is not None:
        with dynamodb.db.snapshot() as connection:
            found = streams.find(
                connection, call.account, call.region, resource.table, resource.stream
            )
        if found is None:
            raise errors.TABLE_NOT_FOUND(
                f"Requested resource not found: Stream: {resource.stream} not found for Table: "
                f"{resource.table}"
            )
    return table


def _of(table: Table, resource: names.Resource) -> Policy | None:
    policies: Mapping[str, Any] = table.settings.get("Policies") or {}
    policy: Policy | None = policies.get(resource.arn)
    return policy


def _with(table: Table, resource: names.Resource, policy: Policy | None) -> Table:
    policies = dict(table.settings.get("Policies") or {})
    policies.pop(resource.arn, None)
    if policy is not None:
        policies[resource.arn] = policy
    return replace(table, settings={**table.settings, "Policies": policies})


def _check_revision(resource: names.Resource, old: Policy | None, expected: str | None) -> None:
    """https://github.com/getmoto/moto/blob/master/tests/test_dynamodb/test_dynamodb_resource_policy.py (recorded from the service)"""
    if expected is None or (old is not None and old["RevisionId"] == expected):
        return
    asked = f"Requested update for policy with revision id {expected}, but"
    if old is not None:
        raise _not_found(
            f"{asked} the policy associated to target table {resource.table} has revision id "
            f"{old['RevisionId']}."
        )
    if expected != NONE_YET:
        raise _not_found(f"{asked} table {resource.table} has no associated policy.")


def _not_found(text: str) -> AwsError:
    return errors.POLICY_NOT_FOUND(
        f"Resource-based policy not found for the provided ResourceArn: {text}"
    )
