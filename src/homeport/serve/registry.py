"""The registry as a process."""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import AsyncIterator

from homeport import clock, errors
from homeport.edge.server import Server
from homeport.net import files
from homeport.registry.options import Options
from homeport.registry.registry import Registry
from homeport.serve import background, edge, room
from homeport.stack import folders, settings
from homeport.storage.lock import FolderLock


@contextlib.asynccontextmanager
async def open(chosen: settings.Settings, where: folders.Folders) -> AsyncIterator[str]:  # noqa: A001 - `registry.open`
    """Opens the registry on its folder and port."""
    its, time = chosen.registry, clock.SystemClock()
    if its.tls and not files.server(where.certificates).certificate.exists():
        raise errors.SettingsError(
            f"There is no certificate in {where.certificates}.",
            hint="homeport up makes one; HOMEPORT_REGISTRY_TLS=off serves plain HTTP.",
        )
    listening = edge.listening("registry", its.host, its.port, "only" if its.tls else "off", where)
    with FolderLock(where.registry / "lock"):
        quota = room.quota(where.registry, its.quota, time)
        registry = Registry.open(
            where.registry,
            Options(htpasswd=where.htpasswd if its.auth else None),
            clock=time,
            ids=lambda: secrets.token_hex(16),
            quota=quota,
        )
        async with contextlib.AsyncExitStack() as opened:
            opened.push_async_callback(registry.close)
            server = Server(registry, listening, clock=time, access_log=edge.access(chosen.log))
            await server.start()
            opened.push_async_callback(server.stop, edge.drain_s(chosen))
            recovery = background.running("recovery of the registry", registry.recover())
            await opened.enter_async_context(recovery)
            yield ", ".join(server.urls)
