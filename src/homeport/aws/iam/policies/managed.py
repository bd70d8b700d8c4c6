"""Managed policies: create, get, list, delete.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicy.html
Which members an answer has is as recorded, see `homeport.aws.iam.errors`.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable

from homeport.aws.iam import addressing, errors, limits
from homeport.aws.iam.engine import documents, entity, managed, names, paging, tags
from homeport.aws.iam.engine.entity import POLICY, Entity
from homeport.aws.iam.iam import Iam
from homeport.aws.iam.store import attachments, entities
from homeport.aws.iam.store import documents as versions
from homeport.aws.iam.store.entities import Connection
from homeport.aws.protocol.call import Call, Params

DEFAULT = "DefaultVersion"
"""The number of the version that counts, as a setting."""
LATEST = "LatestVersion"
"""Numbers are not used again."""
UPDATED = "UpdateDate"


async def create_policy(iam: Iam, call: Call, params: Params) -> Params:
    """CreatePolicy"""
    name, path, document = params["PolicyName"], params.get("Path") or "/", params["PolicyDocument"]
    names.check_policy_path(path)
    check_document(document)
    chosen = tags.checked(params.get("Tags") or [])
    settings: Params = {DEFAULT: 1, LATEST: 1}
    if params.get("Description"):
        settings["Description"] = params["Description"]
    new = Entity(
        POLICY, call.account, name, path, iam.ids(POLICY.prefix), iam.now(), settings, chosen
    )

    def work(connection: Connection) -> Entity:
        policy = entities.insert(connection, new)
        first = versions.Version(1, document, policy.created_at)
        versions.add_version(connection, policy, first)
        return policy

    policy = await iam.write(work)
    return {"Policy": _base(policy, 0, 0) | policy.tags_if_any}


def check_document(document: str) -> None:
    """Raises where this can be no managed policy."""
    documents.check_managed(document)
    if documents.size(document) > limits.MANAGED_POLICY_CHARACTERS:
        raise errors.quota("PolicySize", limits.MANAGED_POLICY_CHARACTERS)


def _base(policy: Entity, attached: int, bounding: int) -> Params:
    return {
        "PolicyName": policy.name,
        "PolicyId": policy.id,
        "Arn": policy.arn,
        "Path": policy.path,
        "DefaultVersionId": f"v{policy.settings[DEFAULT]}",
        "AttachmentCount": attached,
        "PermissionsBoundaryUsageCount": bounding,
        "IsAttachable": True,
        "CreateDate": policy.created_at,
        "UpdateDate": policy.settings.get(UPDATED, policy.created_at),
    }


def shown(connection: Connection, account: str, policy: Entity) -> Params:
    """What lists tell of a policy, as seen by an account."""
    attached = attachments.count(connection, account, policy.arn)
    return _base(policy, attached, entities.count_bounded(connection, account, policy.arn))


def get_policy(iam: Iam, call: Call, params: Params) -> Params:
    """GetPolicy"""

    def work(connection: Connection) -> Params:
        policy = existing(connection, call, params["PolicyArn"])
        found = shown(connection, call.account, policy)
        if "Description" in policy.settings:
            found["Description"] = policy.settings["Description"]
        return found | {"Tags": policy.tag_list}

    return {"Policy": iam.read(work)}


def existing(connection: Connection, call: Call, arn: str) -> Entity:
    """The policy of this ARN, the account's own or one of AWS."""
    found = addressing.policy(connection, call, arn)
    if found is None:
        raise errors.policy_not_found(arn)
    return found


def own(connection: Connection, call: Call, params: Params) -> Entity:
    """The policy that a call is to change, which must be the account's own."""
    arn = params["PolicyArn"]
    if entity.name_in(arn, POLICY, managed.OWNER) is not None:
        # https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-vs-inline.html#aws-managed-policies
        raise errors.INVALID_INPUT(f"Policy {arn} is managed by AWS and cannot be changed.")
    return addressing.find(connection, call, POLICY, params)


def list_policies(iam: Iam, call: Call, params: Params) -> Params:
    """ListPolicies: of those that AWS manages, the known ones and those that somebody has."""
    after, limit = paging.start(params)
    prefix, scope = params.get("PathPrefix") or "/", params.get("Scope") or "All"
    usage = params.get("PolicyUsageFilter")

    def work(connection: Connection) -> list[Params]:
        found: list[Entity] = []
        if scope in ("All", "Local"):
            # All of them, as those that pass the filters are not known before.
            every = entities.page(connection, call.account, POLICY, prefix, "", POLICY.limit)
            found += every
        if scope in ("All", "AWS"):
            found += [each for each in _of_aws(connection, call) if each.path.startswith(prefix)]
        behind = sorted((each for each in found if _key(each) > after), key=_key)
        every_shown = (shown(connection, call.account, each) for each in behind)
        return _first(every_shown, limit + 1, params.get("OnlyAttached"), usage)

    return paging.answer("Policies", iam.read(work), limit, _key_of_shown, dict)


def _of_aws(connection: Connection, call: Call) -> list[Entity]:
    attached = attachments.managed_by_aws(connection, call.account)
    others = [managed.policy(arn) for arn in attached if not managed.is_known(arn)]
    return managed.all_known() + others


def _key(policy: Entity) -> str:
    return f"{policy.name.lower()} {policy.arn}"


def _key_of_shown(policy: Params) -> str:
    return f"{policy['PolicyName'].lower()} {policy['Arn']}"


def _first(
    policies: Iterable[Params], limit: int, only_attached: bool | None, usage: str | None
) -> list[Params]:
    kept = (
        policy
        for policy in policies
        if (policy["AttachmentCount"] or not only_attached)
        and (usage != "PermissionsBoundary" or policy["PermissionsBoundaryUsageCount"])
    )
    return list(itertools.islice(kept, limit))


async def delete_policy(iam: Iam, call: Call, params: Params) -> Params:
    """DeletePolicy"""

    def work(connection: Connection) -> None:
        policy = own(connection, call, params)
        bounding = entities.count_bounded(connection, call.account, policy.arn)
        if bounding or attachments.count(connection, call.account, policy.arn):
            raise errors.DELETE_CONFLICT("Cannot delete a policy attached to entities.")
        if len(versions.versions(connection, policy)) > 1:
            raise errors.DELETE_CONFLICT(
                "This policy has more than one version. Before you delete a policy, you must delete the "
                "policy's versions. The default version is deleted with the policy."
            )
        versions.delete_version(connection, policy, policy.settings[DEFAULT])
        entities.delete(connection, policy)

    await iam.write(work)
    return {}
