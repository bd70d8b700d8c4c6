"""AddLayerVersionPermission, RemoveLayerVersionPermission, GetLayerVersionPolicy: kept and not enforced.

https://docs.aws.amazon.com/lambda/latest/api/API_AddLayerVersionPermission.html; all texts: test_layer_policy_exceptions
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Any

from homeport.aws.lambda_ import errors
from homeport.aws.lambda_.lambda_ import Lambda
from homeport.aws.lambda_.layers import find
from homeport.aws.lambda_.settings import statements
from homeport.aws.lambda_.store import layers
from homeport.aws.lambda_.store.layers import LayerVersion, Place
from homeport.aws.protocol.call import Call, Params


async def add_layer_version_permission(lambda_: Lambda, call: Call, params: Params) -> Params:
    """AddLayerVersionPermission"""
    where, number = find.own_place(call, params), find.number(params)
    statement = {
        "Sid": params["StatementId"],
        "Effect": "Allow",
        "Principal": statements.principal(params["Principal"]),
        "Action": params["Action"],
        "Resource": f"{where.arn}:{number}",
    }
    if params.get("OrganizationId"):
        statement["Condition"] = {"StringEquals": {"aws:PrincipalOrgID": params["OrganizationId"]}}
    revision = lambda_.ids()
    await _change(
        lambda_, call, params, lambda policy: statements.added(policy, statement, revision)
    )
    return {"Statement": statements.text(statement), "RevisionId": revision}


async def remove_layer_version_permission(lambda_: Lambda, call: Call, params: Params) -> Params:
    """RemoveLayerVersionPermission"""
    revision = lambda_.ids()

    def change(policy: Any) -> Any:
        if policy is None:
            raise errors.NOT_FOUND("No policy is associated with the given resource.")
        return statements.removed(policy, params["StatementId"], revision)

    await _change(lambda_, call, params, change)
    return {}


def get_layer_version_policy(lambda_: Lambda, call: Call, params: Params) -> Params:
    """GetLayerVersionPolicy"""
    where, number = find.own_place(call, params), find.number(params)
    with lambda_.db.snapshot() as connection:
        policy = _version(connection, where, number).body.get("policy")
    if policy is None:
        raise errors.NOT_FOUND("No policy is associated with the given resource.")
    return {"Policy": statements.document(policy), "RevisionId": policy["revision"]}


async def _change(
    lambda_: Lambda, call: Call, params: Params, change: Callable[[Any], Any]
) -> None:
    where, number = find.own_place(call, params), find.number(params)

    def work(connection: sqlite3.Connection) -> None:
        version = _version(connection, where, number)
        policy = version.body.get("policy")
        known = policy["revision"] if policy else ""
        statements.check_revision(known, params, errors.REVISION_OF_LAYER_POLICY)
        layers.set_body(connection, version, {**version.body, "policy": change(policy)})

    await lambda_.write(work)


def _version(connection: sqlite3.Connection, where: Place, number: int) -> LayerVersion:
    version = layers.find(connection, where, number)
    if version is None:
        raise errors.NOT_FOUND(f"Layer version {where.arn}:{number} does not exist.")
    return version
