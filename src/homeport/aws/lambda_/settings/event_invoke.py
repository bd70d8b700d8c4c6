"""How asynchronous events are retried and where they go: the event invoke configs of functions and qualifiers.

https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionEventInvokeConfig.html; all texts: test_lambda_eventinvokeconfig_exceptions
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Any

from homeport.aws.lambda_ import errors, limits
from homeport.aws.lambda_.constraints import names
from homeport.aws.lambda_.constraints.names import Target
from homeport.aws.lambda_.functions import lookup, pages
from homeport.aws.lambda_.lambda_ import Lambda
from homeport.aws.lambda_.store import functions, settings
from homeport.aws.protocol.call import Call, Params

_GIVEN = ("MaximumRetryAttempts", "MaximumEventAgeInSeconds", "DestinationConfig")
_NO_FUNCTION = "The function doesn't exist."
_SUCCESS = ("events", "lambda", "s3", "sns", "sqs")
"""Services that events may go to; S3 only those that failed, which is not told apart in AWS's texts:
https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html"""


async def put_function_event_invoke_config(lambda_: Lambda, call: Call, params: Params) -> Params:
    """PutFunctionEventInvokeConfig"""
    return await _set(lambda_, call, params, lambda _: {})


async def update_function_event_invoke_config(
    lambda_: Lambda, call: Call, params: Params
) -> Params:
    """UpdateFunctionEventInvokeConfig"""
    target = names.target(call, params)

    def base(before: Any) -> Params:
        if before is None:
            raise _none(target)
        return dict(before)

    return await _set(lambda_, call, params, base)


async def _set(
    lambda_: Lambda, call: Call, params: Params, base: Callable[[Any], Params]
) -> Params:
    """Lays what is given over what `base` makes of what there is."""
    target = names.target(call, params)
    given = {name: params[name] for name in _GIVEN if params.get(name) is not None}
    now = lambda_.now_ms()

    def work(connection: sqlite3.Connection) -> Params:
        row = functions.find(connection, target.function)
        if row is None or not lookup.has_qualifier(connection, row, target.effective):
            raise errors.NOT_FOUND(_NO_FUNCTION)
        if not given:
            raise errors.INVALID(
                "You must specify at least one of error handling or destination setting."
            )
        before = settings.find(connection, row.id, settings.EVENT, target.effective)
        after = {**base(before), **given, "modified_ms": now}
        _check_destinations(connection, target, given.get("DestinationConfig") or {})
        settings.save(connection, row.id, settings.EVENT, target.effective, after)
        return after

    return _shown(target, target.effective, await lambda_.change(target.function, work))


def get_function_event_invoke_config(lambda_: Lambda, call: Call, params: Params) -> Params:
    """GetFunctionEventInvokeConfig"""
    target = names.target(call, params)
    with lambda_.db.snapshot() as connection:
        row = functions.find(connection, target.function)
        body = row and settings.find(connection, row.id, settings.EVENT, target.effective)
    if not body:
        raise _none(target)
    return _shown(target, target.effective, body)


async def delete_function_event_invoke_config(
    lambda_: Lambda, call: Call, params: Params
) -> Params:
    """DeleteFunctionEventInvokeConfig"""
    target = names.target(call, params)

    def work(connection: sqlite3.Connection) -> None:
        row = functions.find(connection, target.function)
        if row is None or not settings.delete(connection, row.id, settings.EVENT, target.effective):
            raise _none(target)

    await lambda_.change(target.function, work)
    return {}


def list_function_event_invoke_configs(lambda_: Lambda, call: Call, params: Params) -> Params:
    """ListFunctionEventInvokeConfigs"""
    target = names.target(call, params)
    most = pages.limit(params, limits.PAGE)
    after = pages.after(params)
    with lambda_.db.snapshot() as connection:
        row = functions.find(connection, target.function)
        if row is None:
            raise errors.NOT_FOUND(_NO_FUNCTION)
        found = settings.page(connection, row.id, settings.EVENT, after, most + 1)
    return pages.answer(
        "FunctionEventInvokeConfigs",
        found,
        most,
        lambda each: each[0],
        lambda each: _shown(target, *each),
    )


def _none(target: Target) -> Exception:
    arn = target.qualified(target.effective)
    return errors.NOT_FOUND(f"The function {arn} doesn't have an EventInvokeConfig")


def _check_destinations(connection: sqlite3.Connection, target: Target, config: Params) -> None:
    for name in ("OnSuccess", "OnFailure"):
        arn = (config.get(name) or {}).get("Destination") or ""
        if arn:
            _check_destination(connection, target, config, arn)


def _check_destination(
    connection: sqlite3.Connection, target: Target, config: Params, arn: str
) -> None:
    parts = arn.split(":")
    if parts[2:3] != ["lambda"]:
        if parts[2:3] and parts[2] in _SUCCESS:
            return
        shown = ", ".join(_written(config, name) for name in ("OnSuccess", "OnFailure"))
        raise errors.INVALID(
            f"The provided destination config DestinationConfig({shown}) is invalid."
        )
    found = names.parse(":".join(parts[6:]) or "-", parts[4], parts[3])
    if found.function == target.function:
        raise errors.INVALID("You can't specify the function as a destination for itself.")
    if functions.find(connection, found.function) is None:
        raise errors.INVALID(f"The destination ARN {arn} is invalid.")


def _written(config: Params, name: str) -> str:
    member = f"{name[0].lower()}{name[1:]}"
    given = config.get(name)
    if given is None:
        return f"{member}=null"
    return f"{member}={name}(destination={given.get('Destination', 'null')})"


def _shown(target: Target, qualifier: str, body: Params) -> Params:
    config = body.get("DestinationConfig") or {}
    return {
        "LastModified": body["modified_ms"] / 1000,
        "FunctionArn": target.qualified(qualifier),
        "MaximumRetryAttempts": body.get("MaximumRetryAttempts"),
        "MaximumEventAgeInSeconds": body.get("MaximumEventAgeInSeconds"),
        "DestinationConfig": {
            "OnSuccess": config.get("OnSuccess") or {},
            "OnFailure": config.get("OnFailure") or {},
        },
    }
