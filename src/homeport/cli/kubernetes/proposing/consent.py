"""Asks a person before something is changed; `--yes` has answered already.

As with terraform and tofu, what changes a cluster is shown and agreed to: the commonest mistake is the wrong context, and no
command takes it back. Where there is no terminal to ask, `--yes` is needed, so that a pipe never agrees by itself.
"""

from __future__ import annotations

import sys

from homeport import errors
from homeport.cli import arguments


class Declined(errors.HomeportError):
    """A person said no; nothing was changed."""


def can_ask(given: arguments.Given) -> bool:
    """Whether there is a person at a terminal."""
    return sys.stdin.isatty() and sys.stderr.isatty() and given["output"] != "json"


def agree(given: arguments.Given, question: str, flag: str = "--yes") -> None:
    """Returns where a person agrees. Raises `Declined`, nothing changed."""
    if given[flag.removeprefix("--").replace("-", "_")]:
        return
    if not can_ask(given):
        raise Declined(
            "There is no terminal to ask on, so nothing was changed.",
            hint=f"{flag} agrees beforehand.",
        )
    if answer(f"\n{question} [y/N] ").lower() not in {"y", "yes"}:
        raise Declined("Nothing was changed.")


def answer(question: str) -> str:
    """What a person types; the question goes to standard error, apart from results."""
    sys.stderr.write(question)
    sys.stderr.flush()
    try:
        return sys.stdin.readline().strip()
    except KeyboardInterrupt:
        # So that the shell does not go on in the line of the question.
        sys.stderr.write("\n")
        raise


def name(given: arguments.Given, stack: str) -> None:
    """Returns where a person has typed the stack's name. Raises `Declined`, nothing deleted."""
    if given["yes"]:
        return
    if not can_ask(given):
        raise Declined(
            "There is no terminal to ask on, so nothing was deleted.",
            hint="--yes agrees beforehand.",
        )
    if answer(f"\nType the name of the stack ({stack}) to delete it: ") != stack:
        raise Declined("Nothing was deleted.")
