"""The users, for admins: who there is, a new one, a new password, and away with one."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any, TypeVar

from homeport import errors as faults
from homeport.edge import http
from homeport.registry import errors
from homeport.registry.access import caller as callers
from homeport.registry.access import htpasswd
from homeport.registry.access.accounts import Accounts
from homeport.registry.access.control import OWNER
from homeport.registry.access.robots import PREFIX
from homeport.registry.api.extension import bodies
from homeport.registry.events.watch import Watch

T = TypeVar("T")

_ELSEWHERE = (
    "Change them where the stack was set up: homeport users add NAME, homeport users remove NAME;"
    " of a stack in a cluster homeport apply then tells the registry."
)


class Users:
    """The end points of users."""

    def __init__(self, accounts: Accounts | None, watch: Watch) -> None:
        self._accounts = accounts
        self._watch = watch

    async def list(self, request: http.Request, _: str) -> http.Response:
        """All users by name; no password is known to anybody. `may_remove` is what `remove` lets the caller do."""
        accounts = self._there()
        found = await accounts.all()
        is_writable = accounts.is_writable()
        users = [
            {
                "name": each.name,
                "is_admin": each.is_admin,
                "may_remove": is_writable and not each.is_kept and not _is_self(request, each.name),
            }
            for each in found
        ]
        return bodies.answer({"users": users, "is_writable": is_writable})

    async def put(self, request: http.Request, name: str) -> http.Response:
        """Adds a user: 201; or gives one that is there a new password: 200."""
        accounts = self._there()
        given = await bodies.read(request.body, {"password": _password}, needed=("password",))
        _check(name)
        is_new = await _changed(accounts.put(name, given["password"]))
        self._watch.user_changed(name, callers.of(request).name, is_new=is_new)
        return bodies.answer({"name": name, "is_new": is_new}, 201 if is_new else 200)

    async def remove(self, request: http.Request, name: str) -> http.Response:
        """Removes a user; their password and tokens are refused from now on."""
        accounts = self._there()
        if accounts.is_kept(name):
            text = f"{name} is the admin of the stack (admin.user), and stays"
            raise errors.Failure("UNSUPPORTED", text, status=409)
        if _is_self(request, name):
            text = f"{name} is you: another admin can remove you"
            raise errors.Failure("UNSUPPORTED", text, status=409)
        if not await _changed(accounts.remove(name)):
            raise errors.Failure("NAME_UNKNOWN", f"there is no user {name[: bodies.NAME]!r}")
        self._watch.user_removed(name, callers.of(request).name)
        return http.Response(204, [errors.VERSION])

    def _there(self) -> Accounts:
        if self._accounts is None:
            text = "this registry has no users: everybody may do everything (registry.auth)"
            raise errors.Failure("UNSUPPORTED", text, status=404)
        return self._accounts


def _is_self(request: http.Request, name: str) -> bool:
    """Whether it is the caller; the owner of this machine is no user, whatever users are called."""
    caller = callers.of(request)
    return caller is not OWNER and caller.name == name


async def _changed(change: Awaitable[T]) -> T:
    """What came of a change, or the failure that says why it was not made. It tells no file of this machine."""
    try:
        return await change
    except htpasswd.Unwritable as fault:
        text = "the registry can read its users, but not change them"
        raise errors.Failure(
            "UNSUPPORTED", text, detail={"hint": _ELSEWHERE}, status=409
        ) from fault


def _check(name: str) -> None:
    """Whether somebody can be called so. What a client did not send as UTF-8 has become a sign of that."""
    fault = "" if "�" not in name else f"{name[: bodies.NAME]!r} was not sent as UTF-8"
    if name.startswith(PREFIX):
        fault = f"{PREFIX} stands in front of the names of robots"
    try:
        htpasswd.check_user(name)
    except faults.SettingsError as error:
        fault = error.hint
    if fault:
        raise bodies.invalid(f"the name of the user can not be taken: {fault}")


def _password(value: Any) -> str:
    """A password that bcrypt reads to its end."""
    if isinstance(value, str):
        try:
            htpasswd.check_password(value)
        except faults.SettingsError as error:
            return f"can not be taken: {error.hint}"
        return ""
    return "must be a text"
