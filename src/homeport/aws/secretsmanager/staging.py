"""UpdateSecretVersionStage.

https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_UpdateSecretVersionStage.html
"""

from __future__ import annotations

import dataclasses

from homeport.aws.protocol.call import Call, Params
from homeport.aws.secretsmanager import errors, values
from homeport.aws.secretsmanager.engine import stages
from homeport.aws.secretsmanager.secretsmanager import SecretsManager
from homeport.aws.secretsmanager.store import secrets
from homeport.aws.secretsmanager.store.secrets import Connection, Version


async def update_secret_version_stage(
    manager: SecretsManager, call: Call, params: Params
) -> Params:
    """UpdateSecretVersionStage: moves a staging label, or takes it away."""
    address, now = manager.address(call, params["SecretId"]), manager.now()

    def work(connection: Connection) -> Params:
        secret = manager.usable(secrets.reader(connection), address)
        there = secrets.versions(secrets.reader(connection), secret.id)
        after = _after(there, params)
        values.check_count(after)
        values.relabel(connection, secret.id, there, after)
        secrets.save(connection, dataclasses.replace(secret, changed_at=now))
        return {"ARN": secret.arn, "Name": secret.name}

    return await manager.write(work)


def _after(there: list[Version], params: Params) -> stages.Stages:
    """The labels as they will be. None of the texts is recorded; they are as users quote them."""
    label: str = params["VersionStage"]
    before = {each.number: each.stages for each in there}
    holder = stages.holder(before, label)
    source = _number(there, params.get("RemoveFromVersionId"))
    target = _number(there, params.get("MoveToVersionId"))
    if source is not None and source != holder:
        raise errors.INVALID_PARAMETER(
            f"The staging label {label} is not attached to the version {params['RemoveFromVersionId']}."
        )
    if target is None:
        if source is None:
            raise errors.INVALID_PARAMETER(
                "You must provide MoveToVersionId or RemoveFromVersionId."
            )
        if label == stages.CURRENT:
            raise errors.INVALID_PARAMETER(
                "You can only move staging label AWSCURRENT to a different secret version. It can't be completely removed."
            )
        return stages.detached(before, source, label)
    if holder is not None and source is None and holder != target:
        current = next(each.id for each in there if each.number == holder)
        raise errors.INVALID_PARAMETER(
            f"The parameter RemoveFromVersionId can't be empty. Staging label {label} is currently attached to version "
            f"{current}, so you must explicitly reference that version in RemoveFromVersionId."
        )
    return stages.attached(before, target, [label])


def _number(there: list[Version], version_id: str | None) -> int | None:
    if version_id is None:
        return None
    for each in there:
        if each.id == version_id:
            return each.number
    raise errors.no_value("VersionId", version_id)
