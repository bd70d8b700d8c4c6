"""`homeport users`: who may use the registry. A running registry takes a change over by itself; a deployed one with `apply`."""

from __future__ import annotations

import getpass
import importlib
import sys
from pathlib import Path
from typing import Protocol

from homeport import errors
from homeport.cli import arguments, output
from homeport.registry.access import htpasswd
from homeport.stack import folders, settings
from homeport.targets.local import prepare

_DEPLOYED = "homeport.cli.kubernetes.users"
"""Loaded only where the target is a cluster."""


class Deployed(Protocol):
    """What that module has."""

    def file(self, given: arguments.Given) -> Path:
        """The file of the deployed registry's users, written anew from the cluster where it was lost."""

    def add(self, given: arguments.Given, name: str, password: str) -> None:
        """Adds a user, or gives one that is there a new password."""


def configure(parser: arguments.Parser) -> None:
    """What to do, and with whom."""
    parser.add_argument(
        "action", choices=sorted(_ACTIONS), metavar="{add,list,remove}", help="what to do"
    )
    parser.add_argument("name", nargs="?", default="", help="the user's name")
    source = parser.add_mutually_exclusive_group()
    source.add_argument(
        "--password-stdin", action="store_true", help="read the password from standard input"
    )
    source.add_argument("--generate", action="store_true", help="make a password up and print it")
    parser.add_argument(
        "-o", "--output", choices=("plain", "json"), default="plain", help="the form of the list"
    )
    parser.epilog = "add gives a user that is there already a new password."


def run(given: arguments.Given) -> int:
    """Changes or lists the users."""
    chosen = given.load().settings
    if given["action"] != "list" and not given["name"]:
        raise arguments.UsageError(
            "The user's name is missing.", hint=f"homeport users {given['action']} NAME"
        )
    _ACTIONS[given["action"]](given, chosen)
    return 0


def _add(given: arguments.Given, chosen: settings.Settings) -> None:
    name = given["name"]
    is_new = name not in htpasswd.users(_file(given, chosen))
    password = _password(given)
    if chosen.target == settings.KUBERNETES:
        _deployed().add(given, name, password)
    else:
        _add_here(chosen, name, password)
    if given["generate"]:
        output.out(password)
    _say(chosen, f"{name} can log in" if is_new else f"{name} has a new password")


def _add_here(chosen: settings.Settings, name: str, password: str) -> None:
    where = folders.of(chosen)
    prepare.data_folder(where.data)
    prepare.data_folder(where.auth)
    if name == chosen.admin.user:
        prepare.keep_password(where, name, password)
    else:
        htpasswd.add(where.htpasswd, name, password)


def _file(given: arguments.Given, chosen: settings.Settings) -> Path:
    if chosen.target == settings.KUBERNETES:
        return _deployed().file(given)
    return folders.of(chosen).htpasswd


def _deployed() -> Deployed:
    module: Deployed = importlib.import_module(_DEPLOYED)
    return module


def _say(chosen: settings.Settings, what: str) -> None:
    """Says what was done; the cluster is not told of it by that."""
    if chosen.target == settings.KUBERNETES:
        output.say(f"{what}, once homeport apply has told the cluster.")
    else:
        output.say(f"{what}.")


def _password(given: arguments.Given) -> str:
    if given["generate"]:
        return htpasswd.new_password()
    if given["password_stdin"]:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise errors.SettingsError(
            "There is no terminal to ask for the password.",
            hint="Give --password-stdin and write it to standard input, or --generate.",
        )
    password = getpass.getpass(f"Password of {given['name']}: ")
    if getpass.getpass("Once more: ") != password:
        raise errors.SettingsError("The two passwords differ; nothing was changed.")
    return password


def _remove(given: arguments.Given, chosen: settings.Settings) -> None:
    htpasswd.remove(_file(given, chosen), given["name"])
    _say(chosen, f"{given['name']} can no longer log in")


def _list(given: arguments.Given, chosen: settings.Settings) -> None:
    users = htpasswd.users(_file(given, chosen))
    if given["output"] == "json":
        output.out_json(users)
    elif users:
        output.out("\n".join(users))
    else:
        first = "apply" if chosen.target == settings.KUBERNETES else "up"
        output.say(f"There are no users yet; the first homeport {first} makes one.")


_ACTIONS = {"add": _add, "remove": _remove, "list": _list}
