"""What a configuration declares: defaults filled in, and a stack of the engine's made of it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from homeport import errors
from homeport.stack import load, names, settings
from homeport.tofu import definitions, engine
from homeport.tofu.protocol import UNKNOWN, State

NAMES = ("name", "target", "definition", "data", "delete_data")
LOCAL_PREFIX = f"{settings.LOCAL}:"
"""What the id of a local stack begins with."""
_IDENTITY = ("name", "target")


class Access(NamedTuple):
    """What the provider's own block says."""

    kubeconfig: str = ""
    context: str = ""
    data: str = ""
    is_known: bool = True
    """Whether none of it comes from something that is still to be made."""


def of(configured: Mapping[str, object], access: Access) -> State:
    """What is declared, with a default for what is left out. Raises `HomeportError` where there is no data folder."""
    found: State = {name: configured.get(name) for name in NAMES}
    found["target"] = found["target"] or settings.KUBERNETES
    found["definition"] = found["definition"] or ""
    if found["delete_data"] is None:
        found["delete_data"] = False
    if found["name"] is None:
        found["name"] = ""
    if found["data"] is None:
        found["data"] = _default_data(found, access)
    found["id"] = _id(found)
    return found


def _default_data(found: State, access: Access) -> object:
    """A local stack lies in a folder, which is named even where nobody names it."""
    if found["target"] is UNKNOWN or found["definition"] is UNKNOWN or not access.is_known:
        return UNKNOWN
    if found["target"] == settings.KUBERNETES or access.data:
        return access.data
    flags = {"target": settings.LOCAL}
    path, text = str(definitions.PATH), found["definition"]
    return str(
        load.load(
            flags, environment(os.environ), config=path, text=text, **definitions.ALONE
        ).settings.data
    )


def environment(environ: Mapping[str, str]) -> dict[str, str]:
    """The variables that say something beside a definition: secrets, which may not stand in one, and where the home is.

    All else is declared, so that a definition is the same stack wherever it is applied.
    """
    secret = {setting.variable for setting in names.ALL if setting.is_secret}
    return {
        name: text
        for name, text in environ.items()
        if name in secret or name == "HOME" or name.startswith("XDG_")
    }


def folder(text: str) -> str:
    """A data folder, absolute; relative ones start where terraform or tofu runs."""
    return os.path.abspath(Path(text).expanduser())  # noqa: PTH100 - takes `..` away without asking the disk


def _id(found: State) -> object:
    if found["target"] is UNKNOWN:
        return UNKNOWN
    if found["target"] == settings.LOCAL:
        data = found["data"]
        return data if data is UNKNOWN else LOCAL_PREFIX + folder(data)
    return found["name"]


def is_known(found: State, access: Access) -> bool:
    """Whether nothing of it comes from something that is still to be made."""
    return access.is_known and all(found[name] is not UNKNOWN for name in NAMES)


def replacing(prior: State, found: State) -> tuple[str, ...]:
    """The attributes that cannot be changed: with them it is another stack."""
    changed = [name for name in _IDENTITY if found[name] is UNKNOWN or found[name] != prior[name]]
    is_local = settings.LOCAL in (prior["target"], found["target"])
    if is_local and (found["id"] is UNKNOWN or found["id"] != prior["id"]):
        changed.append("data")
    return tuple(changed)


def stack(found: State, access: Access) -> engine.Definition:
    """The stack that is meant. Raises `HomeportError` where it is not known yet."""
    if not access.is_known:
        raise errors.HomeportError(
            "The provider's block has values that are known only after an apply.",
            hint="Apply what they come from first: terraform apply -target=ADDRESS",
        )
    is_local = found["target"] == settings.LOCAL
    if not is_local and not found["name"]:
        raise errors.HomeportError(
            "A stack in a cluster needs a name.", hint="Set the attribute name."
        )
    data = found["data"] or ""
    return engine.Definition(
        target=found["target"],
        name=folder(data) if is_local else found["name"],
        text=found["definition"] or "",
        kubeconfig="" if is_local else access.kubeconfig,
        context="" if is_local else access.context,
        data="" if is_local or not data else folder(data),
    )


def imported(name: str) -> State:
    """A stack of which only the id is known: `NAME`, or `local:FOLDER`. Raises `HomeportError`."""
    is_local = name.startswith(LOCAL_PREFIX)
    place = name.removeprefix(LOCAL_PREFIX)
    if not place:
        raise errors.HomeportError(
            f"{name!r} names no stack.",
            hint="Import by the stack's name in the cluster, or by local:FOLDER with its data folder.",
        )
    data = folder(place) if is_local else ""
    return {
        "id": LOCAL_PREFIX + data if is_local else name,
        "name": "" if is_local else name,
        "target": settings.LOCAL if is_local else settings.KUBERNETES,
        "definition": "",
        "data": data,
        "delete_data": False,
        "plan": "",
        "objects": {},
        "state": "",
        "endpoints": {},
    }
