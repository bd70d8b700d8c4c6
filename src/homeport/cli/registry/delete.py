"""`homeport registry delete`: a repository goes, with all its tags."""

from __future__ import annotations

import argparse
import sys

from homeport import errors
from homeport.cli import arguments, output
from homeport.cli.registry import asking, showing
from homeport.cli.view import words


def configure(parser: argparse.ArgumentParser) -> None:
    """Which one."""
    parser.add_argument("repository", help="its name, such as team/app")
    parser.add_argument("-y", "--yes", action="store_true", help="do not ask")
    showing.add_output(parser)
    parser.epilog = "Its room is freed by the next collection: homeport registry gc."


def run(given: arguments.Given) -> int:
    """Shows what is there, asks, and deletes it."""
    name = given["repository"]
    with asking.opened(given.load().settings) as registry:
        if not given["yes"] and not _is_meant(registry, name):
            output.say("Nothing was deleted.")
            return 1
        done = asking.ask(registry, "DELETE", f"repositories/{asking.quoted(name)}")
    if showing.is_json(given):
        output.out_json(done)
    else:
        output.out(f"{name} is deleted: {_things(done['tags'], done['manifests'])}.")
        output.say(
            "homeport registry gc frees what nothing else needs, once its grace period is over."
        )
    return 0


def _is_meant(registry: asking.Registry, name: str) -> bool:
    """Whether a person says so."""
    found = asking.ask(registry, "GET", f"usage/repositories/{asking.quoted(name)}")
    if not sys.stdin.isatty():
        raise errors.HomeportError(
            f"There is no terminal to ask whether {name} is to be deleted.", hint="Give --yes."
        )
    things = _things(found["tags"], found["manifests"])
    alone = words.amount(found["bytes"] - found["shared"])
    output.say(f"{name} has {things}; {alone} of it belong to no other repository.")
    sys.stderr.write("Delete all of it? [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in {"y", "yes"}


def _things(tags: int, manifests: int) -> str:
    return f"{words.count(tags, 'tag')} and {words.count(manifests, 'manifest')}"
