"""Permissions boundaries of roles and users, which are kept and limit nothing.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePermissionsBoundary.html
"""

from __future__ import annotations

import dataclasses

from homeport.aws.iam import addressing, errors
from homeport.aws.iam.engine import entity
from homeport.aws.iam.engine.entity import Entity, Kind
from homeport.aws.iam.iam import Iam
from homeport.aws.iam.store import entities
from homeport.aws.iam.store.entities import Connection
from homeport.aws.protocol.call import Call, Params

SETTING = "PermissionsBoundary"


def settings(connection: Connection, call: Call, params: Params) -> Params:
    """The boundary that a call asks for, as a setting. Raises where it can be none."""
    arn = params.get(SETTING)
    if not arn:
        return {}
    if ":policy/" not in arn or not arn.startswith("arn:"):
        raise errors.VALIDATION(f"Value ({arn}) for parameter PermissionsBoundary is invalid.")
    if not addressing.is_attachable(connection, call, arn):
        raise errors.NO_SUCH_ENTITY(f"Scope ARN: {arn} does not exist or is not attachable.")
    return {SETTING: arn}


def shown(holder: Entity) -> Params:
    """The boundary as answers have it."""
    arn = holder.settings.get(SETTING)
    if arn is None:
        return {}
    return {
        SETTING: {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": arn},
    }


async def put(kind: Kind, iam: Iam, call: Call, params: Params) -> Params:
    """PutRolePermissionsBoundary, PutUserPermissionsBoundary"""

    def work(connection: Connection) -> None:
        holder = addressing.find_own(connection, call, kind, params)
        after = holder.settings | settings(connection, call, params)
        entities.save(connection, dataclasses.replace(holder, settings=after))

    await iam.write(work)
    return {}


async def delete(kind: Kind, iam: Iam, call: Call, params: Params) -> Params:
    """DeleteRolePermissionsBoundary, DeleteUserPermissionsBoundary"""

    def work(connection: Connection) -> None:
        holder = addressing.find_own(connection, call, kind, params)
        if SETTING not in holder.settings:
            # The text was not recorded.
            noun = "role" if kind is entity.ROLE else "user"
            raise errors.NO_SUCH_ENTITY(
                f"The permissions boundary of {noun} {holder.name} cannot be found."
            )
        after = {name: value for name, value in holder.settings.items() if name != SETTING}
        entities.save(connection, dataclasses.replace(holder, settings=after))

    await iam.write(work)
    return {}
