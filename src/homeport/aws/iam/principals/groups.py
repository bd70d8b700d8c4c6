"""Groups, and the users in them.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateGroup.html
"""

from __future__ import annotations

from homeport.aws.iam import addressing, errors, limits, listing
from homeport.aws.iam.engine import paging
from homeport.aws.iam.engine.entity import BY_KEY, GROUP, USER, Entity
from homeport.aws.iam.iam import Iam
from homeport.aws.iam.policies import attached
from homeport.aws.iam.principals import users
from homeport.aws.iam.store import entities, members
from homeport.aws.iam.store.entities import Connection
from homeport.aws.protocol.call import Call, Params


async def create_group(iam: Iam, call: Call, params: Params) -> Params:
    """CreateGroup"""
    path: str = params.get("Path") or "/"
    new = Entity(GROUP, call.account, params["GroupName"], path, iam.ids(GROUP.prefix), iam.now())
    return {"Group": shown(await iam.write(lambda connection: entities.insert(connection, new)))}


def shown(group: Entity) -> Params:
    """A group as answers have it."""
    return {
        "Path": group.path,
        "GroupName": group.name,
        "GroupId": group.id,
        "Arn": group.arn,
        "CreateDate": group.created_at,
    }


def get_group(iam: Iam, call: Call, params: Params) -> Params:
    """GetGroup: the group and a page of its users."""

    def work(connection: Connection) -> tuple[Entity, list[Entity]]:
        group = addressing.find(connection, call, GROUP, params)
        return group, members.within(connection, group)

    group, within = iam.read(work)
    return {"Group": shown(group)} | paging.sliced("Users", params, within, BY_KEY, users.listed)


def list_groups(iam: Iam, call: Call, params: Params) -> Params:
    """ListGroups"""
    return listing.page(iam, call, params, GROUP, "Groups", lambda _, group: shown(group))


def list_groups_for_user(iam: Iam, call: Call, params: Params) -> Params:
    """ListGroupsForUser"""

    def work(connection: Connection) -> list[Entity]:
        user = addressing.find(connection, call, USER, params)
        return members.around(connection, user)

    return paging.sliced("Groups", params, iam.read(work), BY_KEY, shown)


async def delete_group(iam: Iam, call: Call, params: Params) -> Params:
    """DeleteGroup"""

    def work(connection: Connection) -> None:
        group = addressing.find(connection, call, GROUP, params)
        if members.within(connection, group):
            raise errors.DELETE_CONFLICT(
                "Cannot delete entity, must remove users from group first."
            )
        attached.check_none(connection, group)
        entities.delete(connection, group)

    await iam.write(work)
    return {}


async def add_user_to_group(iam: Iam, call: Call, params: Params) -> Params:
    """AddUserToGroup: one that is in it already stays."""

    def work(connection: Connection) -> None:
        group = addressing.find(connection, call, GROUP, params)
        user = addressing.find(connection, call, USER, params)
        others = [each for each in members.around(connection, user) if each != group]
        if len(others) >= limits.GROUPS_PER_USER:
            raise errors.quota("GroupsPerUser", limits.GROUPS_PER_USER)
        members.add(connection, group, user)

    await iam.write(work)
    return {}


async def remove_user_from_group(iam: Iam, call: Call, params: Params) -> Params:
    """RemoveUserFromGroup: one that is not in it does not matter."""

    def work(connection: Connection) -> None:
        group = addressing.find(connection, call, GROUP, params)
        user = addressing.find(connection, call, USER, params)
        members.remove(connection, group, user)

    await iam.write(work)
    return {}
