"""CreateAlias, GetAlias, UpdateAlias, DeleteAlias, ListAliases.

https://docs.aws.amazon.com/lambda/latest/api/API_CreateAlias.html
"""

from __future__ import annotations

import dataclasses
import sqlite3

from homeport.aws.lambda_ import errors, limits
from homeport.aws.lambda_.constraints import names
from homeport.aws.lambda_.constraints.names import Target
from homeport.aws.lambda_.functions import lookup, pages
from homeport.aws.lambda_.lambda_ import Lambda
from homeport.aws.lambda_.model import LATEST, Function
from homeport.aws.lambda_.store import aliases, functions
from homeport.aws.lambda_.store.aliases import Alias
from homeport.aws.protocol.call import Call, Params


async def create_alias(lambda_: Lambda, call: Call, params: Params) -> Params:
    """CreateAlias"""
    function = names.target(call, params).function
    alias = Alias(
        params["Name"],
        params["FunctionVersion"],
        lambda_.ids(),
        params.get("Description") or "",
        _weights(params),
    )
    _check_weights(alias)

    def work(connection: sqlite3.Connection) -> None:
        row = lookup.row(connection, Target(function, alias.version))
        _check_versions(connection, row, alias)
        if aliases.find(connection, row.id, alias.name) is not None:
            raise errors.CONFLICT(f"Alias already exists: {function.arn}:{alias.name}")
        aliases.save(connection, row.id, alias)

    await lambda_.change(function, work)
    return _shown(function, alias)


def get_alias(lambda_: Lambda, call: Call, params: Params) -> Params:
    """GetAlias"""
    target = Target(names.target(call, params).function, params["Name"])
    with lambda_.db.snapshot() as connection:
        row = lookup.row(connection, Target(target.function))
        alias = aliases.find(connection, row.id, params["Name"])
    if alias is None:
        raise errors.alias_not_found(target.arn)
    return _shown(target.function, alias)


async def update_alias(lambda_: Lambda, call: Call, params: Params) -> Params:
    """UpdateAlias"""
    target = Target(names.target(call, params).function, params["Name"])

    def work(connection: sqlite3.Connection) -> Alias:
        row = lookup.row(connection, Target(target.function))
        before = aliases.find(connection, row.id, params["Name"])
        if before is None:
            # test_non_existent_alias_update
            raise errors.NOT_FOUND(f"Alias not found: {target.arn}")
        wanted = params.get("RevisionId")
        if wanted and wanted != before.revision:
            raise errors.revision(errors.REVISION_OF_FUNCTION)
        after = _changed(before, params, lambda_.ids())
        _check_weights(after)
        _check_versions(connection, row, after)
        aliases.save(connection, row.id, after)
        return after

    return _shown(target.function, await lambda_.change(target.function, work))


def _changed(before: Alias, params: Params, revision: str) -> Alias:
    description = params.get("Description")
    return dataclasses.replace(
        before,
        revision=revision,
        version=params.get("FunctionVersion") or before.version,
        description=before.description if description is None else description,
        weights=before.weights if params.get("RoutingConfig") is None else _weights(params),
    )


async def delete_alias(lambda_: Lambda, call: Call, params: Params) -> Params:
    """DeleteAlias; one that is not there is no error: test_non_existent_alias_deletion"""
    function = names.target(call, params).function

    def work(connection: sqlite3.Connection) -> None:
        row = lookup.row(connection, Target(function))
        aliases.delete(connection, row.id, params["Name"])

    await lambda_.change(function, work)
    return {}


def list_aliases(lambda_: Lambda, call: Call, params: Params) -> Params:
    """ListAliases"""
    function = names.target(call, params).function
    most = pages.limit(params, limits.PAGE)
    after, version = pages.after(params), params.get("FunctionVersion")
    with lambda_.db.snapshot() as connection:
        row = lookup.row(connection, Target(function))
        if version:
            found = aliases.of_version(connection, row.id, version)
            found = [alias for alias in found if alias.name > after][: most + 1]
        else:
            found = aliases.page(connection, row.id, after, most + 1)
    return pages.answer(
        "Aliases", found, most, lambda alias: alias.name, lambda alias: _shown(function, alias)
    )


def _weights(params: Params) -> dict[str, float]:
    config = params.get("RoutingConfig") or {}
    return dict(config.get("AdditionalVersionWeights") or {})


def _check_weights(alias: Alias) -> None:
    """test_notfound_and_invalid_routingconfigs"""
    if len(alias.weights) > 1:
        raise errors.INVALID("Number of items in AdditionalVersionWeights cannot be greater than 1")
    if alias.version in alias.weights:
        raise errors.INVALID(
            f"Invalid function version {alias.version}. "
            f"Function version {alias.version} is already included in routing configuration."
        )
    if alias.weights and alias.version == LATEST:
        raise errors.without_blame(
            "$LATEST is not supported for an alias pointing to more than 1 version"
        )


def _check_versions(connection: sqlite3.Connection, row: functions.Row, alias: Alias) -> None:
    for version in (alias.version, *alias.weights):
        if not lookup.has_qualifier(connection, row, version):
            raise errors.function_not_found(f"{row.function.arn}:{version}")


def _shown(function: Function, alias: Alias) -> Params:
    weights = {"AdditionalVersionWeights": dict(alias.weights)} if alias.weights else None
    return {
        "AliasArn": f"{function.arn}:{alias.name}",
        "Name": alias.name,
        "FunctionVersion": alias.version,
        "Description": alias.description,
        "RoutingConfig": weights,
        "RevisionId": alias.revision,
    }
