"""Managed policies attached to roles, users and groups.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_AttachRolePolicy.html
Every name of a policy of AWS can be attached; one of a well-known policy only with its own path.
"""

from __future__ import annotations

from homeport.aws.iam import addressing, errors, limits
from homeport.aws.iam.engine import entity, paging
from homeport.aws.iam.engine.entity import Entity, Kind
from homeport.aws.iam.iam import Iam
from homeport.aws.iam.policies import managed
from homeport.aws.iam.store import attachments, documents, entities
from homeport.aws.iam.store.entities import Connection
from homeport.aws.protocol.call import Call, Params

_KINDS = {
    entity.ROLE: ("PolicyRoles", "RoleId"),
    entity.USER: ("PolicyUsers", "UserId"),
    entity.GROUP: ("PolicyGroups", "GroupId"),
}


async def attach(kind: Kind, iam: Iam, call: Call, params: Params) -> Params:
    """AttachRolePolicy, AttachUserPolicy, AttachGroupPolicy"""
    arn = params["PolicyArn"]

    def work(connection: Connection) -> None:
        holder = addressing.find_own(connection, call, kind, params)
        if not addressing.is_attachable(connection, call, arn):
            raise errors.not_attachable(arn)
        others = [each for each in attachments.of(connection, holder) if each != arn]
        if len(others) >= limits.ATTACHED_POLICIES:
            raise errors.quota(f"PoliciesPer{kind.name.capitalize()}", limits.ATTACHED_POLICIES)
        attachments.add(connection, holder, arn)

    addressing.check_arn(arn)
    await iam.write(work)
    return {}


async def detach(kind: Kind, iam: Iam, call: Call, params: Params) -> Params:
    """DetachRolePolicy, DetachUserPolicy, DetachGroupPolicy"""
    arn = params["PolicyArn"]

    def work(connection: Connection) -> None:
        holder = addressing.find_own(connection, call, kind, params)
        if not attachments.remove(connection, holder, arn):
            raise errors.policy_not_found(arn)

    addressing.check_arn(arn)
    await iam.write(work)
    return {}


def list_(kind: Kind, iam: Iam, call: Call, params: Params) -> Params:
    """ListAttachedRolePolicies, ListAttachedUserPolicies, ListAttachedGroupPolicies"""
    prefix = params.get("PathPrefix") or "/"

    def work(connection: Connection) -> list[Params]:
        return shown(connection, addressing.find(connection, call, kind, params))

    found = [each for each in iam.read(work) if _path(each["PolicyArn"]).startswith(prefix)]
    return paging.sliced("AttachedPolicies", params, found, _key, dict)


def shown(connection: Connection, holder: Entity) -> list[Params]:
    """The attached policies of somebody, as answers have them."""
    arns = attachments.of(connection, holder)
    return [{"PolicyName": arn.rpartition("/")[2], "PolicyArn": arn} for arn in arns]


def check_none(connection: Connection, holder: Entity) -> None:
    """Raises for who is to be deleted and still has policies."""
    if attachments.of(connection, holder):
        raise errors.DELETE_CONFLICT("Cannot delete entity, must detach all policies first.")
    if documents.inline(connection, holder):
        raise errors.DELETE_CONFLICT("Cannot delete entity, must delete policies first.")


def _path(arn: str) -> str:
    return "/" + arn.partition("/")[2]


def _key(policy: Params) -> str:
    return f"{policy['PolicyName'].lower()} {policy['PolicyArn']}"


def list_entities_for_policy(iam: Iam, call: Call, params: Params) -> Params:
    """ListEntitiesForPolicy: who has a policy, or has it as a boundary."""
    arn, prefix = params["PolicyArn"], params.get("PathPrefix") or "/"
    wanted, usage = params.get("EntityFilter"), params.get("PolicyUsageFilter")

    def work(connection: Connection) -> list[Entity]:
        managed.existing(connection, call, arn)
        found = []
        if usage != "PermissionsBoundary":
            found += attachments.holders(connection, call.account, arn)
        if usage != "PermissionsPolicy":
            found += entities.bounded(connection, call.account, arn)
        return list({each.number: each for each in found}.values())

    kept = [
        each
        for each in iam.read(work)
        if each.path.startswith(prefix) and wanted in (None, each.kind.name.capitalize())
    ]
    page = paging.sliced("all", params, kept, lambda each: f"{each.name.lower()} {each.id}", _same)
    return _by_kind(page.pop("all")) | page


def _same(holder: Entity) -> Entity:
    return holder


def _by_kind(holders: list[Entity]) -> Params:
    answer: Params = {name: [] for name, _ in _KINDS.values()}
    for holder in holders:
        name, id_ = _KINDS[holder.kind]
        answer[name].append({holder.kind.member: holder.name, id_: holder.id})
    return answer
