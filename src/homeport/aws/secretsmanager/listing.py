"""ListSecrets, ListSecretVersionIds.

https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_ListSecrets.html
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from homeport.aws.protocol.call import Call, Params
from homeport.aws.secretsmanager import describing, limits
from homeport.aws.secretsmanager.engine import filters, tokens
from homeport.aws.secretsmanager.engine.tokens import Place
from homeport.aws.secretsmanager.secretsmanager import SecretsManager
from homeport.aws.secretsmanager.store import secrets
from homeport.aws.secretsmanager.store.secrets import Secret, Version


class Page(NamedTuple):
    """Some secrets, and the token for more."""

    secrets: list[Secret]
    token: str | None


def page(manager: SecretsManager, call: Call, params: Params, default: int) -> Page:
    """Secrets by filters, in the order that is asked for; that of their creation where none is.

    One call looks at a part of them: as on AWS there can be a token for more where it found few or none.
    """
    order, is_descending = params.get("SortBy") or "created-date", params.get("SortOrder") == "desc"
    limit: int = params.get("MaxResults") or default
    after = tokens.read(params.get("NextToken"), order)
    owner = (call.account, call.region)
    is_wanted = _test(params, manager.clock.now())
    found: list[Secret] = []
    seen = secrets.behind(
        *(manager.db.query, owner, order, after, limits.LOOKED_AT + 1), is_descending=is_descending
    )
    last = Place(0, 0)
    for number, secret in enumerate(seen):
        is_match = is_wanted(secret)
        if number == limits.LOOKED_AT or (is_match and len(found) == limit):
            return Page(found, tokens.write(order, last))
        if is_match:
            found.append(secret)
        last = secrets.place(secret, order)
    return Page(found, None)


def _test(params: Params, now: float) -> Callable[[Secret], bool]:
    wanted: list[dict[str, Any]] = params.get("Filters") or []
    with_deleted = bool(params.get("IncludePlannedDeletion"))

    def is_wanted(secret: Secret) -> bool:
        is_there = secret.deleted_at is None or (with_deleted and (secret.ends_at or 0) > now)
        return is_there and filters.matches(secret, wanted)

    return is_wanted


def list_secrets(manager: SecretsManager, call: Call, params: Params) -> Params:
    """ListSecrets"""
    found = page(manager, call, params, limits.PAGE)
    answer: Params = {
        "SecretList": [describing.entry(manager.db.query, secret) for secret in found.secrets]
    }
    return answer if found.token is None else answer | {"NextToken": found.token}


def list_secret_version_ids(manager: SecretsManager, call: Call, params: Params) -> Params:
    """ListSecretVersionIds

    https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_ListSecretVersionIds.html
    """
    secret = manager.described(manager.db.query, manager.address(call, params["SecretId"]))
    read = secrets.versions if params.get("IncludeDeprecated") else secrets.labelled
    after = tokens.read(params.get("NextToken"), tokens.VERSIONS)
    found = [
        version
        for version in read(manager.db.query, secret.id)
        if after is None or version.number > after.number
    ]
    end: int = params.get("MaxResults") or limits.PAGE
    answer: Params = {
        "ARN": secret.arn,
        "Name": secret.name,
        "Versions": [_listed(version) for version in found[:end]],
    }
    if end >= len(found):
        return answer
    last = found[end - 1].number
    return answer | {"NextToken": tokens.write(tokens.VERSIONS, Place(last, last))}


def _listed(version: Version) -> dict[str, Any]:
    listed: dict[str, Any] = {
        "VersionId": version.id,
        "VersionStages": list(version.stages) or None,
        "LastAccessedDate": version.accessed_at,
        "CreatedDate": version.created_at,
        "KmsKeyIds": [version.key],
    }
    return {name: value for name, value in listed.items() if value is not None}
