"""The web console as a process: the registry, the local AWS and the stack, in a browser."""

from __future__ import annotations

import contextlib
import dataclasses
import urllib.parse
from collections.abc import AsyncIterator

from homeport import clock, errors
from homeport.console.console import Console
from homeport.console.options import Options, Place
from homeport.console.stack.view import Stack
from homeport.edge import config, redirecting
from homeport.edge.server import Server
from homeport.net import files
from homeport.serve import edge, proxies
from homeport.serve.telling.machine import Machine
from homeport.serve.telling.pod import Pod
from homeport.stack import folders, settings
from homeport.stack.kinds import http
from homeport.targets.kubernetes.objects import names
from homeport.targets.local import component


@contextlib.asynccontextmanager
async def open(chosen: settings.Settings, where: folders.Folders) -> AsyncIterator[str]:  # noqa: A001 - `registry_ui.open`
    """Opens the console on its port. Neither registry nor cloud need be there yet: a page says so where one is not."""
    time = clock.SystemClock()
    listening = _listening(chosen, where)
    told = options(chosen, where)
    stack = _stack(chosen, where, told, time)
    console = Console(dataclasses.replace(told, stack=stack), time)
    await console.start()
    try:
        server = Server(
            console,
            listening,
            clock=time,
            access_log=edge.access(chosen.log),
            in_plain=redirecting.to_https,
        )
        await server.start()
        try:
            yield ", ".join(server.urls)
        finally:
            await server.stop(edge.drain_s(chosen))
    finally:
        await console.close()
        await stack.close()


def _listening(chosen: settings.Settings, where: folders.Folders) -> config.EdgeConfig:
    its, pair = chosen.ui, folders.certificate(chosen)
    is_made = pair == files.server(where.certificates)
    if its.tls and is_made and not pair.certificate.exists():
        raise errors.SettingsError(
            f"There is no certificate in {pair.certificate.parent}.",
            hint="homeport up makes one; HOMEPORT_UI_TLS=off serves plain HTTP.",
        )
    port = its.port or component.UI_PORTS[0]
    return edge.listening("ui", its.host, port, "only" if its.tls else "off", pair)


def options(chosen: settings.Settings, where: folders.Folders) -> Options:
    """What the console is told of the settings."""
    its = chosen.ui
    return Options(
        registry=_registry(chosen, where),
        cloud=_cloud(chosen),
        registry_host=_registry_host(chosen),
        cloud_url=_cloud_url(chosen),
        title=its.title,
        theme=its.theme,
        page=its.page,
        tag_sort=its.tag_sort,
        tag_order=its.tag_order,
        session_idle_s=its.session_idle,
        session_s=its.session,
        cloud_writers=its.cloud_writers,
        trusted_proxies=proxies.trusted(chosen, its.host),
    )


def _stack(
    chosen: settings.Settings, where: folders.Folders, told: Options, time: clock.Clock
) -> Stack:
    """What there is to say of the stack."""
    if chosen.target == settings.KUBERNETES:
        return Pod(chosen, told.registry, told.cloud, chosen.ui.certificates or where.certificates)
    return Machine(chosen, time)


# Where the console asks


def _registry(chosen: settings.Settings, where: folders.Folders) -> Place:
    its, ui = chosen.registry, chosen.ui
    if ui.registry_url:
        return Place(ui.registry_url, ui.ca)
    url = component.url("https" if its.tls else "http", its.host, its.port)
    if not its.tls:
        return Place(url)
    if its.certificate is not None or chosen.tls.certificate is not None:
        return Place(url, is_verified=False)
    return Place(url, files.ca(where.certificates).certificate, edge.SERVER_NAME)


def _cloud(chosen: settings.Settings) -> Place | None:
    """In plain HTTP where it is the stack's own: it speaks both, and nothing leaves this machine."""
    its, ui = chosen.cloud, chosen.ui
    if ui.cloud_url == http.NONE:
        return None
    if ui.cloud_url:
        return Place(ui.cloud_url, ui.ca)
    return Place(component.url("http", its.host, its.port))


# What people are told


def _registry_host(chosen: settings.Settings) -> str:
    """What pull commands name: its name where an ingress leads there, else where it listens."""
    its = chosen.registry
    if _is_own(chosen.ui.registry_url, names.REGISTRY, its.namespace):
        named = _by_name(chosen, chosen.hosts.registry)
        return named or f"{component.named(its.host)}:{its.port}"
    return urllib.parse.urlsplit(chosen.ui.registry_url).netloc


def _cloud_url(chosen: settings.Settings) -> str:
    its, given = chosen.cloud, chosen.ui.cloud_url
    if given == http.NONE:
        return ""
    if _is_own(given, names.CLOUD, its.namespace):
        named = _by_name(chosen, chosen.hosts.cloud)
        return f"https://{named}" if named else f"http://{component.named(its.host)}:{its.port}"
    return given


def _is_own(url: str, name: str, namespace: str) -> bool:
    """Whether it is the stack's own component: none is given, or in a pod its Service."""
    return not url or urllib.parse.urlsplit(url).hostname == names.service(name, namespace)


def _by_name(chosen: settings.Settings, host: str) -> str:
    """The name with its port, where an ingress has it."""
    if chosen.target == settings.KUBERNETES:
        return host
    if not _has_ingress(chosen):
        return ""
    return component.with_port(host, chosen.ingress.port or component.SECURE_PORTS[0])


def _has_ingress(chosen: settings.Settings) -> bool:
    return chosen.target == settings.KUBERNETES or "ingress" in component.started(chosen)
