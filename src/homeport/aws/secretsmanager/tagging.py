"""TagResource, UntagResource.

https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_TagResource.html
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

from homeport.aws.protocol.call import Call, Params
from homeport.aws.secretsmanager import errors, limits
from homeport.aws.secretsmanager.secretsmanager import SecretsManager
from homeport.aws.secretsmanager.store import secrets
from homeport.aws.secretsmanager.store.secrets import Connection

Tags = dict[str, str]


def of_list(listed: list[dict[str, Any]]) -> Tags:
    """Tags of a list. Raises for those that are none. The texts are not recorded."""
    tags: Tags = {}
    for each in listed:
        key = each.get("Key") or ""
        if not key or key.lower().startswith("aws:"):
            raise errors.INVALID_PARAMETER(f"The tag key {key!r} is not allowed.")
        tags[key] = each.get("Value") or ""
    _check(tags)
    return tags


def _check(tags: Tags) -> None:
    if len(tags) > limits.TAGS:
        raise errors.INVALID_PARAMETER(f"A secret can have no more than {limits.TAGS} tags.")


async def tag_resource(manager: SecretsManager, call: Call, params: Params) -> Params:
    """TagResource"""
    added = of_list(params["Tags"])
    return await _change(manager, call, params, lambda before: before | added)


async def untag_resource(manager: SecretsManager, call: Call, params: Params) -> Params:
    """UntagResource"""
    gone = set(params["TagKeys"])
    return await _change(
        manager, call, params, lambda before: {k: v for k, v in before.items() if k not in gone}
    )


async def _change(
    manager: SecretsManager, call: Call, params: Params, change: Callable[[Tags], Tags]
) -> Params:
    address = manager.address(call, params["SecretId"])

    def work(connection: Connection) -> None:
        secret = manager.usable(secrets.reader(connection), address)
        tags = change(secret.tags or {})
        _check(tags)
        secrets.save(connection, dataclasses.replace(secret, tags=tags))

    await manager.write(work)
    return {}
