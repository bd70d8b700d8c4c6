"""GetAccountAuthorizationDetails: all users, groups, roles and policies with what belongs to them, page by page.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html
"""

from __future__ import annotations

from homeport.aws.iam.engine import documents, entity, managed, paging
from homeport.aws.iam.engine.entity import Entity
from homeport.aws.iam.iam import Iam
from homeport.aws.iam.policies import attached, versions
from homeport.aws.iam.policies import managed as policies
from homeport.aws.iam.principals import boundaries, groups, instance_profiles, roles, users
from homeport.aws.iam.store import attachments, entities, members
from homeport.aws.iam.store import documents as store
from homeport.aws.iam.store.entities import Connection
from homeport.aws.protocol.call import Call, Params

_LISTS = {
    entity.USER: ("User", "UserDetailList", "UserPolicyList"),
    entity.GROUP: ("Group", "GroupDetailList", "GroupPolicyList"),
    entity.ROLE: ("Role", "RoleDetailList", "RolePolicyList"),
    entity.POLICY: ("LocalManagedPolicy", "Policies", ""),
}
"""The word of the filter, the list of the answer, and that of inline policies in it."""
_OF_AWS = "AWSManagedPolicy"


def get_account_authorization_details(iam: Iam, call: Call, params: Params) -> Params:
    """GetAccountAuthorizationDetails"""
    after, limit = paging.start(params)
    wanted = params.get("Filter") or [_OF_AWS, *(word for word, _, _ in _LISTS.values())]

    def work(connection: Connection) -> list[tuple[str, Entity]]:
        found: list[tuple[str, Entity]] = []
        for number, (kind, (word, _, _)) in enumerate(_LISTS.items()):
            left = limit + 1 - len(found)
            if word in wanted and left and str(number) >= after[:1]:
                behind = after[2:] if after.startswith(f"{number} ") else ""
                page = entities.page(connection, call.account, kind, "/", behind, left)
                found += [(f"{number} {each.key}", each) for each in page]
        if _OF_AWS in wanted:
            arns = attachments.managed_by_aws(connection, call.account)
            found += [(f"4 {arn}", managed.policy(arn)) for arn in arns if f"4 {arn}" > after]
        return found[: limit + 1]

    def details(connection: Connection) -> Params:
        page = paging.answer(
            "all", work(connection), limit, lambda each: each[0], lambda each: each[1]
        )
        answer: Params = {name: [] for _, name, _ in _LISTS.values()}
        for each in page.pop("all"):
            answer[_LISTS[each.kind][1]].append(_shown(connection, call, each))
        return answer | page

    return iam.read(details)


def _shown(connection: Connection, call: Call, each: Entity) -> Params:
    if each.kind is entity.POLICY:
        return _policy(connection, call, each)
    inline = [
        {"PolicyName": policy.name, "PolicyDocument": documents.shown(policy.document)}
        for policy in store.inline(connection, each)
    ]
    answer: Params = {
        _LISTS[each.kind][2]: inline,
        "AttachedManagedPolicies": attached.shown(connection, each),
    }
    return answer | _OWN[each.kind](connection, each)


def _user(connection: Connection, user: Entity) -> Params:
    names = [group.name for group in members.around(connection, user)]
    return users.listed(user) | boundaries.shown(user) | {"GroupList": names, "Tags": user.tag_list}


def _group(_connection: Connection, group: Entity) -> Params:
    return groups.shown(group)


def _role(connection: Connection, role: Entity) -> Params:
    profiles = [
        instance_profiles.shown(connection, profile) for profile in members.around(connection, role)
    ]
    shown = roles.base(role) | boundaries.shown(role)
    shown.pop(roles.DESCRIPTION, None)
    return shown | {
        "InstanceProfileList": profiles,
        "RoleLastUsed": {},
        "Tags": role.tag_list,
    }


_OWN = {entity.USER: _user, entity.GROUP: _group, entity.ROLE: _role}


def _policy(connection: Connection, call: Call, policy: Entity) -> Params:
    answer = policies.shown(connection, call.account, policy)
    answer["PolicyVersionList"] = [
        versions.shown(policy, version) | {"Document": documents.shown(version.document)}
        for version in versions.versions(connection, policy)
    ]
    return answer
