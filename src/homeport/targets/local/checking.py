"""The stack on this machine, as the rules ask it."""

from __future__ import annotations

import functools
import os
import signal
import urllib.parse
from collections.abc import Mapping

from homeport import clock, errors
from homeport.net import files
from homeport.stack import folders, settings
from homeport.stack.rules.asking import asked
from homeport.stack.rules.asking.places import Place
from homeport.targets.local import component, control, status
from homeport.targets.local.lifecycle import State
from homeport.targets.local.planning import present

_ASKED = ("registry", "cloud")


def opened(
    chosen: settings.Settings, password: str, time: clock.Clock, *, may_restart: bool = False
) -> asked.Asked:
    """The components that run, under the names of the stack: through the ingress where it runs, else at their own ports.

    The names need not be known to this machine: connections are made to its addresses. Raises `HomeportError`.
    """
    rows = _rows(chosen)
    made = {one.name: one for one in component.components(chosen, {}, _ASKED)}
    missing = [name for name in made if name not in rows]
    if missing:
        raise errors.HomeportError(
            f"The {' and the '.join(missing)} of this machine {'does' if len(missing) == 1 else 'do'} not run.",
            hint="homeport up starts the stack; --target kubernetes checks the one that was deployed.",
        )
    ingress = rows.get("ingress")
    is_led = ingress is not None and ingress.state is State.READY
    places = _through(chosen, ingress.url) if ingress and is_led else _straight(chosen, made, rows)
    return asked.Asked(
        {place.host: place for place in places},
        cloud=chosen.hosts.cloud,
        user=asked.User(chosen.admin.user, password),
        time=time,
        restart=functools.partial(_restart, chosen, time) if may_restart else None,
    )


def _through(chosen: settings.Settings, url: str) -> list[Place]:
    """All names at the ingress, as it was started: which ports it got may have been left to the machine."""
    started = present.running(folders.of(chosen))
    as_started = started.settings if started is not None else None
    its = component.ingress(as_started or chosen, {})
    port = urllib.parse.urlsplit(url).port or component.SECURE_PORTS[0]
    is_ours = not chosen.ingress.acme_email and chosen.tls.certificate is None
    ca = _authority(chosen) if is_ours else ""
    return [Place(host, its.host, port, its.port, ca) for host in chosen.hosts.components]


def _straight(
    chosen: settings.Settings,
    made: Mapping[str, component.Component],
    rows: Mapping[str, status.Row],
) -> list[Place]:
    """The console among them where it runs: the stack goes on without."""
    hosts = chosen.hosts
    places = [
        _place(chosen, hosts.registry, made["registry"], is_encrypted=chosen.registry.tls),
        _place(chosen, hosts.cloud, made["cloud"], is_encrypted=True),
    ]
    ui = rows.get("registry-ui")
    if ui is not None and ui.state is State.READY and chosen.ui.enabled:
        found = urllib.parse.urlsplit(ui.url)
        port = found.port or component.UI_PORTS[0]
        its = component.ui(chosen, {})
        place = _place(chosen, hosts.ui, its, is_encrypted=found.scheme == "https")
        places.append(place._replace(port=port, plain_port=port))
    return places


def _place(
    chosen: settings.Settings, host: str, its: component.Component, *, is_encrypted: bool
) -> Place:
    """Both components have one port, for whatever they speak."""
    is_own = its.has_own_certificate or chosen.tls.certificate is not None
    ca = "" if is_own else _authority(chosen)
    return Place(host, its.host, its.port, its.port, ca, is_encrypted)


def _authority(chosen: settings.Settings) -> str:
    path = files.ca(folders.of(chosen).certificates).certificate
    try:
        return path.read_text()
    except OSError as error:
        raise errors.HomeportError(
            f"{path} could not be read: {errors.reason(error)}.",
            hint="homeport up makes it; --data names another data folder.",
        ) from error


def _rows(chosen: settings.Settings) -> dict[str, status.Row]:
    report = control.report(folders.of(chosen))
    return {row.name: row for row in report.rows} if report is not None else {}


def _restart(chosen: settings.Settings, time: clock.Clock, name: str) -> None:
    """Ends the component's process; its supervisor starts it anew."""
    before = _rows(chosen).get(name)
    if before is None or before.pid is None:
        raise errors.HomeportError(f"The {name} does not run.", hint="homeport status shows it.")
    os.kill(before.pid, signal.SIGTERM)
    asked.until(
        functools.partial(_is_back, chosen, name, before.pid),
        f"the {name} to be back",
        time,
        chosen.up.start_timeout_s + chosen.up.stop_timeout_s,
        f"homeport logs {name} tells more.",
    )


def _is_back(chosen: settings.Settings, name: str, pid: int) -> bool:
    row = _rows(chosen).get(name)
    return row is not None and row.state is State.READY and row.pid != pid
