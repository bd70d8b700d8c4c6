"""`homeport dns`: the records of the stack: what would change, making and removing them, where each name goes, what to enter by hand."""

from __future__ import annotations

import contextlib
import importlib
import shlex
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from typing import Protocol

from homeport import clock, errors
from homeport.cli import arguments, output
from homeport.cli.kubernetes.proposing import consent
from homeport.cli.kubernetes.view import paint
from homeport.cli.network import again, naming, proposed, view
from homeport.net.dns import forms
from homeport.net.dns.hosts import keeper
from homeport.net.dns.records import Changes
from homeport.stack import load, settings
from homeport.targets.kubernetes.cluster.contract import Cluster

SAME, STOPPED, CHANGES = 0, 1, 2
"""Exit codes of `plan`, as those of `homeport plan`; the others have 0 and 1."""
_DECIDING = (
    "target",
    "domain",
    "registry.hostname",
    "ui.hostname",
    "ui.enabled",
    "cloud.hostname",
    "ingress.host",
    "dns.provider",
    "dns.address",
    "dns.address6",
    "dns.hosts_file",
    "kubernetes.name",
    "kubernetes.context",
    "kubernetes.kubeconfig",
)
"""The settings that decide which records there are, and in which file."""
_CLUSTER, _CHECKING = "homeport.cli.kubernetes.opening", "homeport.cli.network.checking"
"""Loaded only where the stack is in a cluster, and where servers are asked."""


class _Opened(Protocol):
    @property
    def cluster(self) -> Cluster: ...

    @property
    def notes(self) -> tuple[str, ...]: ...


class _Opening(Protocol):
    def opened(self, given: arguments.Given) -> AbstractContextManager[_Opened]: ...


class _Checking(Protocol):
    check: Callable[..., list[object]]
    lines: Callable[..., Iterator[str]]
    as_json: Callable[..., dict[str, object]]


def configure(parser: arguments.Parser) -> None:
    """What to do, whether to ask, and the form."""
    parser.add_argument(
        "action",
        choices=tuple(_ACTIONS),
        metavar="{plan,apply,remove,check,print}",
        help="what to do",
    )
    parser.add_argument("-y", "--yes", action="store_true", help="do not ask")
    parser.add_argument("-o", "--output", choices=("text", "json"), default="text")
    parser.add_argument(
        "--form",
        choices=("table", *forms.FORMS),
        default="table",
        help="for whom `print` writes them",
    )
    parser.epilog = (
        "dns.provider in homeport.toml says who answers for the names; docs/names.md shows how."
        " Exit code of plan: 0 where nothing would change, 2 where something would, 1 where names are taken;"
        " of check: 0 where each name leads where it should, else 1."
    )


def run(given: arguments.Given) -> int:
    """Does it for the stack of this machine, or of the cluster with `--target kubernetes`."""
    try:
        with _names(given) as names:
            return _ACTIONS[given["action"]](given, names)
    except keeper.Closed as error:
        again = _as_root(given, given.load())
        raise errors.HomeportError(
            error.what, hint=f"{again}\n  writes it. Or enter the lines by hand: {keeper.BY_HAND}"
        ) from error


def _as_root(given: arguments.Given, loaded: load.Loaded) -> str:
    """The command for root, who has another home folder, and perhaps another path."""
    chosen = loaded.settings
    words = [
        "sudo",
        *again.program(),
        "dns",
        given["action"],
        "--data",
        str(chosen.data.absolute()),
    ]
    words += ["--config", str(loaded.file.absolute())] if loaded.file else []
    words += again.flags(chosen, _DECIDING)
    return shlex.join([*words, *(["--yes"] if given["yes"] else [])])


