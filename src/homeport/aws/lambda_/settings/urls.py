"""Function URLs: their configuration. What they answer is the engine's.

https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunctionUrlConfig.html; all texts: test_url_config_exceptions, test_url_config_lifecycle
"""

from __future__ import annotations

import ipaddress
import re
import sqlite3

from homeport.aws.lambda_ import errors, limits
from homeport.aws.lambda_.constraints import names
from homeport.aws.lambda_.constraints.names import Target
from homeport.aws.lambda_.functions import lookup, pages, times
from homeport.aws.lambda_.lambda_ import Lambda
from homeport.aws.lambda_.store import functions, urls
from homeport.aws.lambda_.store.urls import Url
from homeport.aws.protocol.call import Call, Params

_NO_FUNCTION = "Function does not exist"
CUSTOM_ID = "_custom_id_"
"""The tag by which LocalStack lets a URL have an identifier that stays the same; AWS takes it for any other tag."""
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
"""https://www.rfc-editor.org/rfc/rfc1035#section-2.3.1"""


async def create_function_url_config(lambda_: Lambda, call: Call, params: Params) -> Params:
    """CreateFunctionUrlConfig"""
    target = names.target(call, params)
    created = times.created(lambda_.now_ms())
    body = {
        "AuthType": params["AuthType"],
        "Cors": params.get("Cors"),
        "InvokeMode": params.get("InvokeMode"),
        "created": created,
        "modified": created,
    }
    qualifier = target.qualifier or ""

    def work(connection: sqlite3.Connection) -> Url:
        row = _row(connection, target)
        if urls.find(connection, row.id, qualifier) is not None:
            raise errors.CONFLICT(
                f"Failed to create function url config for [functionArn = {target.arn}]. "
                "Error message:  FunctionUrlConfig exists for this Lambda function"
            )
        id_ = _wished(connection, row, qualifier) or lambda_.ids().replace("-", "")
        url = Url(id_, target.function, qualifier, body)
        urls.save(connection, row.id, url)
        return url

    return _base(call, await lambda_.change(target.function, work))


def _wished(connection: sqlite3.Connection, row: functions.Row, qualifier: str) -> str | None:
    """The identifier that a tag of the function asks for, where it can be a label of a host and is free.

    https://docs.localstack.cloud/aws/services/lambda/ (custom IDs for function URLs)
    """
    tag = row.tags.get(CUSTOM_ID)
    wanted = f"{tag}-{qualifier}" if tag and qualifier else tag or ""
    is_free = _LABEL.fullmatch(wanted) and urls.by_id(connection, wanted) is None
    return wanted if is_free else None


def get_function_url_config(lambda_: Lambda, call: Call, params: Params) -> Params:
    """GetFunctionUrlConfig"""
    target = names.target(call, params)
    with lambda_.db.snapshot() as connection:
        row = functions.find(connection, target.function)
        return _shown(call, _found(connection, row, target))


async def update_function_url_config(lambda_: Lambda, call: Call, params: Params) -> Params:
    """UpdateFunctionUrlConfig"""
    target = names.target(call, params)
    given = {name: params[name] for name in ("AuthType", "Cors", "InvokeMode") if params.get(name)}
    modified = times.created(lambda_.now_ms())

    def work(connection: sqlite3.Connection) -> Url:
        row = _row(connection, target)
        before = _found(connection, row, target)
        after = before._replace(body={**before.body, **given, "modified": modified})
        urls.save(connection, row.id, after)
        return after

    url = await lambda_.change(target.function, work)
    return _base(call, url) | {"LastModifiedTime": modified}


async def delete_function_url_config(lambda_: Lambda, call: Call, params: Params) -> Params:
    """DeleteFunctionUrlConfig"""
    target = names.target(call, params)

    def work(connection: sqlite3.Connection) -> None:
        row = functions.find(connection, target.function)
        urls.delete(connection, _found(connection, row, target))

    await lambda_.change(target.function, work)
    return {}


def list_function_url_configs(lambda_: Lambda, call: Call, params: Params) -> Params:
    """ListFunctionUrlConfigs"""
    target = names.target(call, params)
    most = pages.limit(params, limits.PAGE)
    # The function's own has an empty qualifier, which a marker could not be told from none.
    after = pages.after(params).removeprefix("from ")
    with lambda_.db.snapshot() as connection:
        row = _row(connection, Target(target.function))
        found = urls.page(connection, row.id, after, most + 1)
    following = found[most].qualifier if len(found) > most else ""
    return pages.answer(
        "FunctionUrlConfigs",
        found,
        most,
        lambda _: f"from {following}",
        lambda url: _shown(call, url),
    )


def _row(connection: sqlite3.Connection, target: Target) -> functions.Row:
    row = functions.find(connection, target.function)
    if row is None or (
        target.qualifier is not None and not lookup.has_qualifier(connection, row, target.qualifier)
    ):
        raise errors.NOT_FOUND(_NO_FUNCTION)
    return row


def _found(connection: sqlite3.Connection, row: functions.Row | None, target: Target) -> Url:
    url = None if row is None else urls.find(connection, row.id, target.qualifier or "")
    if url is None:
        raise errors.NOT_FOUND()
    return url


def _base(call: Call, url: Url) -> Params:
    return {
        "FunctionUrl": address(call, url),
        "FunctionArn": url.arn,
        "AuthType": url.body["AuthType"],
        "Cors": url.body["Cors"],
        "CreationTime": url.body["created"],
        "InvokeMode": url.body["InvokeMode"],
    }


def _shown(call: Call, url: Url) -> Params:
    return _base(call, url) | {
        "LastModifiedTime": url.body["modified"],
        "InvokeMode": url.body["InvokeMode"] or "BUFFERED",
    }


def address(call: Call, url: Url) -> str:
    """`https://ID.lambda-url.REGION.HOST/`, below the name by which the client has called; an address has no names below it."""
    host, colon, port = call.request.headers.get("host", "localhost").rpartition(":")
    if not colon or not port.isdecimal():
        host, colon, port = f"{host}{colon}{port}", "", ""
    try:
        ipaddress.ip_address(host.strip("[]"))
        host = "localhost"
    except ValueError:
        pass
    return f"{call.request.scheme}://{url.id}.lambda-url.{url.function.region}.{host}{colon}{port}/"
