"""Provisioned concurrency, which is kept: nothing is started ahead. It is ready at once.

https://docs.aws.amazon.com/lambda/latest/api/API_PutProvisionedConcurrencyConfig.html
"""

from __future__ import annotations

import sqlite3

from homeport.aws.lambda_ import errors, limits
from homeport.aws.lambda_.constraints import names
from homeport.aws.lambda_.constraints.names import Target
from homeport.aws.lambda_.functions import lookup, pages, times
from homeport.aws.lambda_.lambda_ import Lambda
from homeport.aws.lambda_.model import LATEST
from homeport.aws.lambda_.settings import concurrency
from homeport.aws.lambda_.store import aliases, functions, settings
from homeport.aws.protocol.call import Call, Params

_PUBLISHED = "The function resource provided must be an alias or a published version."
_BELOW = (
    "Specified ConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its "
    f"minimum value of [{limits.UNRESERVED}]."
)


async def put_provisioned_concurrency_config(lambda_: Lambda, call: Call, params: Params) -> Params:
    """PutProvisionedConcurrencyConfig"""
    target = names.target(call, params)
    if target.effective == LATEST:
        raise errors.INVALID(
            "Provisioned Concurrency Configs cannot be applied to unpublished function versions."
        )
    body = {
        "requested": params["ProvisionedConcurrentExecutions"],
        "modified": times.modified_seconds(lambda_.now_ms()),
    }

    def work(connection: sqlite3.Connection) -> None:
        row = _row(connection, target)
        _check_pairs(connection, row, target.effective)
        _check_room(connection, row, target, body["requested"])
        settings.save(connection, row.id, settings.PROVISIONED, target.effective, body)

    await lambda_.change(target.function, work)
    return _shown(body)


def get_provisioned_concurrency_config(lambda_: Lambda, call: Call, params: Params) -> Params:
    """GetProvisionedConcurrencyConfig"""
    target = _published(call, params)
    with lambda_.db.snapshot() as connection:
        row = _row(connection, target)
        body = settings.find(connection, row.id, settings.PROVISIONED, target.effective)
    if body is None:
        raise errors.NO_PROVISIONED()
    return _shown(body)


async def delete_provisioned_concurrency_config(
    lambda_: Lambda, call: Call, params: Params
) -> Params:
    """DeleteProvisionedConcurrencyConfig; one that is not there is no error."""
    target = _published(call, params)

    def work(connection: sqlite3.Connection) -> None:
        row = _row(connection, target)
        settings.delete(connection, row.id, settings.PROVISIONED, target.effective)

    await lambda_.change(target.function, work)
    return {}


def list_provisioned_concurrency_configs(lambda_: Lambda, call: Call, params: Params) -> Params:
    """ListProvisionedConcurrencyConfigs"""
    target = names.target(call, params)
    most = pages.limit(params, limits.PAGE)
    after = pages.after(params)
    with lambda_.db.snapshot() as connection:
        row = lookup.row(connection, Target(target.function))
        found = settings.page(connection, row.id, settings.PROVISIONED, after, most + 1)
    return pages.answer(
        "ProvisionedConcurrencyConfigs",
        found,
        most,
        lambda each: each[0],
        lambda each: {"FunctionArn": target.qualified(each[0]), **_shown(each[1])},
    )


def _published(call: Call, params: Params) -> Target:
    target = names.target(call, params)
    if target.effective == LATEST:
        raise errors.INVALID(_PUBLISHED)
    return target


def _row(connection: sqlite3.Connection, target: Target) -> functions.Row:
    """test_provisioned_concurrency_exceptions: an alias is missed before its function is."""
    row = functions.find(connection, target.function)
    if row is None:
        is_alias = names.is_alias(target.effective)
        raise (errors.alias_not_found if is_alias else errors.function_not_found)(target.arn)
    lookup.check_qualifier(connection, row, target)
    return row


def _check_pairs(connection: sqlite3.Connection, row: functions.Row, qualifier: str) -> None:
    """A version has it by itself or by an alias: test_lambda_provisioned_lifecycle"""

    def has(other: str) -> bool:
        return settings.find(connection, row.id, settings.PROVISIONED, other) is not None

    if names.is_alias(qualifier):
        alias = aliases.find(connection, row.id, qualifier)
        if alias is not None and has(alias.version):
            raise errors.CONFLICT(
                "Alias can't be used for Provisioned Concurrency configuration on an already Provisioned version"
            )
    elif any(has(alias.name) for alias in aliases.of_version(connection, row.id, qualifier)):
        raise errors.CONFLICT("Version is pointed by a Provisioned Concurrency alias")


def _check_room(
    connection: sqlite3.Connection, row: functions.Row, target: Target, wanted: int
) -> None:
    """test_provisioned_concurrency_limits"""
    before = settings.find(connection, row.id, settings.PROVISIONED, target.effective) or {}
    own = concurrency.provisioned(connection, target, is_own=True) - before.get("requested", 0)
    if row.reserved is not None:
        if own + wanted > row.reserved:
            # AWS's text is not recorded.
            raise errors.INVALID(
                "Requested Provisioned Concurrency should not be greater than the reservedConcurrentExecution for function"
            )
        return
    left = concurrency.unreserved(connection, row.account, row.region) + before.get("requested", 0)
    if wanted > left:
        raise errors.without_blame(
            f"Specified ConcurrentExecutions for function is greater than account's unreserved concurrency [{left}]."
        )
    if left - wanted < limits.UNRESERVED:
        raise errors.without_blame(_BELOW)


def _shown(body: Params) -> Params:
    return {
        "RequestedProvisionedConcurrentExecutions": body["requested"],
        "AvailableProvisionedConcurrentExecutions": body["requested"],
        "AllocatedProvisionedConcurrentExecutions": body["requested"],
        "Status": "READY",
        "LastModified": body["modified"],
    }
