"""Resource policies of secrets: PutResourcePolicy, GetResourcePolicy, DeleteResourcePolicy. Kept, without effect.

https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutResourcePolicy.html
"""

from __future__ import annotations

import dataclasses
import json

from homeport.aws.protocol.call import Call, Params
from homeport.aws.secretsmanager import errors
from homeport.aws.secretsmanager.secretsmanager import SecretsManager
from homeport.aws.secretsmanager.store import secrets
from homeport.aws.secretsmanager.store.secrets import Connection


async def put_resource_policy(manager: SecretsManager, call: Call, params: Params) -> Params:
    """PutResourcePolicy"""
    policy: str = params["ResourcePolicy"]
    try:
        found = json.loads(policy)
        policy.encode()
    except (ValueError, RecursionError):
        raise errors.MALFORMED_POLICY() from None
    if not isinstance(found, dict):
        raise errors.MALFORMED_POLICY()
    return await _set(manager, call, params, policy)


async def delete_resource_policy(manager: SecretsManager, call: Call, params: Params) -> Params:
    """DeleteResourcePolicy"""
    return await _set(manager, call, params, None)


async def _set(manager: SecretsManager, call: Call, params: Params, policy: str | None) -> Params:
    address = manager.address(call, params["SecretId"])

    def work(connection: Connection) -> Params:
        secret = manager.usable(secrets.reader(connection), address)
        secrets.save(connection, dataclasses.replace(secret, policy=policy))
        return {"ARN": secret.arn, "Name": secret.name}

    return await manager.write(work)


def get_resource_policy(manager: SecretsManager, call: Call, params: Params) -> Params:
    """GetResourcePolicy"""
    secret = manager.usable(manager.db.query, manager.address(call, params["SecretId"]))
    answer: Params = {"ARN": secret.arn, "Name": secret.name}
    return answer if secret.policy is None else answer | {"ResourcePolicy": secret.policy}
