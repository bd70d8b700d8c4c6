"""UpdateUser, UpdateGroup: another name, another path.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateUser.html
"""

from __future__ import annotations

import dataclasses

from homeport.aws.iam import addressing
from homeport.aws.iam.engine.entity import Kind
from homeport.aws.iam.iam import Iam
from homeport.aws.iam.store import entities
from homeport.aws.iam.store.entities import Connection
from homeport.aws.protocol.call import Call, Params


async def update(kind: Kind, iam: Iam, call: Call, params: Params) -> Params:
    """UpdateUser, UpdateGroup"""

    def work(connection: Connection) -> None:
        before = addressing.find(connection, call, kind, params)
        name = params.get(f"New{kind.member}") or before.name
        path = params.get("NewPath") or before.path
        entities.save(connection, dataclasses.replace(before, name=name, path=path))

    await iam.write(work)
    return {}
