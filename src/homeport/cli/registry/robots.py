"""`homeport registry robots`: credentials for programs, with rights of their own."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from typing import Any

from homeport import clock
from homeport.cli import arguments, output
from homeport.cli.registry import asking, durations, showing
from homeport.cli.view import words


def configure(parser: argparse.ArgumentParser) -> None:
    """What to do, and with which one."""
    parser.add_argument(
        "action", choices=sorted(_ACTIONS), metavar="{add,list,remove}", help="what to do"
    )
    parser.add_argument("name", nargs="?", default="", help="the robot's name")
    parser.add_argument(
        "--allow",
        action="append",
        default=[],
        type=_scope,
        metavar="PATTERN:ACTIONS",
        help="what add lets it do, such as 'team/**:pull,push'; may be repeated",
    )
    parser.add_argument(
        "--expires",
        type=durations.seconds,
        metavar="TIME",
        help="when what add makes comes to its end, such as 90d from now; never by default",
    )
    showing.add_output(parser)
    parser.epilog = (
        "* stands for anything but a slash, ** for anything. Actions are pull, push and delete."
    )


def run(given: arguments.Given) -> int:
    """Adds, lists or removes."""
    action = given["action"]
    if action != "list" and not given["name"]:
        raise arguments.UsageError(
            "The robot's name is missing.", hint=f"homeport registry robots {action} NAME"
        )
    if action == "add" and not given["allow"]:
        raise arguments.UsageError(
            "It is not said what the robot may do.",
            hint=f"homeport registry robots add {given['name']} --allow 'team/**:pull,push'",
        )
    with asking.opened(given.load().settings) as registry:
        _ACTIONS[action](given, registry)
    return 0


def _scope(text: str) -> dict[str, Any]:
    pattern, colon, actions = text.rpartition(":")
    allow = [action.strip() for action in actions.split(",") if action.strip()]
    if not (colon and pattern and allow):
        raise argparse.ArgumentTypeError(
            f"{text!r} is not a pattern, a colon and actions, such as 'team/**:pull,push'"
        )
    return {"repositories": pattern, "allow": allow}


def _add(given: arguments.Given, registry: asking.Registry) -> None:
    body = {"name": given["name"], "scopes": given["allow"], "expires_s": given["expires"]}
    made = asking.ask(registry, "POST", "robots", body)
    if showing.is_json(given):
        output.out_json(made)
        return
    output.out(made["secret"])
    output.say(
        f"That is the password of {made['user']}; it is not shown again.\n"
        f"  docker login {registry.address} -u {made['user']}"
    )


def _remove(given: arguments.Given, registry: asking.Registry) -> None:
    asking.ask(registry, "DELETE", f"robots/{asking.quoted(given['name'])}")
    output.say(f"The robot {given['name']} can no longer log in.")


def _list(given: arguments.Given, registry: asking.Registry) -> None:
    robots = asking.ask(registry, "GET", "robots")["robots"]
    if showing.is_json(given):
        output.out_json(robots)
    elif robots:
        now = clock.SystemClock().now()
        heads = ["user", "may", "expires", "last used", "made by"]
        showing.table(heads, [_row(robot, now) for robot in robots])
    else:
        output.say("There are no robots yet; homeport registry robots add makes one.")


def _row(robot: Mapping[str, Any], now: float) -> list[str]:
    scopes = [f"{scope['repositories']}:{','.join(scope['allow'])}" for scope in robot["scopes"]]
    return [
        robot["user"],
        " ".join(scopes),
        _end(robot["expires"], now),
        words.ago(now, robot["used"]),
        robot["created_by"],
    ]


def _end(expires: float | None, now: float) -> str:
    if expires is None:
        return "never"
    return f"in {words.duration(expires - now)}" if expires > now else "is over"


_ACTIONS = {"add": _add, "list": _list, "remove": _remove}
