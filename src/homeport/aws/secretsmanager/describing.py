"""DescribeSecret, and what a list says of a secret.

https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DescribeSecret.html
"""

from __future__ import annotations

from typing import Any

from homeport.aws.protocol.call import Call, Params
from homeport.aws.secretsmanager.secretsmanager import SecretsManager
from homeport.aws.secretsmanager.store import secrets
from homeport.aws.secretsmanager.store.secrets import Query, Secret


def describe_secret(manager: SecretsManager, call: Call, params: Params) -> Params:
    """DescribeSecret: also of a secret that is to be deleted."""
    secret = manager.described(manager.db.query, manager.address(call, params["SecretId"]))
    return _described(manager.db.query, secret, "VersionIdsToStages")


def entry(query: Query, secret: Secret) -> dict[str, Any]:
    """A secret in a list."""
    return _described(query, secret, "SecretVersionsToStages")


def _described(query: Query, secret: Secret, stages_name: str) -> dict[str, Any]:
    labels = {version.id: list(version.stages) for version in secrets.labelled(query, secret.id)}
    described: dict[str, Any] = secret.settings | {
        "ARN": secret.arn,
        "Name": secret.name,
        "CreatedDate": secret.created_at,
        "LastChangedDate": secret.changed_at,
        "LastAccessedDate": secret.accessed_at,
        "DeletedDate": secret.deleted_at,
        "Tags": None if secret.tags is None else _listed(secret.tags),
        stages_name: labels or None,
    }
    return {name: value for name, value in described.items() if value is not None}


def _listed(tags: dict[str, str]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in tags.items()]