@contextlib.contextmanager
def _names(given: arguments.Given) -> Iterator[naming.Naming]:
    loaded = given.load()
    time = clock.SystemClock()
    if loaded.settings.target != settings.KUBERNETES:
        for note in loaded.notes:
            output.note(note)
        with naming.of_machine(loaded.settings, time) as names:
            yield names
        return
    module: _Opening = importlib.import_module(_CLUSTER)
    with (
        module.opened(given) as here,
        naming.of_cluster(loaded.settings, time, here.cluster) as names,
    ):
        for note in here.notes:
            output.note(note)
        yield names


def _plan(given: arguments.Given, names: naming.Naming) -> int:
    changes = names.plan()
    _show(given, names, changes)
    if changes is None:
        return SAME
    if changes.taken:
        return STOPPED
    return CHANGES if changes.has_changes else SAME


def _apply(given: arguments.Given, names: naming.Naming) -> int:
    changes = names.plan()
    _show(given, names, changes)
    if changes is None:
        return SAME
    naming.refuse(changes)
    if changes.has_changes:
        consent.agree(given, f"Make these changes, {changes.where}?")
    names.apply(changes, output.say)
    if changes.has_changes:
        output.say("Done. homeport dns check says where each name goes.")
    return SAME


def _remove(given: arguments.Given, names: naming.Naming) -> int:
    changes = names.removal()
    _show(given, names, changes, is_removal=True)
    if changes is None:
        return SAME
    if changes.has_changes:
        consent.agree(given, f"Remove these records, {changes.where}?")
    names.remove(changes, output.say)
    return SAME


def _show(
    given: arguments.Given,
    names: naming.Naming,
    changes: Changes | None,
    *,
    is_removal: bool = False,
) -> None:
    provider = names.chosen.dns.provider
    entered = names.wanted if provider == "print" and not is_removal else ()
    made = proposed.Proposed(provider, changes, entered, left=names.left())
    if given["output"] == "json":
        output.out_json(proposed.as_json(made))
        return
    said = list(proposed.lines(made, paint.of_output()))
    output.out("\n".join(said or [_NOBODY[provider]]))


_NOBODY = {
    "print": 'Nobody keeps records for the stack (dns.provider = "print"): what was entered by hand is removed by hand.',
    "none": 'The stack has no records (dns.provider = "none").',
}


def _check(given: arguments.Given, names: naming.Naming) -> int:
    module: _Checking = importlib.import_module(_CHECKING)
    rows = module.check(names.chosen, _wanted(names))
    found = module.as_json(rows)
    if given["output"] == "json":
        output.out_json(found)
    else:
        output.out("\n".join(module.lines(rows, paint.of_output(), names.chosen.dns.provider)))
    return SAME if found["right"] else STOPPED


def _print(given: arguments.Given, names: naming.Naming) -> int:
    chosen = names.chosen
    entered = forms.Entered(chosen.domain, _wanted(names), (chosen.hosts.cloud,))
    form = given["form"]
    if given["output"] == "json":
        output.out_json([view.record(one) for one in entered.records])
    elif form == "table":
        rows = [(one.name, one.kind.value, one.value) for one in entered.records]
        output.out(output.table(("name", "type", "value"), rows))
    else:
        output.out("\n".join(forms.FORMS[form](entered)))
    if given["output"] == "text" and form not in forms.HAVE_WILDCARDS:
        cloud = chosen.hosts.cloud
        output.note(
            f"Names of buckets (BUCKET.s3.{cloud}) are not among them; with a wildcard *.{cloud} they lead there too,"
            " and without one S3 clients take the path style."
        )
    return SAME


def _wanted(names: naming.Naming) -> naming.Wanted:
    """The records. Raises `HomeportError` where the settings want none."""
    if not names.wanted:
        raise errors.SettingsError(
            _NOBODY["none"],
            hint='dns.provider = "print" shows what to enter; docs/names.md has the others.',
        )
    return names.wanted


_ACTIONS: Mapping[str, Callable[[arguments.Given, naming.Naming], int]] = {
    "plan": _plan,
    "apply": _apply,
    "remove": _remove,
    "check": _check,
    "print": _print,
}
