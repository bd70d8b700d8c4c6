"""PutFunctionConcurrency, GetFunctionConcurrency, DeleteFunctionConcurrency.

https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
"""

from __future__ import annotations

import sqlite3

from homeport.aws.lambda_ import errors, limits
from homeport.aws.lambda_.constraints import names
from homeport.aws.lambda_.constraints.names import Target
from homeport.aws.lambda_.functions import lookup
from homeport.aws.lambda_.lambda_ import Lambda
from homeport.aws.lambda_.model import LATEST
from homeport.aws.lambda_.store import functions, settings
from homeport.aws.protocol.call import Call, Params

_UNQUALIFIED = (
    "This operation is permitted on Lambda functions only. Aliases and versions do not support this operation. "
    "Please specify either a function name or an unqualified function ARN."
)


async def put_function_concurrency(lambda_: Lambda, call: Call, params: Params) -> Params:
    """PutFunctionConcurrency"""
    target = _unqualified(call, params)
    wanted: int = params["ReservedConcurrentExecutions"]

    def work(connection: sqlite3.Connection) -> None:
        # test_function_concurrency_exceptions: the text has the qualifier.
        row = lookup.row(connection, Target(target.function, LATEST))
        taken = functions.reserved_by_others(connection, target.function)
        taken += provisioned(connection, target, is_own=False)
        if limits.CONCURRENCY - taken - wanted < limits.UNRESERVED:
            raise errors.without_blame(
                "Specified ReservedConcurrentExecutions for function decreases account's "
                f"UnreservedConcurrentExecution below its minimum value of [{limits.UNRESERVED}]."
            )
        if wanted < provisioned(connection, target, is_own=True):
            # AWS's text is not recorded.
            raise errors.INVALID(
                "ReservedConcurrentExecutions is less than the provisioned concurrency of the function."
            )
        functions.set_reserved(connection, row, wanted)

    await lambda_.change(target.function, work)
    return {"ReservedConcurrentExecutions": wanted}


def get_function_concurrency(lambda_: Lambda, call: Call, params: Params) -> Params:
    """GetFunctionConcurrency"""
    target = _unqualified(call, params)
    with lambda_.db.snapshot() as connection:
        return {"ReservedConcurrentExecutions": lookup.row(connection, target).reserved}


async def delete_function_concurrency(lambda_: Lambda, call: Call, params: Params) -> Params:
    """DeleteFunctionConcurrency"""
    target = _unqualified(call, params)

    def work(connection: sqlite3.Connection) -> None:
        functions.set_reserved(connection, lookup.row(connection, target), None)

    await lambda_.change(target.function, work)
    return {}


def provisioned(connection: sqlite3.Connection, target: Target, *, is_own: bool) -> int:
    """Concurrency that is provisioned: of the function itself, or of others that reserve nothing themselves."""
    _, region, name = target.function
    rows = settings.provisioned(connection, target.function.account, region)
    if is_own:
        return sum(int(body["requested"]) for owner, _, body in rows if owner == name)
    return sum(
        int(body["requested"])
        for owner, reserved, body in rows
        if owner != name and reserved is None
    )


def unreserved(connection: sqlite3.Connection, account: str, region: str) -> int:
    """What is left of the account's concurrency."""
    nobody = names.parse("-", account, region)
    taken = functions.reserved_by_others(connection, nobody.function)
    return limits.CONCURRENCY - taken - provisioned(connection, nobody, is_own=False)


def _unqualified(call: Call, params: Params) -> Target:
    target = names.target(call, params)
    if target.qualifier is not None:
        raise errors.INVALID(_UNQUALIFIED)
    return target
