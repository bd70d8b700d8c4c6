"""Values: GetSecretValue, BatchGetSecretValue, PutSecretValue, and the versions that they are in.

https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html
"""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Iterable
from typing import Any

from homeport.aws.protocol.call import AwsError, Call, Params
from homeport.aws.secretsmanager import errors, limits, listing
from homeport.aws.secretsmanager.engine import stages
from homeport.aws.secretsmanager.secretsmanager import SecretsManager
from homeport.aws.secretsmanager.store import secrets
from homeport.aws.secretsmanager.store.secrets import (
    NOTHING,
    Connection,
    Query,
    Secret,
    Value,
    Version,
)
from homeport.errors import StorageError

DEFAULT_KEY = "DefaultEncryptionKey"
DAY_S = 86_400


def of_params(params: Params) -> Value:
    """The value of a call. Raises where it is one of both kinds."""
    string, binary = params.get("SecretString"), params.get("SecretBinary")
    if string is not None and binary is not None:
        # The text is not recorded.
        raise errors.INVALID_PARAMETER(
            "You can't specify both a binary secret value and a string secret value in the same secret."
        )
    check_text("secret string", string or "")
    return Value(string, binary)


def check_text(name: str, text: str) -> None:
    """Raises for what JSON can hold and UTF-8 cannot: half of a surrogate pair. The text is our own."""
    if any("\ud800" <= each <= "\udfff" for each in text):
        raise errors.INVALID_PARAMETER(f"The {name} is no Unicode text.")


def token(params: Params) -> str:
    """The `ClientRequestToken`, which becomes the id of a version."""
    found: str | None = params.get("ClientRequestToken")
    if not found or not found.isascii():
        raise errors.NO_TOKEN()
    return found


def add(
    connection: Connection,
    secret: Secret,
    version_id: str,
    value: Value,
    labels: Iterable[str],
    now: float,
) -> Version:
    """Adds a version with labels; one that is there already with the same value is left as it is."""
    there = secrets.versions(secrets.reader(connection), secret.id)
    same = next((each for each in there if each.id == version_id), None)
    if same is not None:
        if secrets.value(secrets.reader(connection), secret.id, same.number) != value:
            raise errors.EXISTS(
                f"You can't use ClientRequestToken {version_id} because that value is already in use for a version of "
                f"secret {secret.arn}."
            )
        return same
    number = there[-1].number + 1 if there else 1
    wanted = set(labels) | (set() if there else {stages.CURRENT})
    after = stages.attached({each.number: each.stages for each in there}, number, wanted)
    check_count(after)
    key = secret.settings.get("KmsKeyId") or DEFAULT_KEY
    made = Version(number, version_id, now, None, key, after[number])
    secrets.add_version(connection, secret.id, made, value)
    relabel(connection, secret.id, there, after)
    secrets.save(connection, dataclasses.replace(secret, changed_at=now))
    _forget_deprecated(connection, secret.id, now)
    return made


def check_count(after: stages.Stages) -> None:
    """Raises where a secret would have too many labels."""
    if sum(map(len, after.values())) > limits.STAGES:
        raise errors.LIMIT_EXCEEDED()


def relabel(
    connection: Connection, secret: int, there: Iterable[Version], after: stages.Stages
) -> None:
    """Keeps the labels of versions where they have changed."""
    for each in there:
        if after[each.number] != each.stages:
            secrets.set_stages(connection, secret, each.number, after[each.number])


def _forget_deprecated(connection: Connection, secret: int, now: float) -> None:
    """Lets versions without a label go: those beyond the newest 100, once they are a day old."""
    there = secrets.versions(secrets.reader(connection), secret)
    if len(there) > limits.ALL_VERSIONS:
        raise errors.LIMIT_EXCEEDED()
    deprecated = [each for each in there if not each.stages]
    for each in deprecated[: -limits.VERSIONS]:
        if each.created_at <= now - limits.DEPRECATED_S:
            secrets.remove_version(connection, secret, each.number)


