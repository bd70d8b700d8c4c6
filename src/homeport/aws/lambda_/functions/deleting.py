"""DeleteFunction: a function with all that belongs to it, or one of its versions.

https://docs.aws.amazon.com/lambda/latest/api/API_DeleteFunction.html
"""

from __future__ import annotations

import sqlite3

from homeport.aws.lambda_ import errors
from homeport.aws.lambda_.constraints import names
from homeport.aws.lambda_.constraints.names import Target
from homeport.aws.lambda_.functions import lookup
from homeport.aws.lambda_.lambda_ import Lambda
from homeport.aws.lambda_.model import LATEST
from homeport.aws.lambda_.store import aliases, files, functions
from homeport.aws.protocol.call import Call, Params


async def delete_function(lambda_: Lambda, call: Call, params: Params) -> Params:
    """DeleteFunction"""
    target = names.target(call, params)
    if target.qualifier == LATEST:
        raise errors.INVALID("$LATEST version cannot be deleted without deleting the function.")
    if target.qualifier is not None and names.is_alias(target.qualifier):
        # AWS's text is not recorded, its code is: test_function_name_and_qualifier_validation[qualifier_too_long1-delete_function]
        raise errors.INVALID("Deletion of aliases is not currently supported.")

    def work(connection: sqlite3.Connection) -> tuple[None, list[str]]:
        # test_delete_on_nonexisting_version: the text never has the qualifier.
        row = lookup.row(connection, Target(target.function))
        candidates = files.of_function(connection, row.id)
        if target.qualifier is None:
            functions.delete(connection, row)
        else:
            _delete_version(connection, row, target.qualifier)
        return None, files.drop_unused(connection, candidates)

    await lambda_.replace(target.function, work)
    return {"StatusCode": 204}


def _delete_version(connection: sqlite3.Connection, row: functions.Row, version: str) -> None:
    if not names.is_number(version) or len(version) > 18:
        return
    users = aliases.of_version(connection, row.id, version)
    if users:
        # https://github.com/zappa/Zappa/issues/960
        named = ", ".join(alias.name for alias in users)
        raise errors.CONFLICT(
            f"Unable to delete version because the following aliases reference it: [{named}]"
        )
    functions.delete_version(connection, row, version)
