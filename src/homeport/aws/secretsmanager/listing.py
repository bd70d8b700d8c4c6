"""ListSecrets, ListSecretVersionIds.

https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_ListSecrets.html
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from typing import Any, NamedTuple

from homeport.aws.protocol.call import Call, Params
from homeport.aws.secretsmanager import describing, errors, limits
from homeport.aws.secretsmanager.engine import filters
from homeport.aws.secretsmanager.secretsmanager import SecretsManager
from homeport.aws.secretsmanager.store import secrets
from homeport.aws.secretsmanager.store.secrets import Secret, Version


class Page(NamedTuple):
    """Some secrets, and the token for more."""

    secrets: list[Secret]
    token: str | None


_ORDERS: dict[str, Callable[[Secret], Any]] = {
    "created-date": lambda secret: (secret.created_at, secret.id),
    "last-accessed-date": lambda secret: (secret.accessed_at or 0.0, secret.id),
    "last-changed-date": lambda secret: (secret.changed_at, secret.id),
    "name": lambda secret: secret.name,
}


def page(manager: SecretsManager, call: Call, params: Params, default: int) -> Page:
    """Secrets by filters, in the order that is asked for; that of their creation where none is."""
    wanted: list[dict[str, Any]] = params.get("Filters") or []
    with_deleted = bool(params.get("IncludePlannedDeletion"))
    now = manager.clock.now()
    start = _start(params.get("NextToken"))
    found = [
        secret
        for secret in secrets.every(
            manager.db.query, call.account, call.region, limits.SEARCHED_AT_ONCE
        )
        if (secret.deleted_at is None or (with_deleted and (secret.ends_at or 0) > now))
        and filters.matches(secret, wanted)
    ]
    is_descending = params.get("SortOrder") == "desc"
    found.sort(key=_ORDERS[params.get("SortBy") or "created-date"], reverse=is_descending)
    end = start + (params.get("MaxResults") or default)
    return Page(found[start:end], _token(end) if end < len(found) else None)


def _token(start: int) -> str:
    return base64.b64encode(f"from:{start}".encode()).decode()


def _start(token: str | None) -> int:
    if token is None:
        return 0
    try:
        head, _, number = base64.b64decode(token, validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        raise errors.INVALID_NEXT_TOKEN() from None
    if head != "from" or not number.isascii() or not number.isdecimal() or len(number) > 9:
        raise errors.INVALID_NEXT_TOKEN()
    return int(number)


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
    found = [
        version
        for version in secrets.versions(manager.db.query, secret.id)
        if version.stages or params.get("IncludeDeprecated")
    ]
    start = _start(params.get("NextToken"))
    end = start + (params.get("MaxResults") or limits.PAGE)
    answer: Params = {
        "ARN": secret.arn,
        "Name": secret.name,
        "Versions": [_listed(version) for version in found[start:end]],
    }
    return answer if end >= len(found) else answer | {"NextToken": _token(end)}


def _listed(version: Version) -> dict[str, Any]:
    listed: dict[str, Any] = {
        "VersionId": version.id,
        "VersionStages": list(version.stages) or None,
        "LastAccessedDate": version.accessed_at,
        "CreatedDate": version.created_at,
        "KmsKeyIds": [version.key],
    }
    return {name: value for name, value in listed.items() if value is not None}
