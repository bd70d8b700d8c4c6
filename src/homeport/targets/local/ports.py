"""The ports of the console, of DNS and of the ingress, where they are left to what this machine allows: chosen once, before the start."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Sequence
from typing import NamedTuple

from homeport import errors
from homeport.edge.sockets import port_holder
from homeport.net import ports
from homeport.net.ingress import program
from homeport.stack import folders, settings
from homeport.targets.local import component, control

_WITHOUT = "ingress.enabled = false says no more of it."


class Settled(NamedTuple):
    """The settings without an open question, and what a person should know of the answers."""

    settings: settings.Settings
    notes: tuple[str, ...] = ()


def settled(chosen: settings.Settings, only: Sequence[str] = ()) -> Settled:
    """Gives each port that is left open a number. Raises `SettingsError` where one that was given cannot be had.

    A stack that runs has its ports already: nothing is asked then.
    """
    if control.owner(folders.of(chosen)) is not None:
        return Settled(chosen)
    started = component.started(chosen, only)
    notes: list[str] = []
    if "registry-ui" in started:
        chosen = _ui(chosen, notes)
    if "dns" in started:
        chosen = _dns(chosen, notes)
    if "ingress" in started:
        chosen = _ingress(chosen, notes)
    elif chosen.ingress.enabled == "auto" and not only:
        notes.append(
            "Traefik is not installed, so the components are reached by their ports, not by their names:"
            f" pip install 'homeport[ingress]' brings it; {_WITHOUT}"
        )
    return Settled(chosen, tuple(notes))


def _ui(chosen: settings.Settings, notes: list[str]) -> settings.Settings:
    its = chosen.ui
    asked = functools.partial(ports.trouble, its.host)
    given = chosen.ingress.port, chosen.ingress.plain_port, chosen.dns.port
    taken = (*_apart(chosen), *(port for port in given if port))
    found = ports.first((its.port,) if its.port else component.UI_PORTS, asked, taken)
    if found.port is None and its.port:
        raise _refused("registry-ui", "ui.port", its.host, found)
    if found.port is None:
        notes.append(
            f"The stack goes without its web console: {_why(its.host, found)}"
            " ui.port chooses another one; ui.enabled = false says no more of it."
        )
        return dataclasses.replace(chosen, ui=dataclasses.replace(its, enabled=False))
    notes += _said("The web console", "ui.port", its.host, found)
    return dataclasses.replace(chosen, ui=dataclasses.replace(its, port=found.port))


def _dns(chosen: settings.Settings, notes: list[str]) -> settings.Settings:
    its = chosen.dns
    asked = functools.partial(ports.trouble, its.host, has_datagrams=True)
    wanted = (its.port,) if its.port else component.DNS_PORTS
    found = ports.first(wanted, asked, _others(chosen))
    if found.port is None:
        raise _refused("dns", "dns.port", its.host, found)
    notes += _said("DNS", "dns.port", its.host, found)
    return dataclasses.replace(chosen, dns=dataclasses.replace(its, port=found.port))


def _ingress(chosen: settings.Settings, notes: list[str]) -> settings.Settings:
    its = chosen.ingress
    asked = functools.partial(_trouble, its)
    secure = ports.first(
        (its.port,) if its.port else component.SECURE_PORTS, asked, _others(chosen)
    )
    others = (*_others(chosen), secure.port or 0)
    plain = ports.first(
        (its.plain_port,) if its.plain_port else component.PLAIN_PORTS, asked, others
    )
    for setting, given, found in (
        ("ingress.port", its.port, secure),
        ("ingress.plain_port", its.plain_port, plain),
    ):
        if found.port is None and (given or its.enabled == "true"):
            raise _refused("ingress", setting, its.host, found)
    if secure.port is None or plain.port is None:
        tried = secure if secure.port is None else plain
        notes.append(
            f"The stack goes without its ingress: {_why(its.host, tried)}"
            f" ingress.port and ingress.plain_port choose others; {_WITHOUT}"
        )
        return dataclasses.replace(chosen, ingress=dataclasses.replace(its, enabled="false"))
    notes += _said("HTTPS", "ingress.port", its.host, secure)
    changed = dataclasses.replace(its, port=secure.port, plain_port=plain.port)
    return dataclasses.replace(chosen, ingress=changed)


def _trouble(its: settings.Ingress, port: int) -> OSError | None:
    return program.trouble(program.find(its.traefik), its.host, port)


def _others(chosen: settings.Settings) -> tuple[int, ...]:
    its = chosen.ui
    return (*_apart(chosen), *([its.port] if its.enabled and its.port else []))


def _apart(chosen: settings.Settings) -> tuple[int, ...]:
    """The ports that are never left to the machine."""
    debug = chosen.registry.debug
    return (chosen.registry.port, chosen.cloud.port, debug.port if debug else 0)


def _said(what: str, setting: str, host: str, found: ports.Choice) -> list[str]:
    """That another port was taken than the usual one, and how to have that."""
    if not found.refusals:
        return []
    port, error = found.refusals[0]
    return [
        f"{what} is on port {found.port}: {_refusal(host, port, error)} {_help(port, setting, error)}"
    ]


def _refused(name: str, setting: str, host: str, found: ports.Choice) -> errors.SettingsError:
    port, error = found.refusals[0]
    return errors.SettingsError(
        f"The {name} cannot listen: {_why(host, found)}", hint=_help(port, setting, error)
    )


def _why(host: str, found: ports.Choice) -> str:
    return " ".join(_refusal(host, port, error) for port, error in found.refusals)


def _refusal(host: str, port: int, error: OSError) -> str:
    if ports.is_for_root(error):
        return f"port {port} of {host} is for root on this machine."
    if ports.is_in_use(error):
        return (
            f"port {port} of {host} is taken by {port_holder.describe(port) or 'another program'}."
        )
    return f"port {port} of {host} cannot be had ({errors.reason(error)})."


def _help(port: int, setting: str, error: OSError) -> str:
    if ports.is_for_root(error):
        least = min(port, component.PLAIN_PORTS[0])  # with 443 comes 80
        return (
            f"`sudo sysctl net.ipv4.ip_unprivileged_port_start={least}` gives it to every user, until the next boot;"
            f" {setting} chooses another one."
        )
    if ports.is_in_use(error):
        return f"`ss -ltnp 'sport = :{port}'` as root names it; {setting} chooses another one."
    return f"{setting.partition('.')[0]}.host names an address of this machine, {setting} another port."
