"""The text of `definition`: what is wrong with it before any stack is asked.

A state file keeps it as it is, and plans show it: so no password may stand in it.
https://developer.hashicorp.com/terraform/language/state/sensitive-data
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from homeport import errors
from homeport.stack import document, load, names, settings, sources
from homeport.stack.kinds import tables
from homeport.tofu import engine

PATH = Path("definition")
"""What errors call it; relative paths in it begin at the folder in which the program runs."""
LONGEST_BYTES = 1_000_000
"""Far more than any settings file has; a state file is read and written whole at each command."""

_PLACES = {
    "target": "target",
    "kubernetes.name": "name",
    "kubernetes.kubeconfig": "kubeconfig",
    "kubernetes.context": "context",
    "data": "data",
}
"""Settings that have an attribute of their own."""


def problems(text: str) -> list[str]:
    """All that is wrong with it by itself, each with what to do."""
    if len(text.encode()) > LONGEST_BYTES:
        return [f"It has more than {LONGEST_BYTES} bytes."]
    try:
        found = document.parse(PATH, text)
        said = [
            f"{raw.origin}: {key}" for key, raw in found.values.items() if _has_secret(key, raw)
        ]
        if not said:
            load.load({}, {"HOME": "/"}, config=str(PATH), text=text, **ALONE)
    except errors.HomeportError as error:
        return [str(error)]
    return [
        f"{where} is a secret, which the state file would keep for all to read.\n"
        f"  {_elsewhere(where.rpartition(' ')[2])}"
        for where in said
    ]


ALONE = {"has_registry": False, "has_cloud": False}


def _elsewhere(key: str) -> str:
    return f"Take it out, and set {names.BY_KEY[key].variable} in the environment of terraform or tofu."


def _has_secret(key: str, raw: sources.Raw) -> bool:
    setting = names.BY_KEY[key]
    if not setting.is_secret or not raw.value:
        return False
    if not isinstance(setting.kind, tables.Tables):
        return True
    secret = {column.name for column in setting.kind.columns if column.is_secret}
    rows = raw.value if isinstance(raw.value, list) else []
    # As a text it is JSON, which nobody looks into here.
    return isinstance(raw.value, str) or any(
        isinstance(row, dict) and secret & row.keys() for row in rows
    )


def contradictions(wanted: engine.Definition) -> list[str]:
    """Where the text says something else than an attribute beside it."""
    found = document.parse(PATH, wanted.text).values
    return [
        f"{found[key].origin}: {key} is {found[key].value!r}, but {attribute} is {said!r}.\n"
        f"  Take {key} out of the definition: {attribute} says it."
        for key, attribute, said in _said(wanted)
        if key in found and said and str(found[key].value) != said
    ]


def _said(wanted: engine.Definition) -> Iterator[tuple[str, str, str]]:
    """Settings with the attribute that says them, and what it says."""
    is_local = wanted.target == settings.LOCAL
    values = {
        "target": wanted.target,
        "kubernetes.name": "" if is_local else wanted.name,
        "kubernetes.kubeconfig": wanted.kubeconfig,
        "kubernetes.context": wanted.context,
        "data": wanted.name if is_local else wanted.data,
    }
    for key, attribute in _PLACES.items():
        yield key, attribute, values[key]


def flags(wanted: engine.Definition) -> dict[str, str]:
    """What the attributes say, as settings; each of them holds before text and environment."""
    return {key: said for key, _, said in _said(wanted) if said}
