"""AssumeRole: credentials for a role.

https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html

Nobody is refused because of a trust policy, and a role that IAM does not know can be assumed too. One that it knows gives its id
and the longest time of its sessions.
"""

from __future__ import annotations

import base64
import hashlib
import re
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
    target = parse(params, caller.arn)
    current = sts.session(call.access_key)
    duration_s: int = params.get("DurationSeconds") or limits.DURATION_S
    if current is not None and current.kind == session.ROLE:
        if duration_s > limits.CHAINED_DURATION_S:
            raise errors.VALIDATION(
                "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining"
            )
    else:
        current = None
    kept = tags.transitive(params, current)
    inherited = None if current is None else current.source_identity
    source = params.get("SourceIdentity") or inherited
    return await assume(sts, target, params, source_identity=source, transitive_tags=kept)


def parse(params: Params, caller_arn: str) -> Target:
    """The role that a call names. Raises where there can be no such role; refusals of ARNs as recorded, see `errors`."""
    arn, name = params["RoleArn"], params["RoleSessionName"]
    if not _ARN.fullmatch(arn):
        raise errors.VALIDATION(f"{arn} is invalid")
    if not name.isascii():
        # The pattern means ASCII.
        raise errors.constraint(name, "roleSessionName", _NAME_RULE)
    found = _ROLE.fullmatch(arn)
    if found is None:
        raise errors.ACCESS_DENIED(
            f"User: {caller_arn} is not authorized to perform: sts:AssumeRole on resource: {arn}"
        )
    partition, account, role = found.groups()
    return Target(arn, partition, account, role, name)


async def assume(
    sts: Sts,
    target: Target,
    params: Params,
    *,
    source_identity: str | None,
    transitive_tags: dict[str, str],
) -> Params:
    """The answer of a call that assumes a role."""
    role = await sts.directory.role(target.arn)
    duration_s: int = params.get("DurationSeconds") or limits.DURATION_S
    if role is not None and duration_s > role.max_duration_s:
        raise errors.VALIDATION(
            "The requested DurationSeconds exceeds the MaxSessionDuration set for this role."
        )
    size = policies.packed_size(params)
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
