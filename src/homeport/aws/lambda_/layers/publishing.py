"""PublishLayerVersion and DeleteLayerVersion.

https://docs.aws.amazon.com/lambda/latest/api/API_PublishLayerVersion.html
"""

from __future__ import annotations

import sqlite3

from homeport.aws.lambda_.code import package
from homeport.aws.lambda_.functions import publishing, times
from homeport.aws.lambda_.lambda_ import Lambda
from homeport.aws.lambda_.layers import find, reading
from homeport.aws.lambda_.model import Function
from homeport.aws.lambda_.store import files, layers
from homeport.aws.lambda_.store.layers import LayerVersion
from homeport.aws.protocol.call import Call, Params

_KEPT = ("Description", "CompatibleArchitectures", "CompatibleRuntimes", "LicenseInfo")


async def publish_layer_version(lambda_: Lambda, call: Call, params: Params) -> Params:
    """PublishLayerVersion"""
    where = find.own_place(call, params)
    taken = await package.take(lambda_.content, lambda_.objects, call, params["Content"])
    members = {name: params[name] for name in _KEPT if params.get(name) is not None}
    body = {
        "unzipped": taken.unzipped,
        "sha256": taken.sha256,
        "created": times.modified(lambda_.now_ms()),
        "members": {"Description": "", **members},
    }

    def work(connection: sqlite3.Connection) -> LayerVersion:
        layer, number = layers.next_number(connection, where)
        version = LayerVersion(where, number, taken.file, taken.size, body)
        files.add(connection, taken.file, taken.size)
        layers.save(connection, layer, version)
        publishing.check_code_storage(connection, Function(where.account, where.region, ""))
        return version

    version = await lambda_.write(work, taken)
    return reading.shown(lambda_, call, version)


async def delete_layer_version(lambda_: Lambda, call: Call, params: Params) -> Params:
    """DeleteLayerVersion; one that is not there is no error. Functions that use it keep it."""
    where, number = find.own_place(call, params), find.number(params)

    def work(connection: sqlite3.Connection) -> tuple[None, list[str]]:
        version = layers.find(connection, where, number)
        if version is None:
            return None, []
        layers.delete(connection, version)
        return None, files.drop_unused(connection, [version.file])

    await lambda_.replace(None, work)
    return {}
