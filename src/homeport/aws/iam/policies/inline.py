"""Inline policies of roles, users and groups: put, get, list, delete.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html
"""

from __future__ import annotations

from homeport.aws.iam import addressing, errors, limits
from homeport.aws.iam.engine import documents, entity, paging
from homeport.aws.iam.engine.entity import Kind
from homeport.aws.iam.iam import Iam
from homeport.aws.iam.store import documents as store
from homeport.aws.iam.store.documents import Inline
from homeport.aws.iam.store.entities import Connection
from homeport.aws.protocol.call import AwsError, Call, Params

_LIMITS = {
    entity.ROLE: limits.ROLE_POLICY_CHARACTERS,
    entity.USER: limits.USER_POLICY_CHARACTERS,
    entity.GROUP: limits.GROUP_POLICY_CHARACTERS,
}


async def put(kind: Kind, iam: Iam, call: Call, params: Params) -> Params:
    """PutRolePolicy, PutUserPolicy, PutGroupPolicy"""
    document = params["PolicyDocument"]
    documents.check_inline(document)
    policy = Inline(params["PolicyName"], document, documents.size(document))

    def work(connection: Connection) -> None:
        holder = addressing.find_own(connection, call, kind, params)
        there = store.inline(connection, holder)
        others = [each for each in there if each.name.lower() != policy.name.lower()]
        if sum(each.size for each in others) + policy.size > _LIMITS[kind]:
            raise errors.LIMIT_EXCEEDED(
                f"Maximum policy size of {_LIMITS[kind]} bytes exceeded for {kind.name} {holder.name}"
            )
        store.put_inline(connection, holder, policy)

    await iam.write(work)
    return {}


def get(kind: Kind, iam: Iam, call: Call, params: Params) -> Params:
    """GetRolePolicy, GetUserPolicy, GetGroupPolicy"""
    wanted: str = params["PolicyName"]

    def work(connection: Connection) -> Params:
        holder = addressing.find(connection, call, kind, params)
        for policy in store.inline(connection, holder):
            if policy.name.lower() == wanted.lower():
                shown = documents.shown(policy.document)
                named = {kind.member: holder.name}
                return named | {"PolicyName": policy.name, "PolicyDocument": shown}
        raise _not_found(kind, wanted)

    return iam.read(work)


def _not_found(kind: Kind, name: str) -> AwsError:
    return errors.NO_SUCH_ENTITY(f"The {kind.name} policy with name {name} cannot be found.")


def list_(kind: Kind, iam: Iam, call: Call, params: Params) -> Params:
    """ListRolePolicies, ListUserPolicies, ListGroupPolicies"""

    def work(connection: Connection) -> list[str]:
        holder = addressing.find(connection, call, kind, params)
        return [policy.name for policy in store.inline(connection, holder)]

    return paging.sliced("PolicyNames", params, iam.read(work), str.lower, str)


async def delete(kind: Kind, iam: Iam, call: Call, params: Params) -> Params:
    """DeleteRolePolicy, DeleteUserPolicy, DeleteGroupPolicy"""
    name: str = params["PolicyName"]

    def work(connection: Connection) -> None:
        holder = addressing.find_own(connection, call, kind, params)
        if not store.delete_inline(connection, holder, name):
            raise _not_found(kind, name)

    await iam.write(work)
    return {}
