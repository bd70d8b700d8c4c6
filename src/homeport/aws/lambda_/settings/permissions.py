"""AddPermission, RemovePermission, GetPolicy: the policies of functions, which are kept and not enforced.

https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html
"""

from __future__ import annotations

import sqlite3

from homeport.aws.lambda_ import errors
from homeport.aws.lambda_.constraints import names
from homeport.aws.lambda_.constraints.names import Target
from homeport.aws.lambda_.functions import lookup
from homeport.aws.lambda_.lambda_ import Lambda
from homeport.aws.lambda_.model import LATEST
from homeport.aws.lambda_.settings import statements
from homeport.aws.lambda_.store import aliases, functions, settings
from homeport.aws.protocol.call import Call, Params


async def add_permission(lambda_: Lambda, call: Call, params: Params) -> Params:
    """AddPermission"""
    target = names.target(call, params)
    if target.qualifier == LATEST:
        raise errors.INVALID("We currently do not support adding policies for $LATEST.")
    statement = statements.of_function(params, target.arn)

    def work(connection: sqlite3.Connection) -> None:
        row = _row(connection, target, errors.function_not_found(target.function.arn))
        policy = settings.find(connection, row.id, settings.POLICY, target.qualifier or "")
        known = policy["revision"] if policy else _revision(connection, row, target)
        statements.check_revision(known, params, errors.REVISION_OF_POLICY)
        after = statements.added(policy, statement, lambda_.ids())
        settings.save(connection, row.id, settings.POLICY, target.qualifier or "", after)

    await lambda_.change(target.function, work)
    return {"Statement": statements.text(statement)}


async def remove_permission(lambda_: Lambda, call: Call, params: Params) -> Params:
    """RemovePermission"""
    target = names.target(call, params)
    qualifier = "" if target.qualifier == LATEST else target.qualifier or ""

    def work(connection: sqlite3.Connection) -> None:
        missing = errors.NOT_FOUND(f"No policy found for: {target.function.arn}")
        row = _row(connection, target, missing)
        policy = settings.find(connection, row.id, settings.POLICY, qualifier)
        if policy is None:
            raise errors.NOT_FOUND("No policy is associated with the given resource.")
        statements.check_revision(policy["revision"], params, errors.REVISION_OF_POLICY)
        after = statements.removed(policy, params["StatementId"], lambda_.ids())
        if after is None:
            settings.delete(connection, row.id, settings.POLICY, qualifier)
        else:
            settings.save(connection, row.id, settings.POLICY, qualifier, after)

    await lambda_.change(target.function, work)
    return {}


def get_policy(lambda_: Lambda, call: Call, params: Params) -> Params:
    """GetPolicy"""
    target = names.target(call, params)
    qualifier = "" if target.qualifier == LATEST else target.qualifier or ""
    with lambda_.db.snapshot() as connection:
        row = functions.find(connection, target.function)
        policy = row and settings.find(connection, row.id, settings.POLICY, qualifier)
    if not policy:
        raise errors.NOT_FOUND()
    return {"Policy": statements.document(policy), "RevisionId": policy["revision"]}


def _revision(connection: sqlite3.Connection, row: functions.Row, target: Target) -> str:
    """What stands for the revision of a policy that an alias has not yet: test_lambda_permission_fn_versioning"""
    alias = aliases.find(connection, row.id, target.effective)
    return "" if alias is None else alias.revision


def _row(connection: sqlite3.Connection, target: Target, missing: Exception) -> functions.Row:
    row = functions.find(connection, target.function)
    if row is None:
        raise missing
    lookup.check_qualifier(connection, row, target)
    return row
