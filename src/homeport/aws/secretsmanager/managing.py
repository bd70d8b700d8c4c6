"""Secrets themselves: CreateSecret, UpdateSecret, DeleteSecret, RestoreSecret.

https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html
"""

from __future__ import annotations

import dataclasses

from homeport.aws.protocol.call import Call, Params
from homeport.aws.secretsmanager import errors, limits, tagging, values
from homeport.aws.secretsmanager.engine import names, stages
from homeport.aws.secretsmanager.engine.names import Address
from homeport.aws.secretsmanager.secretsmanager import SecretsManager
from homeport.aws.secretsmanager.store import secrets
from homeport.aws.secretsmanager.store.secrets import NOTHING, Connection, Secret, Value

DAY_S = 86_400
SETTINGS = ("Description", "KmsKeyId", "Type")


async def create_secret(manager: SecretsManager, call: Call, params: Params) -> Params:
    """CreateSecret: done once where it comes again with the same token and value."""
    name: str = params["Name"]
    names.check(name)
    if params.get("AddReplicaRegions") or params.get("CrossAccountPrimaryARN"):
        raise errors.NOT_BUILT("Homeport does not replicate secrets.")
    version_id, value, now = values.token(params), values.of_params(params), manager.now()
    new = Secret(
        *(0, call.account, call.region, name, manager.new_suffix(), now, now, None, None, None),
        settings=_settings({}, params),
        tags=tagging.of_list(params["Tags"]) if params.get("Tags") else None,
        policy=None,
    )

    def work(connection: Connection) -> Params:
        query = secrets.reader(connection)
        there = secrets.find(query, call.account, call.region, name)
        if there is not None and there.ends_at is not None and there.ends_at <= now:
            secrets.delete(connection, there.id)
            there = None
        if there is not None:
            return _again(connection, there, version_id, value)
        if secrets.count(query, call.account, call.region) >= limits.SECRETS:
            raise errors.LIMIT_EXCEEDED()
        made = dataclasses.replace(new, id=secrets.insert(connection, new))
        if value != NOTHING:
            values.add(connection, made, version_id, value, [stages.CURRENT], now)
        return _answer(made, None if value == NOTHING else version_id)

    return await manager.write(work)


def _settings(before: dict[str, str], params: Params) -> dict[str, str]:
    """The settings once a call has changed those that it names; an empty text takes one away."""
    named = {name: params[name] for name in SETTINGS if params.get(name) is not None}
    for name, text in named.items():
        values.check_text(name, text)
    return {name: text for name, text in (before | named).items() if text}


def _again(connection: Connection, there: Secret, version_id: str, value: Value) -> Params:
    """The answer to who makes a secret that is there."""
    if there.deleted_at is not None:
        raise errors.INVALID_REQUEST(
            "You can't create this secret because a secret with this name is already scheduled for deletion."
        )
    query = secrets.reader(connection)
    same = secrets.version(query, there.id, version_id)
    if same is None or secrets.value(query, there.id, same.number) != value:
        raise errors.EXISTS(f"The operation failed because the secret {there.name} already exists.")
    return _answer(there, version_id)


def _answer(secret: Secret, version_id: str | None) -> Params:
    answer: Params = {"ARN": secret.arn, "Name": secret.name}
    return answer if version_id is None else answer | {"VersionId": version_id}


async def update_secret(manager: SecretsManager, call: Call, params: Params) -> Params:
    """UpdateSecret

    https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_UpdateSecret.html
    """
    version_id, value, now = values.token(params), values.of_params(params), manager.now()
    address = manager.address(call, params["SecretId"])

    def work(connection: Connection) -> Params:
        before = manager.usable(secrets.reader(connection), address)
        settings = _settings(before.settings, params)
        secret = dataclasses.replace(before, settings=settings, changed_at=now)
        secrets.save(connection, secret)
        if value == NOTHING:
            return _answer(secret, None)
        values.add(connection, secret, version_id, value, [stages.CURRENT], now)
        return _answer(secret, version_id)

    return await manager.write(work)


async def delete_secret(manager: SecretsManager, call: Call, params: Params) -> Params:
    """DeleteSecret: at the end of a recovery window, or at once.

    https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DeleteSecret.html
    """
    days: int | None = params.get("RecoveryWindowInDays")
    is_forced = bool(params.get("ForceDeleteWithoutRecovery"))
    _check_window(days, is_forced=is_forced)
    address, now = manager.address(call, params["SecretId"]), manager.now()
    ends_at = now if is_forced else now + (days or limits.RECOVERY_DAYS[1]) * DAY_S

    def work(connection: Connection) -> Params:
        secret = manager.find(secrets.reader(connection), address)
        if secret is None:
            if is_forced:
                return _answer(_imagined(manager, address, now), None)
            raise errors.NOT_FOUND()
        if is_forced:
            secrets.delete(connection, secret.id)
        elif secret.deleted_at is not None:
            raise errors.MARKED()
        else:
            secrets.save(connection, dataclasses.replace(secret, deleted_at=now, ends_at=ends_at))
        return _answer(secret, None)

    answer = await manager.write(work)
    manager.arm()
    return answer | {"DeletionDate": ends_at}


def _check_window(days: int | None, *, is_forced: bool) -> None:
    # Both texts: https://github.com/getmoto/moto/blob/master/moto/secretsmanager/models.py
    low, high = limits.RECOVERY_DAYS
    if is_forced and days is not None:
        raise errors.INVALID_PARAMETER(
            "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays."
        )
    if days is not None and not low <= days <= high:
        raise errors.INVALID_PARAMETER(
            f"The RecoveryWindowInDays value must be between {low} and {high} days (inclusive)."
        )


def _imagined(manager: SecretsManager, address: Address, now: float) -> Secret:
    """A secret that was never there, which AWS deletes without recovery all the same."""
    account, region, name, suffix = address
    return Secret(
        *(0, account, region, name, suffix or manager.new_suffix(), now, now, None, None, None),
        settings={},
        tags=None,
        policy=None,
    )


async def restore_secret(manager: SecretsManager, call: Call, params: Params) -> Params:
    """RestoreSecret

    https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_RestoreSecret.html
    """
    address = manager.address(call, params["SecretId"])

    def work(connection: Connection) -> Params:
        secret = manager.described(secrets.reader(connection), address)
        secrets.save(connection, dataclasses.replace(secret, deleted_at=None, ends_at=None))
        return _answer(secret, None)

    answer = await manager.write(work)
    manager.arm()
    return answer
