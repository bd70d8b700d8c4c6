"""AssumeRole: credentials for a role.

https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html

Nobody is refused because of a trust policy, and a role that IAM does not know can be assumed too. One that it knows gives its id
and the longest time of its sessions.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from homeport.aws.protocol.call import Call, Params
from homeport.aws.sts import errors, limits, policies, session, tags
from homeport.aws.sts.session import Identity
from homeport.aws.sts.sts import Sts

_ARN = re.compile(r"arn:[^:]+:[^:]+:[^:]*:[^:]*:.+", re.DOTALL)
_ROLE = re.compile(r"arn:(aws[a-z-]*):iam::([0-9]{12}):role(?:/[!-~]+)?/([A-Za-z0-9_+=,.@-]{1,64})")
_NAME_RULE = r"Member must satisfy regular expression pattern: [\w+=,.@-]*"


class Target(NamedTuple):
    """The role that is assumed, and as what."""

    arn: str
    partition: str
    account: str
    name: str
    session_name: str


async def assume_role(sts: Sts, call: Call, params: Params) -> Params:
    """AssumeRole"""
    caller = await sts.caller(call)
    target = parse(params)
    if target is None:
        raise errors.ACCESS_DENIED(
            f"User: {caller.arn} is not authorized to perform: sts:AssumeRole on resource: {params['RoleArn']}"
        )
    current = sts.session(call.access_key)
    if current is None or current.kind != session.ROLE:
        return await assume(sts, target, params, source_identity=params.get("SourceIdentity"))
    if _duration(params) > limits.CHAINED_DURATION_S:
        raise errors.VALIDATION(
            "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining"
        )
    source = params.get("SourceIdentity") or current.source_identity
    inherited = current.transitive_tags
    return await assume(sts, target, params, source_identity=source, inherited=inherited)


def _duration(params: Params) -> int:
    return params.get("DurationSeconds") or limits.DURATION_S


def parse(params: Params) -> Target | None:
    """The role that a call names; None where its ARN is of something else. Raises for what is no ARN, as recorded, see `errors`."""
    arn, name = params["RoleArn"], params["RoleSessionName"]
    if not _ARN.fullmatch(arn):
        raise errors.VALIDATION(f"{arn} is invalid")
    if not name.isascii():
        # The pattern means ASCII.
        raise errors.constraint(name, "roleSessionName", _NAME_RULE)
    found = _ROLE.fullmatch(arn)
    if found is None:
        return None
    partition, account, role = found.groups()
    return Target(arn, partition, account, role, name)


async def assume(
    sts: Sts,
    target: Target,
    params: Params,
    *,
    source_identity: str | None,
    inherited: Mapping[str, str] = MappingProxyType({}),
) -> Params:
    """The answer of a call that assumes a role. The tags that are inherited are those that go on to every role."""
    transitive_tags = tags.transitive(params, inherited)
    role = await sts.directory.role(target.arn)
    duration_s = _duration(params)
    if role is not None and duration_s > role.max_duration_s:
        raise errors.VALIDATION(
            "The requested DurationSeconds exceeds the MaxSessionDuration set for this role."
        )
    size = policies.packed_size(params, inherited)
    role_id = _id_of(target.arn) if role is None else role.id
    path = f"assumed-role/{target.name}/{target.session_name}"
    arn = f"arn:{target.partition}:sts::{target.account}:{path}"
    identity = Identity(target.account, arn, f"{role_id}:{target.session_name}")
    made = await sts.begin(
        session.ROLE,
        identity,
        duration_s,
        source_identity=source_identity,
        transitive_tags=transitive_tags,
    )
    answer: Params = {
        "Credentials": made.credentials,
        "AssumedRoleUser": {"AssumedRoleId": made.user_id, "Arn": made.arn},
        "PackedPolicySize": size,
        "SourceIdentity": source_identity,
    }
    return answer


def _id_of(arn: str) -> str:
    """The id of a role that is only named: always the same, in AWS's form."""
    digest = hashlib.sha256(arn.encode()).digest()
    return "AROA" + base64.b32encode(digest).decode()[:17]
