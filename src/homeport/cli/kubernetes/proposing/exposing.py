"""The Service `localstack-edge` opens an AWS without a password to the network; somebody has to want that."""

from __future__ import annotations

import dataclasses

from homeport import errors
from homeport.cli import arguments
from homeport.cli.kubernetes import opening
from homeport.cli.kubernetes.proposing import consent
from homeport.stack import settings
from homeport.targets.kubernetes.objects import kinds, labels, names

FLAG = "--expose-edge"


def decided(given: arguments.Given, here: opening.Opened) -> settings.Settings:
    """The settings with the question answered: by a flag, a setting, an earlier answer, or a person now.

    Raises `HomeportError` where nobody has answered it.
    """
    chosen = here.chosen
    if chosen.cloud.edge != "ask":
        return chosen
    if given["expose_edge"] or _is_agreed(here):
        return _with(chosen, "open")
    if _is_declined(here) and not _is_exposed(here):
        return _with(chosen, "off")
    if given["yes"] or not consent.can_ask(given):
        raise errors.HomeportError(
            _exposure(chosen),
            hint=f'{FLAG} agrees to it, and so does cloud.edge = "open";'
            ' cloud.edge = "off" leaves it out (clients use the HTTPS name instead).',
        )
    said = consent.answer(f"{_exposure(chosen)}\nOpen it? [y/N] ").lower()
    return _with(chosen, "open" if said in {"y", "yes"} else "off")


def settled(here: opening.Opened) -> settings.Settings:
    """The settings with the question answered as it was when the stack was applied; still asked where it never was."""
    if here.chosen.cloud.edge != "ask":
        return here.chosen
    if _is_exposed(here):
        return _with(here.chosen, "open")
    return _with(here.chosen, "off") if _is_declined(here) else here.chosen


def note(here: opening.Opened, decided: settings.Settings) -> str:
    """What a person should know where an earlier no still holds; empty otherwise."""
    if (here.chosen.cloud.edge, decided.cloud.edge) != ("ask", "off"):
        return ""
    return f'{names.EDGE} is left out, as it was before; {FLAG} or cloud.edge = "open" opens it.'


def _is_exposed(here: opening.Opened) -> bool:
    """Whether it is there already, since somebody said yes before."""
    return _is_ours(here, kinds.SERVICE, names.EDGE)


def _is_agreed(here: opening.Opened) -> bool:
    """Whether that yes was for all the networks of now; no networks are all there are."""
    if not _is_exposed(here):
        return False
    live = here.cluster.get(kinds.Ref(kinds.SERVICE, here.chosen.cloud.namespace, names.EDGE))
    ranges = set(((live or {}).get("spec") or {}).get("loadBalancerSourceRanges") or ())
    networks = set(here.chosen.cloud.edge_networks)
    return not ranges or (bool(networks) and networks <= ranges)


def _is_declined(here: opening.Opened) -> bool:
    """Whether somebody said no before: the cloud is there, which is applied after the Service would have been."""
    return _is_ours(here, kinds.DEPLOYMENT, names.CLOUD)


def _is_ours(here: opening.Opened, kind: kinds.Kind, name: str) -> bool:
    found = here.cluster.get(kinds.Ref(kind, here.chosen.cloud.namespace, name))
    return found is not None and labels.is_of(found, here.chosen.kubernetes.name)


def _exposure(chosen: settings.Settings) -> str:
    networks = ", ".join(chosen.cloud.edge_networks)
    whom = f"to {networks}" if networks else "to every machine that reaches the nodes"
    return (
        f"Service {chosen.cloud.namespace}/{names.EDGE} opens port {chosen.cloud.port} of every node {whom}:"
        " an AWS over plain HTTP that takes any credentials."
    )


def _with(chosen: settings.Settings, edge: str) -> settings.Settings:
    return dataclasses.replace(chosen, cloud=dataclasses.replace(chosen.cloud, edge=edge))
