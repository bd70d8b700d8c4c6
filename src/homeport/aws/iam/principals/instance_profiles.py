"""Instance profiles, and the role in each.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateInstanceProfile.html
"""

from __future__ import annotations

from homeport.aws.iam import addressing, errors, limits, listing
from homeport.aws.iam.engine import paging, tags
from homeport.aws.iam.engine.entity import INSTANCE_PROFILE, ROLE, Entity
from homeport.aws.iam.iam import Iam
from homeport.aws.iam.principals import roles
from homeport.aws.iam.store import entities, members
from homeport.aws.iam.store.entities import Connection
from homeport.aws.protocol.call import Call, Params


async def create_instance_profile(iam: Iam, call: Call, params: Params) -> Params:
    """CreateInstanceProfile"""
    path: str = params.get("Path") or "/"
    chosen = tags.checked(params.get("Tags") or [])
    name, id_ = params["InstanceProfileName"], iam.ids(INSTANCE_PROFILE.prefix)
    new = Entity(INSTANCE_PROFILE, call.account, name, path, id_, iam.now(), {}, chosen)
    profile = await iam.write(lambda connection: entities.insert(connection, new))
    return {"InstanceProfile": _base(profile, []) | profile.tags_if_any}


def _base(profile: Entity, within: list[Entity]) -> Params:
    return {
        "Path": profile.path,
        "InstanceProfileName": profile.name,
        "InstanceProfileId": profile.id,
        "Arn": profile.arn,
        "CreateDate": profile.created_at,
        "Roles": [roles.base(role) for role in within],
    }


def shown(connection: Connection, profile: Entity) -> Params:
    """What lists tell of an instance profile."""
    return _base(profile, members.within(connection, profile))


def get_instance_profile(iam: Iam, call: Call, params: Params) -> Params:
    """GetInstanceProfile"""

    def work(connection: Connection) -> Params:
        profile = addressing.find(connection, call, INSTANCE_PROFILE, params)
        return shown(connection, profile) | profile.tags_if_any

    return {"InstanceProfile": iam.read(work)}


def list_instance_profiles(iam: Iam, call: Call, params: Params) -> Params:
    """ListInstanceProfiles"""
    return listing.page(iam, call, params, INSTANCE_PROFILE, "InstanceProfiles", shown)


def _key(profile: Params) -> str:
    return str(profile["InstanceProfileName"]).lower()


def list_instance_profiles_for_role(iam: Iam, call: Call, params: Params) -> Params:
    """ListInstanceProfilesForRole"""

    def work(connection: Connection) -> list[Params]:
        role = addressing.find(connection, call, ROLE, params)
        return [shown(connection, profile) for profile in members.around(connection, role)]

    return paging.sliced("InstanceProfiles", params, iam.read(work), _key, dict)


async def add_role_to_instance_profile(iam: Iam, call: Call, params: Params) -> Params:
    """AddRoleToInstanceProfile"""

    def work(connection: Connection) -> None:
        profile = addressing.find(connection, call, INSTANCE_PROFILE, params)
        role = addressing.find_own(connection, call, ROLE, params)
        if members.within(connection, profile):
            limit = limits.ROLES_PER_INSTANCE_PROFILE
            raise errors.quota("InstanceSessionsPerInstanceProfile", limit)
        members.add(connection, profile, role)

    await iam.write(work)
    return {}


async def remove_role_from_instance_profile(iam: Iam, call: Call, params: Params) -> Params:
    """RemoveRoleFromInstanceProfile"""

    def work(connection: Connection) -> None:
        profile = addressing.find(connection, call, INSTANCE_PROFILE, params)
        role = addressing.find(connection, call, ROLE, params)
        if not members.remove(connection, profile, role):
            raise ROLE.not_found(role.name)

    await iam.write(work)
    return {}


async def delete_instance_profile(iam: Iam, call: Call, params: Params) -> Params:
    """DeleteInstanceProfile"""

    def work(connection: Connection) -> None:
        profile = addressing.find(connection, call, INSTANCE_PROFILE, params)
        if members.within(connection, profile):
            raise errors.DELETE_CONFLICT(
                "Cannot delete entity, must remove roles from instance profile first."
            )
        entities.delete(connection, profile)

    await iam.write(work)
    return {}
