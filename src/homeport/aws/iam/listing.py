"""ListRoles, ListUsers, ListGroups, ListInstanceProfiles: things of one kind, page by page.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListRoles.html
"""

from __future__ import annotations

from collections.abc import Callable

from homeport.aws.iam.engine import paging
from homeport.aws.iam.engine.entity import BY_KEY, Entity, Kind
from homeport.aws.iam.iam import Iam
from homeport.aws.iam.store import entities
from homeport.aws.iam.store.entities import Connection
from homeport.aws.protocol.call import Call, Params

Show = Callable[[Connection, Entity], Params]


def page(iam: Iam, call: Call, params: Params, kind: Kind, name: str, show: Show) -> Params:
    """A page of the things of a kind, in the order of their names."""
    after, limit = paging.start(params)
    prefix = params.get("PathPrefix") or "/"

    def work(connection: Connection) -> Params:
        found = entities.page(connection, call.account, kind, prefix, after, limit + 1)
        return paging.answer(name, found, limit, BY_KEY, lambda each: show(connection, each))

    return iam.read(work)
