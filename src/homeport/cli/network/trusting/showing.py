"""How the places of stores are shown: a table for people, each file and command on request, JSON for programs."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from homeport.cli import output
from homeport.cli.registry import showing
from homeport.cli.view import words
from homeport.net.trust import authority
from homeport.net.trust.contract import Command, Place, State, Wanted
from homeport.net.trust.files import writing
from homeport.net.trust.files.writing import Step
from homeport.net.trust.machine import Machine

_INSTALLED = {
    State.TODO: "to be added",
    State.DONE: "added",
    State.UNCHANGED: "trusted already",
}
_UNDONE = {
    State.TODO: "to be removed",
    State.DONE: "removed",
    State.UNCHANGED: "not in it",
}
_BOTH = {
    State.FAILED: "failed",
    State.BLOCKED: "cannot",
    State.ROOT: "needs root",
    State.SKIPPED: "skipped",
}


def about(wanted: Wanted) -> list[str]:
    """Which CA it is."""
    found = wanted.authority
    if found is None:
        return [f"The CA is gone; its entries are found by their name, {wanted.slot}."]
    source = f"  ({words.path(found.source)})" if found.source else ""
    return [
        f"{found.name}{source}",
        f"SHA-256 {found.fingerprint}",
        f"valid until {found.ends:%Y-%m-%d}",
    ]


def table(places: Sequence[Place], wanted: Wanted) -> None:
    """One row for each place."""
    said = _BOTH | (_UNDONE if wanted.is_undo else _INSTALLED)
    rows = [[each.store, words.path(each.where), said[each.state], each.why] for each in places]
    showing.table(["store", "place", "result", "why"], rows)


def steps(places: Sequence[Place], wanted: Wanted, machine: Machine) -> None:
    """Each file with what changes in it, and each command as it is run."""
    for place in places:
        if place.steps:
            output.out(f"\n{place.store}: {words.path(place.where)}")
        for step in place.steps:
            if isinstance(step, Command):
                output.out(f"  run     {step.shown(_source(wanted))}")
            else:
                for line in _file(step, wanted, machine):
                    output.out(line)


def _source(wanted: Wanted) -> Path | None:
    return wanted.authority.source if wanted.authority else None


def _file(step: Step, wanted: Wanted, machine: Machine) -> Iterator[str]:
    """A certificate is named, and not shown as the text that nobody can read."""
    yield f"  {step.action:<7} {shlex.quote(str(step.path))}"
    if step.backup is not None:
        yield f"          as it is now: {shlex.quote(str(step.backup))}"
    if step.text and step.text == wanted.pem:
        yield "    with the certificate of the CA"
        return
    with machine.acting(step.path):
        if not authority.parsed(writing.content_of(step.path) or b""):
            yield from (f"    {line}" for line in writing.diff(step).splitlines())


def as_json(places: Sequence[Place], wanted: Wanted, as_root: str) -> dict[str, Any]:
    """The same for programs."""
    found = wanted.authority
    return {
        "name": found.name if found else None,
        "fingerprint": found.fingerprint if found else None,
        "ends": found.ends.isoformat() if found else None,
        "file": str(found.source) if found and found.source else None,
        "entry": wanted.slot,
        "undo": wanted.is_undo,
        "as_root": as_root,
        "places": [_place(each, wanted) for each in places],
    }


def _place(place: Place, wanted: Wanted) -> dict[str, Any]:
    return {
        "store": place.store,
        "place": str(place.where),
        "state": place.state,
        "why": place.why,
        "after": place.after,
        "steps": [_step(each, wanted) for each in place.steps],
    }


def _step(step: Step | Command, wanted: Wanted) -> dict[str, Any]:
    if isinstance(step, Command):
        return {"run": list(step.argv), "input": wanted.pem if step.is_fed else ""}
    return {"action": step.action, "file": str(step.path), "text": step.text}
