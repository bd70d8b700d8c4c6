"""The components of a stack, as the supervisor sees them."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from homeport.net import names
from homeport.stack import folders, load, settings


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
    health: str
    """The path that answers 200 when it is ready."""
    ca: Path | None
    """The CA to trust when asking; None for plain HTTP."""
    memory: int | None = None
    """The most bytes of memory; None for no limit."""
    has_own_certificate: bool = False
    """Its certificate is the user's, whose CA and names are not known here."""


def components(
    chosen: settings.Settings, environ: Mapping[str, str], only: Sequence[str] = ()
) -> list[Component]:
    """What `up` starts."""
    made = {"registry": _registry, "cloud": _cloud}
    return [
        made[name](chosen, load.process_environment(chosen, environ, name))
        for name in settings.COMPONENTS
        if not only or name in only
    ]


def _registry(chosen: settings.Settings, environment: Mapping[str, str]) -> Component:
    its, where = chosen.registry, folders.of(chosen)
    host = _reached(its.host)
    scheme = "https" if its.tls else "http"
    return Component(
        name="registry",
        command=_command("registry"),
        environment=environment,
        log=where.log("registry"),
        url=f"{scheme}://{_named(its.host)}:{its.port}",
        host=host,
        port=its.port,
        health="/livez",
        ca=where.certificates / "ca.crt" if its.tls else None,
        memory=its.memory,
        has_own_certificate=its.certificate is not None,
    )


def _cloud(chosen: settings.Settings, environment: Mapping[str, str]) -> Component:
    its, where = chosen.cloud, folders.of(chosen)
    return Component(
        name="cloud",
        command=_command("cloud"),
        environment=environment,
        log=where.log("cloud"),
        url=f"http://{_named(its.host)}:{its.port}",
        host=_reached(its.host),
        port=its.port,
        health="/_localstack/health",
        ca=None,
        memory=its.memory,
    )


def _command(name: str) -> tuple[str, ...]:
    # -P: a json.py where the command is run must not stand in for Python's own.
    # https://docs.python.org/3/using/cmdline.html#cmdoption-P
    return (sys.executable, "-P", "-m", "homeport", "serve", name)


def _reached(host: str) -> str:
    """The address to connect to, for one to listen on."""
    if not names.is_wildcard(host):
        return host
    return "::1" if ":" in host else "127.0.0.1"


def _named(host: str) -> str:
    """The name in URLs: localhost where that is reached, which clients know not to need a proxy or more trust."""
    if names.is_wildcard(host) or host in {"127.0.0.1", "::1"}:
        return "localhost"
    return f"[{host}]" if ":" in host else host
