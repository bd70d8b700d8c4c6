"""`homeport users`: who may use the registry. A running registry takes a change over by itself."""

from __future__ import annotations

import getpass
import sys

from homeport import errors
from homeport.cli import arguments, output
from homeport.registry.access import htpasswd
from homeport.stack import folders, settings
from homeport.targets.local import prepare


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
    where, name = folders.of(chosen), given["name"]
    is_new = name not in htpasswd.users(where.htpasswd)
    password = _password(given)
    prepare.data_folder(where.data)
    prepare.data_folder(where.auth)
    if name == chosen.admin.user:
        prepare.keep_password(where, name, password)
    else:
        htpasswd.add(where.htpasswd, name, password)
    if given["generate"]:
        output.out(password)
    output.say(f"{name} can log in." if is_new else f"{name} has a new password.")


def _password(given: arguments.Given) -> str:
    if given["generate"]:
        return prepare.new_password()
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
    htpasswd.remove(folders.of(chosen).htpasswd, given["name"])
    output.say(f"{given['name']} can no longer log in.")


def _list(given: arguments.Given, chosen: settings.Settings) -> None:
    users = htpasswd.users(folders.of(chosen).htpasswd)
    if given["output"] == "json":
        output.out_json(users)
    elif users:
        output.out("\n".join(users))
    else:
        output.say("There are no users yet; the first homeport up makes one.")


_ACTIONS = {"add": _add, "remove": _remove, "list": _list}
