"""The states that a resource answers with.

terraform and tofu hold a provider to what it planned: what is said to be known has to be so afterwards.
https://github.com/hashicorp/terraform/blob/v1.11.4/docs/resource-instance-change-lifecycle.md
"""

from __future__ import annotations

from homeport.stack import lifecycle, settings
from homeport.tofu import engine, said
from homeport.tofu.protocol import UNKNOWN, State

_FOUND = ("plan", "objects", "state", "endpoints")
_IMPORTED = ("definition", "data")
"""What an import cannot know, and leaves empty."""
_GONE = "gone"


def unknown(found: State) -> State:
    """Declared as it is, the rest known later."""
    return found | dict.fromkeys(_FOUND, UNKNOWN)


def replaced(found: State, prior: State) -> State:
    """Destroyed and made anew under the same id (taint, -replace): then of all that is said to a person terraform shows only this."""
    if not prior.get("delete_data"):
        return unknown(found)
    return unknown(found) | {"plan": f"All data of the stack {prior['id']} is deleted first."}


def unchanged(prior: State, found: State) -> State:
    """As it was, but for what is only declared.

    After an import it is as the configuration wants it, in other words: so nothing is planned for the sake of those.
    """
    kept = {name: prior[name] for name in _FOUND}
    same = {name: "" for name in _IMPORTED if prior[name] == ""}
    if found["target"] == settings.LOCAL:
        same["data"] = prior["data"]  # the same folder, else it would be another stack
    return found | kept | same


def proposed(found: State, wanted: engine.Proposed) -> State:
    """As it will be. Its state is open, so that there is something to apply whatever else is the same."""
    return found | {
        "plan": said.fit(wanted.text),
        "objects": {name: digest or UNKNOWN for name, digest in wanted.objects.items()},
        "state": UNKNOWN,
        "endpoints": UNKNOWN if wanted.endpoints is None else dict(wanted.endpoints),
    }


def applied(planned: State, present: engine.Present) -> State:
    """As it is now. What was planned counts; what differs from it is seen by the next refresh."""
    objects, endpoints = planned["objects"], planned["endpoints"]
    return planned | {
        "plan": "" if planned["plan"] is UNKNOWN else planned["plan"],
        "objects": dict(present.objects)
        if objects is UNKNOWN
        else {name: _known(digest, present, name) for name, digest in objects.items()},
        "state": present.state if planned["state"] is UNKNOWN else planned["state"],
        "endpoints": dict(present.endpoints) if endpoints is UNKNOWN else endpoints,
    }


def _known(digest: object, present: engine.Present, name: str) -> object:
    return present.objects.get(name, _GONE) if digest is UNKNOWN else digest


def begun(planned: State, present: engine.Present | None) -> State:
    """What is kept of a creation that failed. Before it has succeeded, a destroy deletes no data."""
    return planned | {
        "plan": "" if planned["plan"] is UNKNOWN else planned["plan"],
        "objects": dict(present.objects) if present else {},
        "state": present.state if present else lifecycle.State.ERROR.value,
        "endpoints": dict(present.endpoints) if present else {},
        "delete_data": False,
    }


def different(prior: State, present: engine.Present | None) -> list[str]:
    """The objects that are not as a state has them."""
    there = present.objects if present is not None else {}
    known = prior["objects"] or {}
    return sorted(name for name in {*known, *there} if known.get(name) != there.get(name))


def read(current: State, present: engine.Present) -> State:
    """As it is found."""
    return current | {
        "objects": dict(present.objects),
        "state": present.state,
        "endpoints": dict(present.endpoints),
    }
