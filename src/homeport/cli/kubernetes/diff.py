"""`homeport diff`: where the cluster is not what the settings say, and who changed it."""

from __future__ import annotations

from typing import Any

from homeport.cli import arguments, output
from homeport.cli.kubernetes import opening
from homeport.cli.kubernetes.proposing import exposing
from homeport.cli.kubernetes.view import drifts, paint
from homeport.targets.kubernetes import users
from homeport.targets.kubernetes.objects import render
from homeport.targets.kubernetes.planning import drift

SAME, DRIFTED = 0, 2


def configure(parser: arguments.Parser) -> None:
    """The form."""
    parser.shows_settings = parser.is_for_cluster = True
    parser.add_argument("-o", "--output", choices=("text", "json"), default="text")
    parser.epilog = "exit code: 0 where there is no drift, 2 where there is, 1 where that could not be found out; as of plan"


def run(given: arguments.Given) -> int:
    """Compares each object with a dry run of applying it anew."""
    with opening.opened(given) as here:
        for note in here.notes:
            output.note(note)
        chosen = exposing.settled(here)
        objects = render.objects(chosen, users.find(chosen, here.cluster).material)
        found = drift.find(here.cluster, chosen.kubernetes.name, objects)
    if given["output"] == "json":
        output.out_json(_json(found))
    else:
        output.out("\n".join(drifts.lines(found, paint.of_output())))
    return DRIFTED if found.drifted else SAME


def _json(found: drift.Drift) -> dict[str, Any]:
    return {
        "stack": found.stack,
        "context": found.context,
        "drift": bool(found.drifted),
        "objects": [drifts.as_json(each) for each in found.drifted],
    }
