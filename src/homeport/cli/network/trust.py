"""`homeport trust`: the CA installed where clients look, shown before, undone after."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from homeport import errors
from homeport.cli import arguments, output
from homeport.cli.kubernetes.proposing import consent
from homeport.cli.network.trusting import calling, choosing, showing
from homeport.cli.view import words
from homeport.net.trust import carrying, machine, manual, table
from homeport.net.trust.contract import Place, State, Wanted
from homeport.net.trust.machine import Machine

OK, FAILED = 0, 1
_BAD = (State.FAILED, State.BLOCKED)


def configure(parser: arguments.Parser) -> None:
    """Which stores, and what is done with them."""
    parser.add_argument(
        "--store",
        action="append",
        choices=table.NAMES,
        metavar="NAME",
        default=[],
        help=f"only this store, can be given again: {', '.join(table.NAMES)} (default: those of this machine that you may write)",
    )
    doing = parser.add_mutually_exclusive_group()
    doing.add_argument("--undo", action="store_true", help="take the CA out again")
    doing.add_argument(
        "--print", action="store_true", help="say what to do by hand, per system and client"
    )
    doing.add_argument("--pem", action="store_true", help="print the certificate of the CA")
    parser.add_argument(
        "--show", action="store_true", help="show each file and command, and change nothing"
    )
    parser.add_argument(
        "--ca-file", type=Path, metavar="FILE", help="this CA, instead of that of the stack"
    )
    parser.add_argument("-y", "--yes", action="store_true", help="do not ask before")
    parser.add_argument("-o", "--output", choices=("table", "json"), default="table")
    parser.epilog = (
        "The CA is that of the data folder; with --target kubernetes that of the cluster's registry. Whoever has its key can vouch for "
        "any name to clients that trust it. exit code: 0 where everything that was tried worked, else 1."
    )


def run(given: arguments.Given) -> int:
    """Shows, installs, or takes away."""
    loaded = given.load()
    wanted = choosing.wanted(given, loaded.settings)
    if given["pem"] or given["print"]:
        return _tell(given, wanted)
    here = machine.this(os.environ, sys.platform)
    sudo = calling.sudo(given, loaded, wanted)
    with calling.alone(here):
        places = table.places(here, wanted, given["store"])
        if given["show"]:
            return _show(given, places, wanted, here, sudo)
        return _change(given, places, wanted, here, sudo)


def _tell(given: arguments.Given, wanted: Wanted) -> int:
    found = wanted.authority
    if found is None:
        raise errors.HomeportError("There is no CA.")
    if given["pem"]:
        output.out(found.pem.rstrip("\n"))
        return OK
    source = found.source or Path("ca.crt")
    output.out("\n".join(f"# {line}" for line in showing.about(wanted)))
    if found.source is None:
        output.out(f"# {words.command()} trust --pem > ca.crt, with the flags as now")
    output.out(f"\n{manual.text(source, wanted.hosts)}")
    return OK


def _show(
    given: arguments.Given,
    places: Sequence[Place],
    wanted: Wanted,
    here: Machine,
    sudo: calling.Sudo,
) -> int:
    if given["output"] == "json":
        output.out_json(showing.as_json(places, wanted, _as_root(places, sudo)))
        return OK
    output.out("\n".join([*showing.about(wanted), ""]))
    showing.table(places, wanted)
    showing.steps(places, wanted, here)
    if line := _as_root(places, sudo):
        output.say(f"\nAs root: {line}")
    return OK


def _change(
    given: arguments.Given,
    places: Sequence[Place],
    wanted: Wanted,
    here: Machine,
    sudo: calling.Sudo,
) -> int:
    is_for_people = given["output"] != "json"
    todo = [each for each in places if each.state is State.TODO]
    if is_for_people:
        output.out("\n".join([*showing.about(wanted), ""]))
    if todo and not given["yes"]:
        if is_for_people:
            showing.table(places, wanted)
        _agree(given, todo, wanted)
        _check_still(places, table.places(here, wanted, given["store"]))
        output.out("")
    if todo:
        done = list(carrying.carry_out(here, places, wanted))
        changed = {each.store for each in todo}
        places = _checked(done, table.places(here, wanted, changed))
    if is_for_people:
        # What was left out was said with the question.
        is_said = bool(todo) and not given["yes"]
        tried = {(each.store, each.where) for each in todo} if is_said else set()
        shown = [each for each in places if not is_said or (each.store, each.where) in tried]
        showing.table(shown, wanted)
        _advise(places, sudo)
    else:
        output.out_json(showing.as_json(places, wanted, _as_root(places, sudo)))
    return _code(given, places, wanted)


def _check_still(agreed: Sequence[Place], now: Sequence[Place]) -> None:
    """A person agreed to what was shown, and to nothing else."""
    if now != agreed:
        raise errors.HomeportError(
            "What is in the stores has changed meanwhile, so nothing was changed.",
            hint="Run the command again.",
        )


def _agree(given: arguments.Given, todo: Sequence[Place], wanted: Wanted) -> None:
    where = words.count(len(todo), "place")
    question = (
        f"Take this CA out of {where}?" if wanted.is_undo else f"Have this CA trusted in {where}?"
    )
    consent.agree(given, question)


def _checked(done: Sequence[Place], now: Sequence[Place]) -> list[Place]:
    """What was done, looked at again: a program may say that it did something, and not have done it."""
    left = {(each.store, each.where) for each in now if each.state in (State.TODO, State.BLOCKED)}
    return [
        each._replace(state=State.FAILED, why="it ran without an error, and nothing came of it")
        if each.state is State.DONE and (each.store, each.where) in left
        else each
        for each in done
    ]


def _advise(places: Sequence[Place], sudo: calling.Sudo) -> None:
    done = [each for each in places if each.state is State.DONE]
    for line in dict.fromkeys(each.after for each in done if each.after):
        output.say(line)
    as_root = _as_root(places, sudo)
    if as_root:
        output.say(f"As root: {as_root}")
    if not done and not as_root and not any(each.state in _BAD for each in places):
        output.say("Nothing was changed.")
    if any(each.state is State.FAILED for each in places):
        output.say("What was cut off half-way is mended by the same command.")


def _as_root(places: Sequence[Place], sudo: calling.Sudo) -> str:
    barred = dict.fromkeys(each.store for each in places if each.state is State.ROOT)
    return sudo(tuple(barred)) if barred else ""


def _code(given: arguments.Given, places: Sequence[Place], wanted: Wanted) -> int:
    if any(each.state in _BAD for each in places):
        return FAILED
    if given["store"] and any(each.state is State.ROOT for each in places):
        return FAILED
    is_reached = any(each.state in (State.DONE, State.UNCHANGED) for each in places)
    return OK if wanted.is_undo or is_reached else FAILED
