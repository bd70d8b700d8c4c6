"""TagRole, UntagRole, ListRoleTags, and the same of all other kinds that have tags.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_TagRole.html
"""

from __future__ import annotations

import dataclasses

from homeport.aws.iam import addressing
from homeport.aws.iam.engine import paging, tags
from homeport.aws.iam.engine.entity import Kind
from homeport.aws.iam.iam import Iam
from homeport.aws.iam.store import entities
from homeport.aws.iam.store.entities import Connection
from homeport.aws.protocol.call import Call, Params


async def tag(kind: Kind, iam: Iam, call: Call, params: Params) -> Params:
    """Tag..."""
    more = tags.checked(params["Tags"])

    def work(connection: Connection) -> None:
        found = addressing.find(connection, call, kind, params)
        after = dataclasses.replace(found, tags=tags.added(found.tags, more))
        entities.save(connection, after)

    await iam.write(work)
    return {}


async def untag(kind: Kind, iam: Iam, call: Call, params: Params) -> Params:
    """Untag..."""

    def work(connection: Connection) -> None:
        found = addressing.find(connection, call, kind, params)
        after = dataclasses.replace(found, tags=tags.without(found.tags, params["TagKeys"]))
        entities.save(connection, after)

    await iam.write(work)
    return {}


def list_tags(kind: Kind, iam: Iam, call: Call, params: Params) -> Params:
    """List...Tags"""
    found = iam.read(lambda connection: addressing.find(connection, call, kind, params))
    return paging.sliced("Tags", params, found.tag_list, lambda tag: tag["Key"], dict)
