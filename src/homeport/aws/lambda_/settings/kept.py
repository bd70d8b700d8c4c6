"""Small settings that are kept, and what follows from the account: recursion, runtime management, code signing, limits.

https://docs.aws.amazon.com/lambda/latest/api/API_GetAccountSettings.html
"""

from __future__ import annotations

import sqlite3

from homeport.aws.lambda_ import errors, limits
from homeport.aws.lambda_.constraints import names
from homeport.aws.lambda_.functions import lookup
from homeport.aws.lambda_.lambda_ import Lambda
from homeport.aws.lambda_.model import LATEST
from homeport.aws.lambda_.store import functions, settings
from homeport.aws.protocol.call import Call, Params


def get_account_settings(lambda_: Lambda, call: Call, _: Params) -> Params:
    """GetAccountSettings"""
    with lambda_.db.snapshot() as connection:
        nobody = names.parse("-", call.account, call.region)
        reserved = functions.reserved_by_others(connection, nobody.function)
        used = functions.code_size(connection, call.account, call.region)
        count = functions.count(connection, call.account, call.region)
    return {
        "AccountLimit": {
            "TotalCodeSize": limits.TOTAL_CODE,
            "CodeSizeUnzipped": limits.UNZIPPED,
            "CodeSizeZipped": limits.ZIPPED,
            "ConcurrentExecutions": limits.CONCURRENCY,
            "UnreservedConcurrentExecutions": limits.CONCURRENCY - reserved,
        },
        "AccountUsage": {"TotalCodeSize": used, "FunctionCount": count},
    }


async def put_function_recursion_config(lambda_: Lambda, call: Call, params: Params) -> Params:
    """PutFunctionRecursionConfig"""
    target = names.target(call, params)
    wanted: str = params["RecursiveLoop"]

    def work(connection: sqlite3.Connection) -> None:
        functions.set_recursion(connection, lookup.row(connection, target), wanted)

    await lambda_.change(target.function, work)
    return {"RecursiveLoop": wanted}


def get_function_recursion_config(lambda_: Lambda, call: Call, params: Params) -> Params:
    """GetFunctionRecursionConfig"""
    with lambda_.db.snapshot() as connection:
        row = lookup.row(connection, names.target(call, params))
    return {"RecursiveLoop": row.recursion}


async def put_runtime_management_config(lambda_: Lambda, call: Call, params: Params) -> Params:
    """PutRuntimeManagementConfig"""
    target = names.target(call, params)
    body = {name: params.get(name) for name in ("UpdateRuntimeOn", "RuntimeVersionArn")}
    if (body["UpdateRuntimeOn"] == "Manual") != bool(body["RuntimeVersionArn"]):
        # AWS's text is not recorded.
        raise errors.INVALID(
            "RuntimeVersionArn is given where UpdateRuntimeOn is Manual, and only there."
        )

    def work(connection: sqlite3.Connection) -> None:
        row = lookup.row(connection, target)
        lookup.version(connection, row, target)
        settings.save(connection, row.id, settings.RUNTIME, target.effective, body)

    await lambda_.change(target.function, work)
    return body | {"FunctionArn": target.arn}


def get_runtime_management_config(lambda_: Lambda, call: Call, params: Params) -> Params:
    """GetRuntimeManagementConfig"""
    target = names.target(call, params)
    with lambda_.db.snapshot() as connection:
        row = lookup.row(connection, target)
        lookup.version(connection, row, target)
        body = settings.find(connection, row.id, settings.RUNTIME, target.effective or LATEST)
    return (body or {"UpdateRuntimeOn": "Auto"}) | {"FunctionArn": target.arn}


def get_function_code_signing_config(lambda_: Lambda, call: Call, params: Params) -> Params:
    """GetFunctionCodeSigningConfig: no function has one, since none can be made. Terraform asks for it of each function."""
    target = names.target(call, params)
    with lambda_.db.snapshot() as connection:
        lookup.row(connection, target)
    return {"FunctionName": target.function.name}
