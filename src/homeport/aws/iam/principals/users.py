"""Users: create, get, list, delete.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateUser.html
"""

from __future__ import annotations

from homeport.aws.iam import addressing, errors, listing
from homeport.aws.iam.engine import tags
from homeport.aws.iam.engine.entity import USER, Entity
from homeport.aws.iam.iam import Iam
from homeport.aws.iam.policies import attached
from homeport.aws.iam.principals import boundaries
from homeport.aws.iam.store import entities, keys, members
from homeport.aws.iam.store.entities import Connection
from homeport.aws.protocol.call import Call, Params


async def create_user(iam: Iam, call: Call, params: Params) -> Params:
    """CreateUser"""
    path: str = params.get("Path") or "/"
    chosen = tags.checked(params.get("Tags") or [])
    name, id_, now = params["UserName"], iam.ids(USER.prefix), iam.now()

    def work(connection: Connection) -> Entity:
        bounded = boundaries.settings(connection, call, params)
        return entities.insert(
            connection, Entity(USER, call.account, name, path, id_, now, bounded, chosen)
        )

    return {"User": _full(await iam.write(work))}


def listed(user: Entity) -> Params:
    """What lists tell of a user: neither boundary nor tags."""
    return {
        "Path": user.path,
        "UserName": user.name,
        "UserId": user.id,
        "Arn": user.arn,
        "CreateDate": user.created_at,
    }


def _full(user: Entity) -> Params:
    return listed(user) | boundaries.shown(user) | user.tags_if_any


def get_user(iam: Iam, call: Call, params: Params) -> Params:
    """GetUser: without a name, the one who calls, which may be the account itself."""

    def work(connection: Connection) -> Params:
        if "UserName" not in params and iam.caller(call, connection) is None:
            return _root(call.account)
        return _full(iam.user(call, params, connection))

    return {"User": iam.read(work)}


def _root(account: str) -> Params:
    """The account itself, which has no name. When it was made nobody knows; AWS opened IAM on that day."""
    return {
        "Path": "/",
        "UserId": account,
        "Arn": f"arn:aws:iam::{account}:root",
        "CreateDate": 1_304_380_800,
    }


def list_users(iam: Iam, call: Call, params: Params) -> Params:
    """ListUsers"""
    return listing.page(iam, call, params, USER, "Users", lambda _, user: listed(user))


async def delete_user(iam: Iam, call: Call, params: Params) -> Params:
    """DeleteUser"""

    def work(connection: Connection) -> None:
        user = addressing.find(connection, call, USER, params)
        attached.check_none(connection, user)
        if members.around(connection, user):
            raise errors.DELETE_CONFLICT(
                "Cannot delete entity, must remove users from group first."
            )
        if keys.of(connection, user):
            raise errors.DELETE_CONFLICT("Cannot delete entity, must delete access keys first.")
        entities.delete(connection, user)

    await iam.write(work)
    return {}


def get_login_profile(iam: Iam, call: Call, params: Params) -> Params:
    """GetLoginProfile, DeleteLoginProfile: nobody has one, as there is no console to log in to."""
    user = iam.read(lambda connection: iam.user(call, params, connection))
    raise errors.NO_SUCH_ENTITY(f"Login Profile for User {user.name} cannot be found.")


def list_nothing(name: str, iam: Iam, call: Call, params: Params) -> Params:
    """ListMFADevices and the like, of things that no operation here can make: a user has none of them."""
    iam.read(lambda connection: iam.user(call, params, connection))
    return {name: [], "IsTruncated": False}


def list_virtual_mfa_devices(_iam: Iam, _call: Call, _params: Params) -> Params:
    """ListVirtualMFADevices: an account has none."""
    return {"VirtualMFADevices": [], "IsTruncated": False}
