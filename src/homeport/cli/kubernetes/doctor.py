"""`homeport doctor`: what stands against a stack before it is deployed, or started on this machine."""

from __future__ import annotations

from collections.abc import Sequence

from homeport import clock
from homeport.cli import arguments, output
from homeport.cli.kubernetes import accepting, opening
from homeport.cli.kubernetes.view import checks, paint
from homeport.stack import settings
from homeport.stack.rules import checking
from homeport.stack.rules.ingress import multicast, names
from homeport.stack.rules.rule import Planned
from homeport.targets.kubernetes import users
from homeport.targets.kubernetes.checking import adapter
from homeport.targets.kubernetes.objects import render
from homeport.targets.local import examining

_NOBODY = render.Material(None)
"""The users are those of the cluster, which are not known."""


def configure(parser: arguments.Parser) -> None:
    """What is known to be broken, and the form."""
    parser.shows_settings = parser.is_for_cluster = True
    accepting.configure(parser)
    parser.add_argument("-o", "--output", choices=("text", "json"), default="text")
    parser.epilog = (
        "--target kubernetes looks at the cluster, --target local (the default) at this machine. "
        "exit code: 0 where nothing stands against it, else 1"
    )


def run(given: arguments.Given) -> int:
    """Changes nothing, in the cluster or here."""
    if given.load().settings.target == settings.KUBERNETES:
        return _cluster(given)
    return _machine(given)


def _cluster(given: arguments.Given) -> int:
    with opening.opened(given) as here:
        its = here.chosen.kubernetes.name
        where = f"stack {its}, context {here.cluster.context} ({here.cluster.server})"
        _note(given, here.notes)
        return _show(given, _checked(given, here), where, context=here.cluster.context)


def _checked(given: arguments.Given, here: opening.Opened) -> tuple[checking.Checked, ...]:
    """All stages; where the cluster does not answer, what can be told without it."""
    asked = adapter.of(here.cluster)
    silent = checking.unanswered(asked)
    material = users.find(here.chosen, here.cluster).material if silent is None else _NOBODY
    objects = render.objects(here.chosen, material)
    about = Planned(here.chosen, objects, accepting.of(given, here.chosen))
    found = checking.on_cluster(about, asked) if silent is None else (silent,)
    return (*found, *checking.on_here(about), *checking.on_plan(about))


def _machine(given: arguments.Given) -> int:
    loaded = given.load()
    about = Planned(loaded.settings, (), accepting.of(given, loaded.settings))
    of_names = about._replace(chosen=examining.with_ports(about.chosen))
    _note(given, loaded.notes)
    where = "this machine; --target kubernetes looks at the cluster"
    found = (
        *checking.on_here(about, examining.rules(clock.SystemClock())),
        *checking.on_here(of_names, (multicast.RULE, names.RULE)),
    )
    return _show(given, found, where)


def _note(given: arguments.Given, notes: Sequence[str]) -> None:
    for note in notes if given["output"] != "json" else ():
        output.note(note)


def _show(
    given: arguments.Given, checked: Sequence[checking.Checked], where: str, context: str = ""
) -> int:
    found = checks.rows(checked)
    if given["output"] == "json":
        target = settings.KUBERNETES if context else settings.LOCAL
        output.out_json(checks.as_json(found, target=target, context=context))
    else:
        color = paint.of_output()
        lines = [line for row in found for line in checks.lines(row, color)]
        output.out("\n".join([color(where, paint.DIM), "", *lines, "", checks.summary(found)]))
    return int(checking.is_failed(checked))
