"""Versions of managed policies.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-versioning.html
"""

from __future__ import annotations

import dataclasses

from homeport.aws.iam import errors, limits
from homeport.aws.iam.engine import documents, managed, paging
from homeport.aws.iam.engine.entity import Entity
from homeport.aws.iam.iam import Iam
from homeport.aws.iam.policies import managed as policies
from homeport.aws.iam.policies.managed import DEFAULT, LATEST, UPDATED
from homeport.aws.iam.store import documents as store
from homeport.aws.iam.store import entities
from homeport.aws.iam.store.documents import Version
from homeport.aws.iam.store.entities import Connection
from homeport.aws.protocol.call import AwsError, Call, Params


async def create_policy_version(iam: Iam, call: Call, params: Params) -> Params:
    """CreatePolicyVersion"""
    document = params["PolicyDocument"]
    policies.check_document(document)
    now = iam.now()

    def work(connection: Connection) -> Params:
        policy = policies.own(connection, call, params)
        if len(store.versions(connection, policy)) >= limits.POLICY_VERSIONS:
            raise errors.LIMIT_EXCEEDED(
                f"A managed policy can have up to {limits.POLICY_VERSIONS} versions. Before you create a new version, "
                "you must delete an existing version."
            )
        version = Version(policy.settings[LATEST] + 1, document, now)
        store.add_version(connection, policy, version)
        settings = policy.settings | {LATEST: version.number, UPDATED: now}
        if params.get("SetAsDefault"):
            settings[DEFAULT] = version.number
        after = dataclasses.replace(policy, settings=settings)
        entities.save(connection, after)
        return shown(after, version)

    return {"PolicyVersion": await iam.write(work)}


def shown(policy: Entity, version: Version) -> Params:
    """A version as answers have it, without its document."""
    return {
        "VersionId": version.id,
        "IsDefaultVersion": policy.settings[DEFAULT] == version.number,
        "CreateDate": version.created_at,
    }


def get_policy_version(iam: Iam, call: Call, params: Params) -> Params:
    """GetPolicyVersion"""

    def work(connection: Connection) -> Params:
        policy = policies.existing(connection, call, params["PolicyArn"])
        version = _find(connection, policy, params)
        return shown(policy, version) | {"Document": documents.shown(version.document)}

    return {"PolicyVersion": iam.read(work)}


def versions(connection: Connection, policy: Entity) -> list[Version]:
    """The versions of a policy, also of one of AWS where its document is known; the latest first."""
    if policy.account != managed.OWNER:
        return store.versions(connection, policy)
    if not managed.is_known(policy.arn):
        return []
    return [Version(1, managed.document(policy.arn), policy.created_at)]


def _find(connection: Connection, policy: Entity, params: Params) -> Version:
    wanted = params["VersionId"]
    for version in versions(connection, policy):
        if version.id == wanted:
            return version
    raise _no_version(policy.arn, wanted)


def _no_version(arn: str, version: str) -> AwsError:
    return errors.NO_SUCH_ENTITY(
        f"Policy {arn} version {version} does not exist or is not attachable."
    )


def list_policy_versions(iam: Iam, call: Call, params: Params) -> Params:
    """ListPolicyVersions: the latest first."""

    def work(connection: Connection) -> list[Params]:
        policy = policies.existing(connection, call, params["PolicyArn"])
        return [shown(policy, version) for version in versions(connection, policy)]

    return paging.sliced("Versions", params, iam.read(work), _from_latest, dict)


def _from_latest(version: Params) -> str:
    """A key that sorts the latest first."""
    return f"{10**9 - int(version['VersionId'][1:]):09d}"


async def set_default_policy_version(iam: Iam, call: Call, params: Params) -> Params:
    """SetDefaultPolicyVersion"""
    now = iam.now()

    def work(connection: Connection) -> None:
        policy = policies.own(connection, call, params)
        version = _find(connection, policy, params)
        settings = policy.settings | {DEFAULT: version.number, UPDATED: now}
        entities.save(connection, dataclasses.replace(policy, settings=settings))

    await iam.write(work)
    return {}


async def delete_policy_version(iam: Iam, call: Call, params: Params) -> Params:
    """DeletePolicyVersion"""

    def work(connection: Connection) -> None:
        policy = policies.own(connection, call, params)
        version = _find(connection, policy, params)
        if version.number == policy.settings[DEFAULT]:
            raise errors.DELETE_CONFLICT("Cannot delete the default version of a policy.")
        store.delete_version(connection, policy, version.number)

    await iam.write(work)
    return {}
