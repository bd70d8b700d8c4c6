"""Roles: create, get, list, update, delete.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html
Which members an answer has is as recorded, see `homeport.aws.iam.errors`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from homeport.aws.iam import addressing, errors, limits, listing
from homeport.aws.iam.engine import documents, tags
from homeport.aws.iam.engine.entity import ROLE, SERVICE_PATH, Entity, Kind
from homeport.aws.iam.iam import Iam
from homeport.aws.iam.policies import attached
from homeport.aws.iam.principals import boundaries
from homeport.aws.iam.store import entities, members
from homeport.aws.iam.store.entities import Connection
from homeport.aws.protocol.call import Call, Params

TRUST = "AssumeRolePolicyDocument"
DESCRIPTION = "Description"
DURATION = "MaxSessionDuration"

Find = Callable[[Connection, Call, Kind, Params], Entity]


async def create_role(iam: Iam, call: Call, params: Params) -> Params:
    """CreateRole"""
    path: str = params.get("Path") or "/"
    if path.startswith(SERVICE_PATH):
        # The text was not recorded.
        raise errors.VALIDATION(
            "Operation is not permitted on roles with the prefix /aws-service-role/."
        )
    _check_trust(params[TRUST])
    settings = {name: params[name] for name in (TRUST, DESCRIPTION, DURATION) if params.get(name)}
    chosen = tags.checked(params.get("Tags") or [])
    name, id_, now = params["RoleName"], iam.ids(ROLE.prefix), iam.now()

    def work(connection: Connection) -> Entity:
        bounded = boundaries.settings(connection, call, params)
        role = Entity(ROLE, call.account, name, path, id_, now, settings | bounded, chosen)
        return entities.insert(connection, role)

    return {"Role": created(await iam.write(work))}


def _check_trust(document: str) -> None:
    documents.check_trust(document)
    if documents.size(document) > limits.TRUST_POLICY_CHARACTERS:
        raise errors.quota("ACLSizePerRole", limits.TRUST_POLICY_CHARACTERS)


def base(role: Entity) -> Params:
    """What all answers tell of a role."""
    answer: Params = {
        "Path": role.path,
        "RoleName": role.name,
        "RoleId": role.id,
        "Arn": role.arn,
        "CreateDate": role.created_at,
        TRUST: documents.shown(role.settings[TRUST]),
    }
    if DESCRIPTION in role.settings:
        answer[DESCRIPTION] = role.settings[DESCRIPTION]
    return answer


def created(role: Entity) -> Params:
    """What a new role is answered with: neither its session duration nor its last use."""
    return base(role) | boundaries.shown(role) | role.tags_if_any


def listed(role: Entity) -> Params:
    """What lists tell: neither boundary, nor tags, nor last use."""
    return base(role) | {DURATION: role.settings.get(DURATION, limits.SESSION_DURATION_S)}


def full(role: Entity) -> Params:
    """All that is known of a role. Nothing is noted of its use, as of a role that was never used."""
    return created(role) | listed(role) | {"RoleLastUsed": {}}


def get_role(iam: Iam, call: Call, params: Params) -> Params:
    """GetRole"""
    return {
        "Role": full(iam.read(lambda connection: addressing.find(connection, call, ROLE, params)))
    }


def list_roles(iam: Iam, call: Call, params: Params) -> Params:
    """ListRoles"""
    return listing.page(iam, call, params, ROLE, "Roles", lambda _, role: listed(role))


async def update_role(iam: Iam, call: Call, params: Params) -> Params:
    """UpdateRole: what is not named goes back to its default, as on AWS for the session duration.

    A role that is linked to a service takes it too, which is how Terraform describes one:
    https://github.com/hashicorp/terraform-provider-aws/blob/main/website/docs/r/iam_service_linked_role.html.markdown
    """
    changed = {DURATION: params.get(DURATION) or limits.SESSION_DURATION_S}
    if params.get(DESCRIPTION) is not None:
        changed[DESCRIPTION] = params[DESCRIPTION]
    await _change(iam, call, params, changed)
    return {}


async def update_role_description(iam: Iam, call: Call, params: Params) -> Params:
    """UpdateRoleDescription"""
    role = await _change(iam, call, params, {DESCRIPTION: params[DESCRIPTION]})
    return {"Role": listed(role)}


async def update_assume_role_policy(iam: Iam, call: Call, params: Params) -> Params:
    """UpdateAssumeRolePolicy"""
    _check_trust(params["PolicyDocument"])
    find = addressing.find_own
    await _change(iam, call, params, {TRUST: params["PolicyDocument"]}, find)
    return {}


async def _change(
    iam: Iam, call: Call, params: Params, changed: Params, find: Find = addressing.find
) -> Entity:
    def work(connection: Connection) -> Entity:
        role = find(connection, call, ROLE, params)
        settings = {name: value for name, value in (role.settings | changed).items() if value != ""}
        after = dataclasses.replace(role, settings=settings)
        entities.save(connection, after)
        return after

    return await iam.write(work)


async def delete_role(iam: Iam, call: Call, params: Params) -> Params:
    """DeleteRole"""

    def work(connection: Connection) -> None:
        role = addressing.find_own(connection, call, ROLE, params)
        if members.around(connection, role):
            raise errors.DELETE_CONFLICT(
                "Cannot delete entity, must remove roles from instance profile first."
            )
        attached.check_none(connection, role)
        entities.delete(connection, role)

    await iam.write(work)
    return {}
