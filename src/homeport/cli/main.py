"""The `homeport` command: finds the module of a subcommand, runs it, and shows its error.

A subcommand's module is loaded when it is run, so that the others cost nothing: `homeport --help` answers at once, and a
component does not carry what only the terminal needs.
"""

from __future__ import annotations

import importlib
import os
import sys
import traceback
from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

from homeport import errors
from homeport.cli import arguments, output
from homeport.stack import spelling

OK, ERROR, USAGE, INTERRUPTED = 0, 1, 2, 130
"""Exit codes; 130 is a shell's for SIGINT: https://tldp.org/LDP/abs/html/exitcodes.html"""


class Entry(NamedTuple):
    """A subcommand: its module, and what it does in a line."""

    module: str
    summary: str


COMMANDS: Mapping[str, Entry] = {
    "up": Entry("homeport.cli.local.up", "start the stack"),
    "down": Entry("homeport.cli.local.down", "stop the stack"),
    "status": Entry("homeport.cli.status", "show each component with its state and URL"),
    "logs": Entry("homeport.cli.logs", "show what the components wrote"),
    "env": Entry("homeport.cli.env", "print the environment for AWS clients, for eval"),
    "registry": Entry(
        "homeport.cli.registry.command", "collect, check, list and import what the registry holds"
    ),
    "users": Entry("homeport.cli.users", "add, remove and list users of the registry"),
    "plan": Entry("homeport.cli.kubernetes.plan", "show what apply would change in the cluster"),
    "apply": Entry("homeport.cli.kubernetes.apply", "deploy the stack to a Kubernetes cluster"),
    "diff": Entry(
        "homeport.cli.kubernetes.diff", "show where the cluster has drifted from what was applied"
    ),
    "destroy": Entry("homeport.cli.kubernetes.destroy", "remove the stack from the cluster"),
    "render": Entry("homeport.cli.kubernetes.render", "print the objects of the stack as YAML"),
    "doctor": Entry(
        "homeport.cli.kubernetes.doctor",
        "check the cluster, or this machine, before anything is started",
    ),
    "verify": Entry("homeport.cli.kubernetes.verify", "check every rule on the running stack"),
    "node-config": Entry(
        "homeport.cli.kubernetes.node_config", "print what the nodes need to pull from the registry"
    ),
    "tofu": Entry("homeport.cli.tofu.command", "manage stacks with Terraform or OpenTofu"),
    "dns": Entry(
        "homeport.cli.network.dns", "show, make, remove and check the DNS records of the stack"
    ),
    "trust": Entry(
        "homeport.cli.network.trust",
        "have the CA trusted by this machine, its browsers and clients",
    ),
    "serve": Entry("homeport.cli.serve", "run one component in this process"),
    "version": Entry("homeport.cli.version", "print the version"),
}


class Command(Protocol):
    """What the module of a subcommand has."""

    def configure(self, parser: arguments.Parser) -> None:
        """Adds its arguments."""

    def run(self, given: arguments.Given) -> int:
        """Does it and returns the exit code. Raises `HomeportError` for a person to read."""


def main(argv: Sequence[str] | None = None) -> int:
    """Runs a command line and returns its exit code."""
    words = list(sys.argv[1:] if argv is None else argv)
    is_debugging = "--debug" in words[:1]
    if is_debugging:
        words.pop(0)
    if not words or words[0] in {"-h", "--help", "help"}:
        output.out(_help())
        return OK if words else USAGE
    if words[0] in {"-V", "--version"}:
        words = ["version"]
    if words[0] not in COMMANDS:
        output.error(_unknown(words[0]))
        return USAGE
    return _guarded(words[0], words[1:], is_debugging=is_debugging)


def _guarded(name: str, words: Sequence[str], *, is_debugging: bool) -> int:
    try:
        return _run(name, words)
    except errors.HomeportError as error:
        if is_debugging:
            traceback.print_exc()
        output.error(str(error))
        return USAGE if isinstance(error, arguments.UsageError) else ERROR
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read the output has enough (`homeport logs | head`). Python would complain again when it flushes at exit:
        # https://docs.python.org/3/library/signal.html#note-on-sigpipe
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ERROR
    except OSError as error:
        if is_debugging:
            raise
        output.error(
            f"homeport {name} failed: {error}.\n  homeport --debug {name} ... shows where."
        )
        return ERROR


def _run(name: str, words: Sequence[str]) -> int:
    command: Command = importlib.import_module(COMMANDS[name].module)
    parser = arguments.Parser(words, prog=f"homeport {name}", description=_sentence(name))
    command.configure(parser)
    return command.run(parser.given())


def _sentence(name: str) -> str:
    summary = COMMANDS[name].summary
    return f"{summary[0].upper()}{summary[1:]}."


def _unknown(word: str) -> str:
    near = spelling.nearest(word, COMMANDS)
    meant = f"Did you mean homeport {near}? " if near else ""
    return f"homeport has no command {word!r}.\n  {meant}homeport --help lists them all."


def _help() -> str:
    lines = [f"  {name:11} {entry.summary}" for name, entry in COMMANDS.items()]
    return "\n".join(
        [
            "usage: homeport [--debug] COMMAND ...",
            "",
            "A private container registry and a local AWS, from one command.",
            "",
            "commands:",
            *lines,
            "",
            "homeport COMMAND --help shows its options; --version the version.",
        ]
    )
