"""Access keys of users.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateAccessKey.html
Nothing is noted of their use: each looks as if it was never used.
"""

from __future__ import annotations

from homeport.aws.iam import errors, limits
from homeport.aws.iam.engine import paging
from homeport.aws.iam.engine.entity import Entity
from homeport.aws.iam.iam import Iam
from homeport.aws.iam.store import keys
from homeport.aws.iam.store.entities import Connection
from homeport.aws.iam.store.keys import AccessKey
from homeport.aws.protocol.call import AwsError, Call, Params


async def create_access_key(iam: Iam, call: Call, params: Params) -> Params:
    """CreateAccessKey: the secret is told here and never again."""
    now = iam.now()

    def work(connection: Connection) -> Params:
        user = iam.user(call, params, connection)
        if len(keys.of(connection, user)) >= limits.ACCESS_KEYS_PER_USER:
            raise errors.quota("AccessKeysPerUser", limits.ACCESS_KEYS_PER_USER)
        while True:
            key = AccessKey(*iam.make_key(user.account), "Active", now)
            if keys.insert(connection, user, key):
                return _listed(user, key) | {"SecretAccessKey": key.secret}

    return {"AccessKey": await iam.write(work)}


def _listed(user: Entity, key: AccessKey) -> Params:
    return {
        "UserName": user.name,
        "AccessKeyId": key.id,
        "Status": key.status,
        "CreateDate": key.created_at,
    }


def list_access_keys(iam: Iam, call: Call, params: Params) -> Params:
    """ListAccessKeys"""

    def work(connection: Connection) -> list[Params]:
        user = iam.user(call, params, connection)
        return [_listed(user, key) for key in keys.of(connection, user)]

    return paging.sliced("AccessKeyMetadata", params, iam.read(work), _key, dict)


def _key(key: Params) -> str:
    return f"{key['CreateDate']:012d} {key['AccessKeyId']}"


async def update_access_key(iam: Iam, call: Call, params: Params) -> Params:
    """UpdateAccessKey"""

    def work(connection: Connection) -> None:
        key = _find(connection, iam.user(call, params, connection), params)
        keys.set_status(connection, key.id, params["Status"])

    await iam.write(work)
    return {}


async def delete_access_key(iam: Iam, call: Call, params: Params) -> Params:
    """DeleteAccessKey"""

    def work(connection: Connection) -> None:
        key = _find(connection, iam.user(call, params, connection), params)
        keys.delete(connection, key.id)

    await iam.write(work)
    return {}


def _find(connection: Connection, user: Entity, params: Params) -> AccessKey:
    wanted = params["AccessKeyId"]
    for key in keys.of(connection, user):
        if key.id == wanted:
            return key
    raise _not_found(wanted)


def _not_found(id_: str) -> AwsError:
    return errors.NO_SUCH_ENTITY(f"The Access Key with id {id_} cannot be found.")


def get_access_key_last_used(iam: Iam, call: Call, params: Params) -> Params:
    """GetAccessKeyLastUsed: whose key it is, of the account; `N/A` as of a key that was never used."""
    id_ = params["AccessKeyId"]
    found = iam.read(lambda connection: keys.find(connection, id_))
    if found is None or found[1].account != call.account:
        raise _not_found(id_)
    return {
        "UserName": found[1].name,
        "AccessKeyLastUsed": {"ServiceName": "N/A", "Region": "N/A"},
    }
