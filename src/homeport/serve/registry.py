"""The registry as a process."""

from __future__ import annotations

import contextlib
import dataclasses
import logging
import secrets
import sys
from collections.abc import AsyncIterator
from pathlib import Path

from homeport import clock, errors
from homeport.edge import access_log, config
from homeport.edge.server import Server
from homeport.net import files
from homeport.registry import options
from homeport.registry.access import htpasswd
from homeport.registry.registry import Registry
from homeport.serve import background, edge, proxies, room
from homeport.stack import folders, settings
from homeport.storage.lock import FolderLock

logger = logging.getLogger(__name__)

PASSWORD_BYTES = 4096
"""The most of a file that holds a password."""


@contextlib.asynccontextmanager
async def open(chosen: settings.Settings, where: folders.Folders) -> AsyncIterator[str]:  # noqa: A001 - `registry.open`
    """Opens the registry on its folder and port."""
    its, time = chosen.registry, clock.SystemClock()
    listening = _listening(chosen)
    if its.auth and not htpasswd.users(where.htpasswd):
        logger.warning(
            "There are no users in %s, so nobody can log in: homeport users add NAME.",
            where.htpasswd,
        )
    async with (
        opened(chosen, where, is_alone=False) as registry,
        contextlib.AsyncExitStack() as serving,
    ):
        if its.debug is not None:
            await _start(serving, Server(registry.debug, _aside(its.debug), clock=time))
        server = Server(
            registry,
            listening,
            clock=time,
            access_log=_recorder(chosen, registry),
            in_plain=registry.in_plain,
        )
        registry.metrics.under_way = server.under_way
        await _start(serving, server, edge.drain_s(chosen))
        serving.callback(registry.hurry)
        recovery = background.running("recovery of the registry", registry.recover())
        await serving.enter_async_context(recovery)
        yield ", ".join(server.urls)


@contextlib.asynccontextmanager
async def opened(
    chosen: settings.Settings, where: folders.Folders, *, is_alone: bool = True
) -> AsyncIterator[Registry]:
    """Opens the registry on its folder, without a port; `is_alone` where nobody is to ask it but this process."""
    time, wanted = clock.SystemClock(), registry_options(chosen, where)
    with FolderLock(where.registry / "lock"):
        registry = Registry.open(
            where.registry,
            wanted,
            clock=time,
            ids=lambda: secrets.token_hex(16),
            quota=room.quota(where.registry, chosen.registry.quota, time),
            ca=files.ca(where.certificates).certificate,
            is_alone=is_alone,
        )
        try:
            yield registry
        finally:
            await registry.close()


async def _start(opened: contextlib.AsyncExitStack, server: Server, drain_s: float = 0) -> None:
    await server.start()
    opened.push_async_callback(server.stop, drain_s)


def _listening(chosen: settings.Settings) -> config.EdgeConfig:
    its, pair = chosen.registry, folders.registry_certificate(chosen)
    is_made = pair == files.server(folders.of(chosen).certificates)
    if its.tls and is_made and not pair.certificate.exists():
        raise errors.SettingsError(
            f"There is no certificate in {pair.certificate.parent}.",
            hint="homeport up makes one; HOMEPORT_REGISTRY_TLS=off serves plain HTTP.",
        )
    return edge.listening("registry", its.host, its.port, "only" if its.tls else "off", pair)


def _aside(debug: settings.Listening) -> config.EdgeConfig:
    address = config.Address(debug.host, debug.port)
    return config.EdgeConfig(addresses=(address,), port_setting="--registry-debug")


def _recorder(chosen: settings.Settings, registry: Registry) -> access_log.Recorder:
    """Who is told of each request: the counters, and the access log where there is one."""
    log = edge.access(chosen.log)
    return access_log.Tee(log, registry.counts) if log is not None else registry.counts


def registry_options(chosen: settings.Settings, where: folders.Folders) -> options.Options:
    """What the registry is told of the settings. Makes the folders of its control secret and its audit log."""
    its = chosen.registry
    _make_folder(where.run)
    if its.audit:
        _make_folder(where.audit.parent)
    return options.Options(
        htpasswd=where.htpasswd if its.auth else None,
        admins=tuple(dict.fromkeys((chosen.admin.user, *its.admins))),
        keeper=chosen.admin.user,
        keeper_password=where.admin_password if chosen.target == settings.LOCAL else None,
        rules=its.rules,
        realm=its.realm,
        has_tokens=its.tokens,
        token_s=its.token_life,
        url=its.url,
        trusted_proxies=proxies.trusted(chosen, its.host),
        control=where.registry_control,
        may_delete=its.delete,
        is_readonly=its.readonly,
        headers=its.headers,
        page=its.page,
        upload_age_s=its.upload_age,
        upload_look_s=its.upload_interval,
        collection=options.Collection(its.gc_interval, its.gc_grace, its.gc_untagged),
        retention=its.retention,
        retention_s=its.retention_interval,
        scrub_s=its.scrub_interval,
        upstreams=tuple(_with_password(upstream) for upstream in its.upstreams),
        webhooks=its.webhooks,
        audit=where.audit if its.audit else None,
        audit_bytes=its.audit_size or sys.maxsize,
        metrics=its.metrics,
    )


def _make_folder(path: Path) -> None:
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise errors.SettingsError(
            f"The folder {path} cannot be made: {errors.reason(error)}.",
            hint="Let this user write there (in a container: mount a folder that they may write to), "
            "or name another data folder with HOMEPORT_DATA.",
        ) from error


def _with_password(upstream: options.Upstream) -> options.Upstream:
    """The upstream with the password of its file."""
    path = upstream.password_file
    if path is None:
        return upstream
    try:
        with path.open(encoding="utf-8") as file:
            is_open = bool(path.stat().st_mode & 0o007)
            password = file.read(PASSWORD_BYTES + 1).removesuffix("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise _unusable(path, f"cannot be read: {errors.reason(error)}") from error
    if is_open:
        raise _unusable(path, "can be read by every user of this machine")
    if not password or "\n" in password or len(password) > PASSWORD_BYTES:
        raise _unusable(path, "must hold one line")
    return dataclasses.replace(upstream, password=password)


def _unusable(path: Path, why: str) -> errors.SettingsError:
    return errors.SettingsError(
        f"The password file {path} {why}.",
        hint=f"It holds a password and nothing else, for its owner: chmod 600 {path}.",
    )
