"""`homeport registry COMMAND`: finds the module of the command and runs it."""

from __future__ import annotations

import argparse
import importlib
from collections.abc import Mapping
from typing import Any, NamedTuple, Protocol

from homeport.cli import arguments


class Entry(NamedTuple):
    """A command: its module, and what it does in a line."""

    module: str
    summary: str


COMMANDS: Mapping[str, Entry] = {
    "usage": Entry("homeport.cli.registry.usage", "show what takes the room, and what ran last"),
    "gc": Entry("homeport.cli.registry.gc", "free what no image needs, beside pushes and pulls"),
    "retention": Entry("homeport.cli.registry.retention", "apply the retention rules now"),
    "scrub": Entry(
        "homeport.cli.registry.scrub", "read all that is stored and find what has rotted"
    ),
    "import": Entry("homeport.cli.registry.importing", "take over the folder of a registry v2"),
    "delete": Entry("homeport.cli.registry.delete", "delete a repository with all its tags"),
    "robots": Entry(
        "homeport.cli.registry.robots", "add, list and remove credentials for programs"
    ),
}


class Command(Protocol):
    """What the module of a command has."""

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Adds its arguments."""

    def run(self, given: arguments.Given) -> int:
        """Does it and returns the exit code. Raises `HomeportError` for a person to read."""


class CommandParser(arguments.Parser):
    """The parser of one of them. Its module is loaded when its turn comes; settings may stand behind it too."""

    def __init__(self, *, module: str, **options: Any) -> None:
        super().__init__((), **options)
        self._module = module

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """Parses what stands behind the command's name."""
        self._is_help = "-h" in args or "--help" in args
        if self._is_help:
            self.formatter_class = argparse.HelpFormatter
        command: Command = importlib.import_module(self._module)
        command.configure(self)
        self._add_settings()
        for action in self._actions:
            if action.default is None:  # so that a setting in front of the command's name is kept
                action.default = argparse.SUPPRESS if _is_setting(action) else None
        found, unknown = super().parse_known_args(args, namespace)
        if unknown:
            self.error(self._unknown(unknown[0]))
        return found, unknown


def _is_setting(action: argparse.Action) -> bool:
    return action.dest == "config" or action.dest.startswith("setting:")


def configure(parser: arguments.Parser) -> None:
    """The commands."""
    commands = parser.add_subparsers(
        title="commands",
        dest="command",
        metavar="COMMAND",
        parser_class=CommandParser,
    )
    for name, (module, summary) in COMMANDS.items():
        commands.add_parser(
            name,
            module=module,
            help=summary,
            description=f"{summary[0].upper()}{summary[1:]}.",
        )
    parser.epilog = (
        "A registry that runs is asked at its address; one that is stopped is opened for the time of the command. "
        "exit code: 0 when it is done, 1 where it failed, 2 for a wrong command line."
    )


def run(given: arguments.Given) -> int:
    """Runs the command."""
    name = given["command"]
    if name is None:
        raise arguments.UsageError(
            f"homeport registry: which command? There are {', '.join(COMMANDS)}.",
            hint="homeport registry --help says what they do.",
        )
    command: Command = importlib.import_module(COMMANDS[name].module)
    return command.run(given)
