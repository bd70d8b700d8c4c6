"""The operations of Secrets Manager, by their name in the model."""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable

from homeport.aws.protocol.call import Call, Params, Service
from homeport.aws.secretsmanager import (
    describing,
    listing,
    managing,
    policies,
    staging,
    tagging,
    values,
)
from homeport.aws.secretsmanager.engine import passwords
from homeport.aws.secretsmanager.secretsmanager import SecretsManager

Function = Callable[[SecretsManager, Call, Params], Params | Awaitable[Params]]


def get_random_password(manager: SecretsManager, _: Call, params: Params) -> Params:
    """GetRandomPassword"""
    return {"RandomPassword": passwords.password(params, manager.source)}


TABLE: dict[str, Function] = {
    "BatchGetSecretValue": values.batch_get_secret_value,
    "CreateSecret": managing.create_secret,
    "DeleteResourcePolicy": policies.delete_resource_policy,
    "DeleteSecret": managing.delete_secret,
    "DescribeSecret": describing.describe_secret,
    "GetRandomPassword": get_random_password,
    "GetResourcePolicy": policies.get_resource_policy,
    "GetSecretValue": values.get_secret_value,
    "ListSecretVersionIds": listing.list_secret_version_ids,
    "ListSecrets": listing.list_secrets,
    "PutResourcePolicy": policies.put_resource_policy,
    "PutSecretValue": values.put_secret_value,
    "RestoreSecret": managing.restore_secret,
    "TagResource": tagging.tag_resource,
    "UntagResource": tagging.untag_resource,
    "UpdateSecret": managing.update_secret,
    "UpdateSecretVersionStage": staging.update_secret_version_stage,
}


def service(manager: SecretsManager) -> Service:
    """Secrets Manager for the dispatcher."""
    operations = {name: functools.partial(work, manager) for name, work in TABLE.items()}
    return Service("secretsmanager", operations)
