"""The ingress as a process: the real Traefik before the components, under their names and with HTTPS.

https://doc.traefik.io/traefik/
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import os
from collections.abc import AsyncIterator
from pathlib import Path

from homeport import clock, errors
from homeport.edge.sockets import port_holder
from homeport.net import files, ports
from homeport.net.ingress import program, static
from homeport.serve import background, edge
from homeport.serve.traefik import child, configuring, credentials, renewing
from homeport.stack import folders, settings
from homeport.storage.lock import FolderLock
from homeport.targets.local import component, health

ASK_S = 0.02
"""Between two looks whether it listens."""

MARGIN_S = 3.0
"""For the start of this process itself, within the time that a component may take."""

SECURE_PORT, PLAIN_PORT = 443, 80
"""Where `up` chose none: https://www.rfc-editor.org/rfc/rfc9110#name-https-uri-scheme"""


@contextlib.asynccontextmanager
async def open(chosen: settings.Settings, where: folders.Folders) -> AsyncIterator[str]:  # noqa: A001 - `ingress.open`
    """Runs Traefik on its ports. Raises `HomeportError` where it cannot be started, or has ended by itself."""
    pace, traefik = clock.SystemClock(), _program(chosen)
    listening = _listening(chosen, traefik)
    variables = _environment(chosen, where)
    for folder in (where.ingress, where.ingress_configuration):
        _make_folder(folder)
    with FolderLock(where.ingress / "lock"):
        routes = renewing.Routes(chosen, listening.port, configuring.backends(chosen))
        try:
            routes.write()
            made = configuring.static_configuration(chosen, listening)
            files.write(configuring.static_file(where), configuring.static_text(made), 0o600)
            started = child.running(
                traefik,
                configuring.static_file(where),
                variables,
                where.ingress,
                edge.drain_s(chosen),
            )
            async with started as running, _or_its_end(running):
                await _ready(chosen, listening, running, pace)
                async with background.running("renewal of the ingress", routes.keep(pace)):
                    yield f"https://{component.with_port(chosen.hosts.registry, listening.port)}"
        finally:
            configuring.dynamic_file(where).unlink(missing_ok=True)  # it holds the key


def _program(chosen: settings.Settings) -> Path:
    found = program.find(chosen.ingress.traefik)
    if found is None or not os.access(found, os.X_OK) or found.is_dir():
        raise errors.SettingsError(
            f"{found} is no program that can be run." if found else "Traefik is not installed.",
            hint="pip install 'homeport[ingress]' brings it, ingress.traefik names one that is elsewhere;"
            " ingress.enabled = false goes without.",
        )
    return found


def _listening(chosen: settings.Settings, traefik: Path) -> static.Listening:
    """Where it listens, asked before it is started: its own words name neither who has a port nor which setting moves it."""
    its = chosen.ingress
    listening = static.Listening(its.host, its.port or SECURE_PORT, its.plain_port or PLAIN_PORT)
    for port, setting in (
        (listening.port, "ingress.port"),
        (listening.plain_port, "ingress.plain_port"),
    ):
        error = program.trouble(traefik, its.host, port)
        if error is None:
            continue
        holder = port_holder.describe(port) if ports.is_in_use(error) else ""
        raise errors.HomeportError(
            f"The ingress cannot listen on port {port} of {its.host}: "
            + (f"{holder} has it." if holder else f"{errors.reason(error)}."),
            hint=f"`ss -ltnp 'sport = :{port}'` as root names who listens there; {setting} chooses another port.",
        )
    return listening


def _environment(chosen: settings.Settings, where: folders.Folders) -> dict[str, str]:
    """All of Traefik's: nothing of this process, but how to find the CAs of the system and a proxy on the way to an ACME server."""
    kept = ("PATH", "TZ", "SSL_CERT_FILE", "SSL_CERT_DIR", "HTTPS_PROXY", "NO_PROXY")
    given = {name: os.environ[name] for name in kept if name in os.environ}
    secret = credentials.read(chosen.ingress.acme_environment) if chosen.ingress.acme_email else {}
    return {**given, "HOME": str(where.ingress), **secret}


def _make_folder(path: Path) -> None:
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.chmod(0o700)
    except OSError as error:
        raise errors.StorageError(
            f"The folder {path} cannot be used: {errors.reason(error)}.",
            hint="Check its rights (ls -ld), or name another data folder with --data or HOMEPORT_DATA.",
        ) from error


async def _ready(
    chosen: settings.Settings,
    listening: static.Listening,
    running: child.Child,
    pace: clock.Clock,
) -> None:
    """Returns when clients are let in. Raises `HomeportError` before the supervisor's patience ends, which knows no reason."""
    its = dataclasses.replace(chosen.ingress, port=listening.port, plain_port=listening.plain_port)
    asked, prober = component.ingress(dataclasses.replace(chosen, ingress=its), {}), health.Prober()
    patience_s = max(1.0, chosen.up.start_timeout_s - MARGIN_S)
    try:
        async with asyncio.timeout(patience_s):
            while not await prober.is_ready(asked):
                await pace.sleep(ASK_S)
    except TimeoutError:
        raise running.overdue(patience_s) from None


@contextlib.asynccontextmanager
async def _or_its_end(running: child.Child) -> AsyncIterator[None]:
    """Ends the block with an error where Traefik ends before it does: the supervisor starts both anew."""
    ends: list[errors.HomeportError] = []
    block = asyncio.current_task()

    async def watch() -> None:
        ends.append(await running.ended())
        if block is not None:
            block.cancel()

    watching = asyncio.create_task(watch())
    try:
        yield
    except asyncio.CancelledError:
        if not ends or block is None:
            raise
        block.uncancel()
        raise ends[0] from None
    finally:
        watching.cancel()
        await asyncio.wait([watching])
