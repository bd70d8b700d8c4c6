"""What a person does next, once the stack is deployed."""

from __future__ import annotations

import shlex
import sys

from homeport.cli.view import words
from homeport.stack import settings
from homeport.targets.kubernetes import users


def text(
    config: str | None, chosen: settings.Settings, made: users.Users, *, is_waited: bool
) -> str:
    """URLs, how to log in, where the password is, and the next commands."""
    hosts, user = chosen.hosts, chosen.admin.user
    rows = [("registry", hosts.registry), ("cloud", hosts.cloud)]
    if chosen.ui.enabled:
        rows.insert(1, ("registry-ui", hosts.ui))
    lines = [f"  {name:<12} https://{host}" for name, host in rows]
    head = "The stack is ready." if is_waited else "The stack is applied."
    log_in = f"  docker login {hosts.registry} -u {shlex.quote(user)}"
    return "\n".join(
        [
            "",
            head,
            "",
            *lines,
            "",
            log_in,
            f"  {_password(chosen, made)}",
            "",
            *_next(config, chosen, is_waited=is_waited),
        ]
    )


def _password(chosen: settings.Settings, made: users.Users) -> str:
    user, path = chosen.admin.user, users.password_file(chosen)
    if made.is_made_up:
        if not sys.stdout.isatty():  # no log keeps it
            return f"The password of {user} was made up; it is in {words.path(path)}."
        return f"The password of {user} is {made.password}; it is shown this once, and kept in {words.path(path)}."
    if path.is_file():
        return f"The password of {user} is in {words.path(path)}."
    return f"The password of {user} is not on this machine; homeport users add {shlex.quote(user)} --target kubernetes gives a new one."


def _next(config: str | None, chosen: settings.Settings, *, is_waited: bool) -> list[str]:
    command, where = words.command(), f" --config {shlex.quote(config)}" if config else ""
    target = "" if chosen.target == settings.KUBERNETES else f" --target {settings.KUBERNETES}"
    rows = [
        (f"{command} verify{target}{where}", "checks every rule on the running stack"),
        (f"{command} node-config{where}", "prints what the nodes need to pull from it"),
    ]
    if not is_waited:
        rows.insert(0, (f"{command} status --watch{target}{where}", "shows how it becomes ready"))
    width = max(len(row[0]) for row in rows)
    return ["Type next:", *(f"  {name:<{width}}   {what}" for name, what in rows)]
