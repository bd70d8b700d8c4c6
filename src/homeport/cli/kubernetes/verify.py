"""`homeport verify`: every rule on the running stack, deployed or on this machine."""

from __future__ import annotations

import contextlib
import importlib
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import NamedTuple, Protocol

from homeport import clock, errors
from homeport.cli import arguments, output
from homeport.cli.kubernetes import accepting, opening
from homeport.cli.kubernetes.view import checks, paint
from homeport.cli.view import words
from homeport.stack import folders, settings
from homeport.stack.rules import checking
from homeport.stack.rules.asking import asked
from homeport.stack.rules.rule import Planned, Rule
from homeport.targets.kubernetes import users
from homeport.targets.kubernetes.checking import reach, running
from homeport.targets.kubernetes.objects import render
from homeport.targets.local import checking as local

_BAR = "homeport.cli.view.progress"
"""Loaded only for a terminal."""

RESTARTING = ("registry-kept", "cloud-kept")
"""Rules that restart a component."""


class _Progress(Protocol):
    def bar(self, label: str) -> AbstractContextManager[Callable[[int, int], None]]: ...


class _Opened(NamedTuple):
    about: Planned
    running: asked.Asked
    where: str
    notes: Sequence[str]


def configure(parser: arguments.Parser) -> None:
    """Which rules, what they may do, and where the stack is reached."""
    parser.shows_settings = parser.is_for_cluster = True
    parser.add_argument(
        "--rule",
        action="append",
        default=[],
        metavar="ID",
        help="check this rule only; may be repeated",
    )
    parser.add_argument(
        "--restart",
        action="store_true",
        help="restart registry and cloud, to see that their data stays",
    )
    parser.add_argument(
        "--address",
        metavar="IP[:PORT]",
        help="where Traefik is reached, whatever the names resolve to (Kubernetes)",
    )
    parser.add_argument(
        "--plain-port", type=int, default=80, metavar="PORT", help="its port for plain HTTP there"
    )
    accepting.configure(parser)
    parser.add_argument("-o", "--output", choices=("text", "json"), default="text")
    parser.epilog = "exit code: 0 where no rule is broken, else 1"


def run(given: arguments.Given) -> int:
    """Leaves nothing behind of what it pushes and stores."""
    rules = checking.running_rules(given["rule"])
    chosen = given.load().settings
    may_restart = given["restart"] or _agrees(given, rules)
    way = _deployed if chosen.target == settings.KUBERNETES else _local
    with way(given, may_restart=may_restart) as here, contextlib.closing(here.running):
        if given["output"] != "json":
            for note in here.notes:
                output.note(note)
            output.out(f"{paint.of_output()(here.where, paint.DIM)}\n")
        found = checks.rows(_checked(given, rules, here))
    if given["output"] == "json":
        output.out_json(checks.as_json(found, target=chosen.target))
    else:
        output.out(f"\n{checks.summary(found)}")
    return int(any(row.outcome is checking.Outcome.FAILED for row in found))


def _checked(
    given: arguments.Given, rules: Sequence[Rule], here: _Opened
) -> Iterator[checking.Checked]:
    """Checks one rule after the other, and writes each as soon as it is known."""
    color, is_text = paint.of_output(), given["output"] != "json"
    with _progress(is_shown=is_text) as tell:
        for done, each in enumerate(rules):
            tell(done, len(rules))
            found = checking.one_running(each, here.about, here.running)
            if is_text:
                output.out("\n".join(checks.lines(checks.rows([found])[0], color)))
            yield found


def _progress(*, is_shown: bool) -> AbstractContextManager[Callable[[int, int], None]]:
    if is_shown and paint.is_terminal() and sys.stderr.isatty():
        module: _Progress = importlib.import_module(_BAR)
        return module.bar("checking")
    return contextlib.nullcontext(lambda _done, _total: None)


def _agrees(given: arguments.Given, rules: Sequence[Rule]) -> bool:
    """Asks a person whether components may be restarted, where that is all that keeps a rule from being checked."""
    is_wanted = any(each.id in RESTARTING for each in rules)
    is_there = sys.stdin.isatty() and sys.stderr.isatty() and given["output"] != "json"
    if not (is_wanted and is_there):
        return False
    sys.stderr.write("Restart registry and cloud, to see that their data stays? [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in {"y", "yes"}


@contextlib.contextmanager
def _deployed(given: arguments.Given, *, may_restart: bool) -> Iterator[_Opened]:
    address = reach.parse(given["address"], given["plain_port"]) if given["address"] else None
    with opening.opened(given) as here:
        chosen = here.chosen
        password = _password(chosen, users.password_file(chosen))
        about = Planned(
            chosen,
            render.objects(chosen, render.Material(None)),
            accepting.of(given, chosen),
        )
        made = running.opened(
            about,
            here.cluster,
            password,
            clock.SystemClock(),
            address=address,
            may_restart=may_restart,
        )
        where = f"stack {chosen.kubernetes.name}, context {here.cluster.context} ({here.cluster.server})"
        yield _Opened(about, made.running, where, (*here.notes, *made.notes))


@contextlib.contextmanager
def _local(given: arguments.Given, *, may_restart: bool) -> Iterator[_Opened]:
    loaded = given.load()
    chosen = loaded.settings
    if given["address"]:
        raise arguments.UsageError(
            "--address is for a deployed stack.", hint="Give --target kubernetes with it."
        )
    password = _password(chosen, folders.of(chosen).admin_password)
    made = local.opened(chosen, password, clock.SystemClock(), may_restart=may_restart)
    where = f"the stack of {words.path(chosen.data)}; --target kubernetes checks the deployed one"
    yield _Opened(
        Planned(chosen, (), accepting.of(given, chosen)),
        made,
        where,
        loaded.notes,
    )


def _password(chosen: settings.Settings, kept: Path) -> str:
    """The admin's password: as it was given, or as it was kept."""
    if chosen.admin.password:
        return chosen.admin.password
    try:
        return kept.read_text("utf-8").removesuffix("\n")
    except OSError as error:
        raise errors.HomeportError(
            f"The password of {chosen.admin.user} is not known here: {words.path(kept)} {_missing(error)}.",
            hint="Give it: HOMEPORT_ADMIN_PASSWORD in the environment, or admin.password in homeport.toml.",
        ) from error


def _missing(error: OSError) -> str:
    is_absent = isinstance(error, FileNotFoundError)
    return "is not there" if is_absent else f"could not be read: {errors.reason(error)}"
