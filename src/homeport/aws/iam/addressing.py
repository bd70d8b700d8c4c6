"""Which thing a call is about: by its name, or by its ARN."""

from __future__ import annotations

from homeport.aws.iam import errors
from homeport.aws.iam.engine import entity, managed
from homeport.aws.iam.engine.entity import Entity, Kind
from homeport.aws.iam.store import attachments, entities
from homeport.aws.iam.store.entities import Connection
from homeport.aws.protocol.call import Call, Params

_BY_ARN = (entity.POLICY, entity.OIDC_PROVIDER)


def find(connection: Connection, call: Call, kind: Kind, params: Params) -> Entity:
    """The thing of a kind that the parameters name. Raises where there is none."""
    named: str = params[kind.member]
    if kind not in _BY_ARN:
        found = entities.find(connection, call.account, kind, named)
    else:
        check_arn(named)
        found = _of_arn(connection, call.account, kind, named)
    if found is None:
        raise kind.not_found(named)
    return found


def find_own(connection: Connection, call: Call, kind: Kind, params: Params) -> Entity:
    """The same, where the account itself may change it: not a role that is linked to a service."""
    found = find(connection, call, kind, params)
    if found.path.startswith(entity.SERVICE_PATH):
        raise errors.UNMODIFIABLE(
            f"Cannot perform the operation on the protected role '{found.name}' - "
            "this role is only modifiable by AWS"
        )
    return found


def _of_arn(connection: Connection, account: str, kind: Kind, arn: str) -> Entity | None:
    name = entity.name_in(arn, kind, account)
    found = None if name is None else entities.find(connection, account, kind, name)
    return found if found is not None and found.arn == arn else None


def check_arn(arn: str) -> None:
    """Raises where this is no ARN at all."""
    if len(arn.split(":", 5)) != 6 or not arn.startswith("arn:"):
        raise errors.INVALID_ARN


def policy(connection: Connection, call: Call, arn: str) -> Entity | None:
    """A managed policy that can be shown: of the account, or of AWS where it is known or somebody has it."""
    check_arn(arn)
    found = _of_arn(connection, call.account, entity.POLICY, arn)
    if found is not None:
        return found
    is_there = managed.is_known(arn) or attachments.count(connection, call.account, arn)
    return managed.policy(arn) if is_there else None


def is_attachable(connection: Connection, call: Call, arn: str) -> bool:
    """Whether a managed policy can be attached: one of the account, or any of AWS."""
    return managed.is_managed(arn) or policy(connection, call, arn) is not None
