"""The components of a stack, as the supervisor sees them."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from homeport import errors
from homeport.net import names
from homeport.net.ingress import program
from homeport.stack import folders, load, settings

UI_PORTS = (5080, 5081, 5082, 5083)
DNS_PORTS = (53, 5300)
SECURE_PORTS = (443, 8443)
PLAIN_PORTS = (80, 8080)
"""Where a port is left to what the machine allows: the usual one, and the one that needs no rights."""


@dataclass(frozen=True, slots=True)
class Component:
    """One process of the stack."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str]
    log: Path
    url: str
    """What a person types, or reads."""
    host: str
    port: int
    """Where it is asked whether it is ready."""
    health: str
    """The path that it answers then; of DNS the name."""
    ca: Path | None
    """The CA to trust when asking; None for plain HTTP."""
    memory: int | None = None
    """The most bytes of memory; None for no limit."""
    has_own_certificate: bool = False
    """Its certificate is the user's, whose CA and names are not known here."""
    probe: Literal["http", "dns"] = "http"
    """What it speaks there."""
    asked_as: str = "localhost"
    """The host that the question over HTTP names."""
    answers: tuple[int, ...] = (200,)
    """The statuses by which it is ready."""
    is_optional: bool = False
    """Whether the stack goes on where it cannot start."""
    table: str = ""
    """Its table of homeport.toml, where that has another name."""


def components(
    chosen: settings.Settings, environ: Mapping[str, str], only: Sequence[str] = ()
) -> list[Component]:
    """What `up` starts. Raises `SettingsError` where `only` names one that the settings do not want."""
    made = {
        "registry": _registry,
        "cloud": _cloud,
        "registry-ui": ui,
        "dns": _dns,
        "ingress": ingress,
    }
    return [
        made[name](chosen, load.process_environment(chosen, environ, name))
        for name in started(chosen, only)
    ]


def started(chosen: settings.Settings, only: Sequence[str] = ()) -> list[str]:
    """The names of what `up` starts. Raises `SettingsError` where `only` names one that the settings do not want."""
    unwanted = {
        name: setting
        for name, setting, is_wanted in (
            ("registry-ui", "ui.enabled = true", chosen.ui.enabled),
            ("dns", 'dns.provider = "builtin"', chosen.dns.provider == "builtin"),
            ("ingress", "ingress.enabled = true", _has_ingress(chosen.ingress)),
        )
        if not is_wanted
    }
    for name in only:
        if name in unwanted:
            raise errors.SettingsError(
                f"The settings want no {name} on this machine.", hint=f"{unwanted[name]} does."
            )
    return [
        name for name in settings.COMPONENTS if name not in unwanted and (not only or name in only)
    ]


def _has_ingress(its: settings.Ingress) -> bool:
    return its.enabled == "true" or (
        its.enabled == "auto" and program.find(its.traefik) is not None
    )


def _registry(chosen: settings.Settings, environment: Mapping[str, str]) -> Component:
    its, where = chosen.registry, folders.of(chosen)
    host = reached(its.host)
    scheme = "https" if its.tls else "http"
    return Component(
        name="registry",
        command=_command("registry"),
        environment=environment,
        log=where.log("registry"),
        url=f"{scheme}://{named(its.host)}:{its.port}",
        host=host,
        port=its.port,
        health="/livez",
        ca=where.certificates / "ca.crt" if its.tls else None,
        memory=its.memory,
        has_own_certificate=(its.certificate or chosen.tls.certificate) is not None,
    )


def _cloud(chosen: settings.Settings, environment: Mapping[str, str]) -> Component:
    its, where = chosen.cloud, folders.of(chosen)
    return Component(
        name="cloud",
        command=_command("cloud"),
        environment=environment,
        log=where.log("cloud"),
        url=f"http://{named(its.host)}:{its.port}",
        host=reached(its.host),
        port=its.port,
        health="/_localstack/health",
        ca=None,
        memory=its.memory,
    )


def ui(chosen: settings.Settings, environment: Mapping[str, str]) -> Component:
    """Without it the registry and the cloud are there all the same."""
    its, where = chosen.ui, folders.of(chosen)
    port = its.port or UI_PORTS[0]
    return Component(
        name="registry-ui",
        command=_command("registry-ui"),
        environment=environment,
        log=where.log("registry-ui"),
        url=f"{'https' if its.tls else 'http'}://{named(its.host)}:{port}",
        host=reached(its.host),
        port=port,
        health="/livez",
        ca=where.certificates / "ca.crt" if its.tls else None,
        memory=its.memory,
        has_own_certificate=chosen.tls.certificate is not None,
        is_optional=True,
        table="ui",
    )


def _dns(chosen: settings.Settings, environment: Mapping[str, str]) -> Component:
    its = chosen.dns
    port = its.port or DNS_PORTS[0]
    return Component(
        name="dns",
        command=_command("dns"),
        environment=environment,
        log=folders.of(chosen).log("dns"),
        url=f"dns://{_authority(its.host)}:{port}",  # https://www.rfc-editor.org/rfc/rfc4501
        host=reached(its.host),
        port=port,
        health=chosen.hosts.ingress,
        ca=None,
        probe="dns",
    )


def ingress(chosen: settings.Settings, environment: Mapping[str, str]) -> Component:
    """It is ready when it sends a client of the registry on to HTTPS: Traefik takes its whole configuration at once."""
    its = chosen.ingress
    port = its.port or SECURE_PORTS[0]
    return Component(
        name="ingress",
        command=_command("ingress"),
        environment=environment,
        log=folders.of(chosen).log("ingress"),
        url=f"https://{with_port(chosen.hosts.registry, port)}",
        host=reached(its.host),
        port=its.plain_port or PLAIN_PORTS[0],
        health="/",
        ca=None,
        asked_as=chosen.hosts.registry,
        answers=(301, 308),
        is_optional=its.enabled == "auto",
    )


def with_port(host: str, port: int) -> str:
    """A host as it stands in an HTTPS URL."""
    return host if port == SECURE_PORTS[0] else f"{host}:{port}"


def _command(name: str) -> tuple[str, ...]:
    # -P: a json.py where the command is run must not stand in for Python's own.
    # https://docs.python.org/3/using/cmdline.html#cmdoption-P
    return (sys.executable, "-P", "-m", "homeport", "serve", name)


def reached(host: str) -> str:
    """The address to connect to, for one to listen on."""
    if not names.is_wildcard(host):
        return host
    return "::1" if ":" in host else "127.0.0.1"


def url(scheme: str, host: str, port: int) -> str:
    """Where a component that listens there is asked from this machine."""
    return f"{scheme}://{_authority(reached(host))}:{port}"


def named(host: str) -> str:
    """The name in URLs: localhost where that is reached, which clients know not to need a proxy or more trust."""
    if names.is_wildcard(host) or host in {"127.0.0.1", "::1"}:
        return "localhost"
    return _authority(host)


def _authority(host: str) -> str:
    """An address as it stands in a URL."""
    return f"[{host}]" if ":" in host else host