async def put_secret_value(manager: SecretsManager, call: Call, params: Params) -> Params:
    """PutSecretValue

    https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutSecretValue.html
    """
    version_id, value, now = token(params), of_params(params), manager.now()
    address = manager.address(call, params["SecretId"])
    labels: list[str] = params.get("VersionStages") or [stages.CURRENT]
    if value == NOTHING:
        raise errors.INVALID_REQUEST("You must provide either SecretString or SecretBinary.")

    def work(connection: Connection) -> Params:
        secret = manager.usable(secrets.reader(connection), address)
        made = add(connection, secret, version_id, value, labels, now)
        shown = {"ARN": secret.arn, "Name": secret.name}
        return shown | {"VersionId": made.id, "VersionStages": list(made.stages)}

    return await manager.write(work)


async def get_secret_value(manager: SecretsManager, call: Call, params: Params) -> Params:
    """GetSecretValue"""
    secret = manager.usable(manager.db.query, manager.address(call, params["SecretId"]))
    version = _chosen(manager.db.query, secret, params.get("VersionId"), params.get("VersionStage"))
    shown = _shown(manager.db.query, secret, version)
    await _touch(manager, [(secret, version)])
    return shown


def _chosen(query: Query, secret: Secret, version_id: str | None, stage: str | None) -> Version:
    if version_id is not None:
        found = secrets.version(query, secret.id, version_id) if version_id.isascii() else None
        if found is None:
            raise errors.no_value("VersionId", version_id)
        if stage is not None and stage not in found.stages:
            raise errors.INVALID_REQUEST(
                "You provided a VersionStage that is not associated to the provided VersionId."
            )
        return found
    wanted = stage or stages.CURRENT
    for each in secrets.labelled(query, secret.id):
        if wanted in each.stages:
            return each
    raise errors.no_value("staging label", wanted)


def _shown(query: Query, secret: Secret, version: Version) -> dict[str, Any]:
    value = secrets.value(query, secret.id, version.number)
    shown: dict[str, Any] = {
        "ARN": secret.arn,
        "Name": secret.name,
        "VersionId": version.id,
        "VersionStages": list(version.stages) or None,
        "CreatedDate": version.created_at,
        "SecretString": value.string,
        "SecretBinary": value.binary,
    }
    return {name: value for name, value in shown.items() if value is not None}


async def _touch(manager: SecretsManager, read: list[tuple[Secret, Version]]) -> None:
    """Keeps the day on which versions were read, which AWS tells too; so most reads write nothing."""
    day = float(manager.clock.now() // DAY_S * DAY_S)
    new = [(s.id, v.number) for s, v in read if v.accessed_at != day or s.accessed_at != day]
    if not new:
        return

    def work(connection: Connection) -> None:
        for secret, number in new:
            secrets.set_accessed(connection, secret, number, day)

    # A full disk refuses what is new, and not what is there to be read.
    with contextlib.suppress(StorageError):
        await manager.db.write(work)


async def batch_get_secret_value(manager: SecretsManager, call: Call, params: Params) -> Params:
    """BatchGetSecretValue: what cannot be had is listed with its error.

    https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_BatchGetSecretValue.html
    """
    ids, filters = params.get("SecretIdList"), params.get("Filters")
    if bool(ids) == bool(filters):
        # These two: https://github.com/getmoto/moto/blob/master/moto/secretsmanager/models.py
        raise errors.INVALID_PARAMETER(
            "Either 'SecretIdList' or 'Filters' must be provided, but not both."
        )
    if ids and params.get("MaxResults"):
        raise errors.INVALID_PARAMETER(
            "'Filters' not specified. 'Filters' must also be specified when 'MaxResults' is provided."
        )
    answer: Params = {}
    if not ids:
        page = listing.page(manager, call, params, limits.BATCH)
        ids = [secret.arn for secret in page.secrets]
        answer = {} if page.token is None else {"NextToken": page.token}
    read: list[tuple[Secret, Version]] = []
    failed: list[dict[str, str]] = []
    for each in dict.fromkeys(ids):
        try:
            secret = manager.usable(manager.db.query, manager.address(call, each))
            read.append((secret, _chosen(manager.db.query, secret, None, None)))
        except AwsError as error:
            failed.append({"SecretId": each, "ErrorCode": error.code, "Message": error.message})
    shown = [_shown(manager.db.query, *each) for each in read]
    await _touch(manager, read)
    return answer | {"SecretValues": shown, "Errors": failed}
