"""UpdateFunctionConfiguration.

https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionConfiguration.html
"""

from __future__ import annotations

import sqlite3

from homeport.aws.lambda_.constraints import names
from homeport.aws.lambda_.functions import answer, code, definition, layering, lookup
from homeport.aws.lambda_.lambda_ import Lambda
from homeport.aws.lambda_.model import Version
from homeport.aws.lambda_.store import files
from homeport.aws.protocol.call import Call, Params


async def update_function_configuration(lambda_: Lambda, call: Call, params: Params) -> Params:
    """UpdateFunctionConfiguration"""
    target = names.target(call, params)

    def work(connection: sqlite3.Connection) -> tuple[Version, list[str]]:
        row = lookup.row(connection, target)
        latest = lookup.latest(connection, row)
        code.check_revision(latest, params)
        changed = layering.lay(connection, definition.change(latest, params), params.get("Layers"))
        made = code.save(lambda_, connection, row, changed)
        return made, files.drop_unused(connection, [layer.file for layer in latest.layer_files])

    made = await lambda_.replace(target.function, work)
    return answer.configuration(made, target.function.arn)
