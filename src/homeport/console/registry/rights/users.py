"""The pages of users: who there is, a new one, a new password, and away with one.

A password stands in the answer to the form that made it up, and nowhere else.
"""

from __future__ import annotations

import urllib.parse
from typing import Any, NamedTuple

from homeport.console.asking.troubles import Trouble, missing
from homeport.console.routing import Row
from homeport.console.sessions import store
from homeport.console.visit import Fields, Visit
from homeport.edge import http
from homeport.registry.access import htpasswd

PATH = "/registry/users"
MOST = 1_000_000
"""Where a list may begin at most: a file of users is a few MB."""


class Given(NamedTuple):
    """A form as it was filled in, without its passwords."""

    name: str = ""
    is_made_up: bool = False


async def show(visit: Visit) -> http.Response:
    """All users, and the form for a new one."""
    return await _page(visit, Given())


async def add(visit: Visit) -> http.Response:
    """Adds one."""
    given = _given(visit.form)
    try:
        name = visit.form.needed("name", "The name").strip()
        if any(each["name"] == name for each in await _users(visit)):
            raise Trouble(
                f"There is a user {name} already.",
                hint="Give them a new password with the button beside their name.",
                status=409,
            )
        password = _password(visit.form)
        await _put(visit, name, password)
    except Trouble as trouble:
        if trouble.status not in {400, 409}:
            raise
        return await _page(visit, given, trouble)
    said = f"{name} can log in."
    return _told(visit, name, password, said) if given.is_made_up else visit.go(PATH, said)


async def ask(visit: Visit) -> http.Response:
    """The form for a new password."""
    return await _form(visit, visit.query.needed("name", "The name"))


async def change(visit: Visit) -> http.Response:
    """Gives somebody a new password."""
    name = visit.form.needed("name", "The name")
    try:
        await _check(visit, name)
        password = _password(visit.form)
        await _put(visit, name, password)
    except Trouble as trouble:
        if trouble.status not in {400, 409}:
            raise
        return await _form(visit, name, trouble, _given(visit.form))
    if name == visit.who.name:
        # The registry no longer takes the one that this session asks it with.
        visit.who.authorization = store.basic(name, password)
    said = f"{name} has a new password; the old one is refused from now on."
    is_made_up = _given(visit.form).is_made_up
    return _told(visit, name, password, said) if is_made_up else visit.go(PATH, said)


async def remove(visit: Visit) -> http.Response:
    """Removes one."""
    name = visit.form.needed("name", "The name")
    await visit.registry.send("DELETE", _place(name))
    return visit.go(PATH, said=f"{name} can no longer log in.")


async def _page(visit: Visit, given: Given, wrong: Trouble | None = None) -> http.Response:
    told = await visit.registry.get("users")
    search = visit.query.text("search").strip()
    found = [each for each in told["users"] if search.lower() in each["name"].lower()]
    size = visit.options.page
    offset = visit.query.number("offset", 0, 0, MOST)
    return visit.page(
        "registry/users/users.html",
        part="rows" if visit.request.method == "GET" else "",
        status=wrong.status if wrong is not None else 200,
        users=found[offset : offset + size],
        total=len(found),
        all=len(told["users"]),
        is_writable=told["is_writable"],
        offset=offset,
        size=size,
        search=search,
        given=given,
        wrong=wrong,
        longest=htpasswd.PASSWORD_BYTES,
        path=PATH,
    )


async def _form(
    visit: Visit, name: str, wrong: Trouble | None = None, given: Given | None = None
) -> http.Response:
    await _check(visit, name)
    return visit.page(
        "registry/users/password.html",
        status=wrong.status if wrong is not None else 200,
        name=name,
        given=given or Given(name),
        wrong=wrong,
        is_self=name == visit.who.name,
        longest=htpasswd.PASSWORD_BYTES,
        path=PATH,
    )


def _told(visit: Visit, name: str, password: str, said: str) -> http.Response:
    """The one page that shows a password that was made up."""
    netloc = urllib.parse.urlsplit(visit.registry.wire.place.url).netloc
    return visit.page(
        "registry/users/user.html",
        name=name,
        password=password,
        done=said,
        host=visit.options.registry_host or netloc,
        path=PATH,
    )


async def _users(visit: Visit) -> list[dict[str, Any]]:
    users: list[dict[str, Any]] = (await visit.registry.get("users"))["users"]
    return users


async def _check(visit: Visit, name: str) -> None:
    """A form for somebody who is not there would add them."""
    if not any(each["name"] == name for each in await _users(visit)):
        raise missing(f"There is no user {name[:64]}.", "They may have been removed meanwhile.")


async def _put(visit: Visit, name: str, password: str) -> None:
    await visit.registry.send("PUT", _place(name), {"password": password})


def _place(name: str) -> str:
    """Where the registry has a user. Raises `Trouble` for a name that an address can not hold.

    Dots between slashes go on the way: https://www.rfc-editor.org/rfc/rfc3986#section-5.2.4
    """
    if not {".", ".."}.isdisjoint(name.split("/")):
        raise Trouble(
            f"{name[:64]} can not be changed here.", hint="homeport users add and remove can do it."
        )
    return f"users/{name}"


def _given(form: Fields) -> Given:
    return Given(form.text("name").strip(), form.has("generate"))


def _password(form: Fields) -> str:
    """The password that a form brings, or one that is made up. Raises `Trouble` for what can be none."""
    if form.has("generate"):
        return htpasswd.new_password()
    password = form.text("password")
    if not password:
        raise Trouble("The password is missing.", hint="Type one twice, or have one made up.")
    if password != form.text("again"):
        raise Trouble("The two passwords differ; nothing was changed.", hint="Type both again.")
    return password


ROWS = (
    Row("GET", PATH, show, "admin"),
    Row("POST", PATH, add, "admin"),
    Row("GET", f"{PATH}/password", ask, "admin"),
    Row("POST", f"{PATH}/password", change, "admin"),
    Row("POST", f"{PATH}/remove", remove, "admin"),
)
