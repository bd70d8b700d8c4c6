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
    """The settings with the question answered: by a flag, a setting, an earlier yes, or a person now.

    Raises `HomeportError` where nobody has answered it.
    """
    chosen = here.chosen
    if chosen.cloud.edge != "ask":
        return chosen
    if given["expose_edge"] or _is_exposed(here):
        return _with(chosen, "open")
    if given["yes"] or not consent.can_ask(given):
        raise errors.HomeportError(
            _exposure(chosen),
            hint=f"{FLAG} agrees to it this once, cloud.edge = 'open' for good;"
            " cloud.edge = 'off' leaves it out (clients use the HTTPS name instead).",
        )
    said = consent.answer(f"{_exposure(chosen)}\nOpen it? [y/N] ").lower()
    return _with(chosen, "open" if said in {"y", "yes"} else "off")


def settled(here: opening.Opened) -> settings.Settings:
    """The settings with the question answered as it was when the stack was applied."""
    if here.chosen.cloud.edge != "ask":
        return here.chosen
    return _with(here.chosen, "open" if _is_exposed(here) else "off")


def _is_exposed(here: opening.Opened) -> bool:
    """Whether it is there already, since somebody said yes before."""
    ref = kinds.Ref(kinds.SERVICE, here.chosen.cloud.namespace, names.EDGE)
    found = here.cluster.get(ref)
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
