"""CreateFunction.

https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html
"""

from __future__ import annotations

import dataclasses
import sqlite3

from homeport.aws.lambda_ import errors, limits
from homeport.aws.lambda_.code import package
from homeport.aws.lambda_.code.package import Package
from homeport.aws.lambda_.constraints import names
from homeport.aws.lambda_.functions import answer, definition, layering, lookup, publishing, times
from homeport.aws.lambda_.functions.code import with_image, with_package
from homeport.aws.lambda_.lambda_ import Lambda
from homeport.aws.lambda_.model import IMAGE, Function, Version
from homeport.aws.lambda_.settings import tagging
from homeport.aws.lambda_.store import files, functions
from homeport.aws.protocol.call import Call, Params


async def create_function(lambda_: Lambda, call: Call, params: Params) -> Params:
    """CreateFunction"""
    function = _function(call, params)
    tags: dict[str, str] = params.get("Tags") or {}
    tagging.check(tags)
    version = definition.begin(function, params)
    with lambda_.db.snapshot() as connection:
        # What can be said at once is said before the package is taken in; of layers first: test_layer_function_exceptions
        layering.lay(connection, version, params.get("Layers"))
        _check_name(connection, function)
    version, taken = await _with_code(lambda_, call, version, params["Code"])

    def work(connection: sqlite3.Connection) -> Version:
        number = functions.insert(connection, function, tags)
        if number is None:
            raise _exists(function)
        return _save(
            lambda_,
            connection,
            layering.lay(connection, version, params.get("Layers")),
            taken,
            params,
        )

    made = await lambda_.change(function, work, taken)
    return answer.configuration(made, function.arn)


def _function(call: Call, params: Params) -> Function:
    target = names.target(call, params)
    name = target.function.name
    if len(name) > limits.NAME:
        # test_function_arns, long_function_name_exc
        raise errors.INVALID(
            f"1 validation error detected: Value '{name}' at 'functionName' failed to satisfy constraint: "
            f"Member must have length less than or equal to {limits.NAME}"
        )
    if target.qualifier is not None:
        # AWS's text is not recorded.
        raise errors.INVALID(
            f"The name of a new function has no qualifier: {params['FunctionName']}"
        )
    return target.function


def _check_name(connection: sqlite3.Connection, function: Function) -> None:
    if functions.find(connection, function) is not None:
        raise _exists(function)


def _exists(function: Function) -> Exception:
    # https://github.com/hashicorp/terraform/issues/15929
    return errors.CONFLICT(f"Function already exist: {function.name}")


async def _with_code(
    lambda_: Lambda, call: Call, version: Version, code: Params
) -> tuple[Version, Package | None]:
    if version.package_type == IMAGE:
        return await with_image(lambda_, version, code.get("ImageUri")), None
    taken = await package.take(lambda_.content, lambda_.objects, call, code)
    return with_package(version, taken), taken


def _save(
    lambda_: Lambda,
    connection: sqlite3.Connection,
    version: Version,
    taken: Package | None,
    params: Params,
) -> Version:
    if taken is not None:
        files.add(connection, taken.file, taken.size)
    row = lookup.row(connection, names.Target(version.function))
    latest = dataclasses.replace(
        version, revision=lambda_.ids(), modified=times.modified(lambda_.now_ms())
    )
    functions.save_version(connection, row.id, latest)
    made = latest
    if params.get("Publish"):
        made = publishing.publish(lambda_, connection, row, latest, None)
    publishing.check_code_storage(connection, version.function)
    return made
