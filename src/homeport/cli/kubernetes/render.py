"""`homeport render`: the objects of the stack, for `kubectl apply --server-side -f -`. No cluster is asked.

What is inside of Secrets goes to whatever reads the output, and not to a terminal: there it would stay in the scroll-back. `***` is
no base64, so that an API server refuses a Secret that was copied from there.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence

from homeport.cli import arguments, output
from homeport.registry.access import htpasswd
from homeport.stack import settings
from homeport.targets.kubernetes import users, yaml_text
from homeport.targets.kubernetes.objects import kinds, names, render
from homeport.targets.kubernetes.objects.kinds import Object

_HIDDEN = "***"


def configure(parser: arguments.Parser) -> None:
    """The form, which component, and whether secrets are shown."""
    parser.shows_settings = True
    parser.is_for_cluster = True
    parser.add_argument(
        "-o",
        "--output",
        choices=("yaml", "json"),
        default="yaml",
        help="the form (default: %(default)s); json is one List",
    )
    parser.add_argument(
        "--component",
        choices=settings.DEPLOYED,
        help="only the objects of this one, and what it shares with others",
    )
    parser.add_argument(
        "--show-secrets",
        action=argparse.BooleanOptionalAction,
        default=None,
        help="show what is inside of Secrets; by default only where the output is no terminal",
    )
    parser.epilog = "homeport render | kubectl apply --server-side -f -"


def run(given: arguments.Given) -> int:
    """Prints the objects in the order in which they are to be applied."""
    loaded = given.load()
    for note in loaded.notes:
        output.note(note)
    made = render.objects(loaded.settings, _material(loaded.settings))
    if given["component"]:
        made = render.of_component(made, given["component"])
    if not _shows_secrets(given):
        made = _hidden(made)
    output.out(_json(made) if given["output"] == "json" else yaml_text.documents(made).rstrip())
    return 0


def _material(chosen: settings.Settings) -> render.Material:
    """The users that this machine knows; those of a cluster are not asked for."""
    if not chosen.registry.auth:
        return render.Material(None)
    path = users.file(chosen)
    known = htpasswd.read(path)
    if not known:
        output.note(
            f"There are no users in {path}, so the Secret {names.AUTH_SECRET} is left out: no pod of the registry starts without it.\n"
            "  homeport users add NAME --target kubernetes adds one; homeport apply makes a first one."
        )
        return render.Material(None)
    return render.Material("".join(f"{name}:{each.decode()}\n" for name, each in known.items()))


def _shows_secrets(given: arguments.Given) -> bool:
    if given["show_secrets"] is None:
        return not sys.stdout.isatty()
    return bool(given["show_secrets"])


def _hidden(made: Sequence[Object]) -> tuple[Object, ...]:
    if any(kinds.of(obj) is kinds.SECRET for obj in made):
        output.note(f"Secrets are shown as {_HIDDEN}; --show-secrets shows them.")
    return tuple(
        {**obj, "data": dict.fromkeys(obj["data"], _HIDDEN)}
        if kinds.of(obj) is kinds.SECRET
        else obj
        for obj in made
    )


def _json(made: Sequence[Object]) -> str:
    return json.dumps({"apiVersion": "v1", "kind": "List", "items": made}, indent=2)
