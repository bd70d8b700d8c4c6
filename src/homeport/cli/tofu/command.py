"""`homeport tofu COMMAND`: finds the module of the command and runs it."""

from __future__ import annotations

import importlib
from collections.abc import Mapping

from homeport.cli import arguments
from homeport.cli.registry import command

COMMANDS: Mapping[str, command.Entry] = {
    "install": command.Entry(
        "homeport.cli.tofu.install", "let terraform and tofu find the provider"
    ),
    "uninstall": command.Entry("homeport.cli.tofu.uninstall", "take that back"),
    "export": command.Entry(
        "homeport.cli.tofu.export", "write the stack as plain resources (*.tf.json)"
    ),
    "serve": command.Entry(
        "homeport.cli.tofu.serve", "be the provider; terraform and tofu start this themselves"
    ),
}


def configure(parser: arguments.Parser) -> None:
    """The commands."""
    commands = parser.add_subparsers(
        title="commands", dest="command", metavar="COMMAND", parser_class=command.CommandParser
    )
    for name, (module, summary) in COMMANDS.items():
        commands.add_parser(
            name,
            module=module,
            help=summary,
            description=f"{summary[0].upper()}{summary[1:]}.",
        )
    parser.epilog = "docs/opentofu.md shows the way from nothing to an apply."


def run(given: arguments.Given) -> int:
    """Runs the command."""
    name = given["command"]
    if name is None:
        raise arguments.UsageError(
            f"homeport tofu: which command? There are {', '.join(COMMANDS)}.",
            hint="homeport tofu --help says what they do.",
        )
    module: command.Command = importlib.import_module(COMMANDS[name].module)
    return module.run(given)
