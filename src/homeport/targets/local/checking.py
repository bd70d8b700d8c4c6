"""The stack on this machine, as the rules ask it."""

from __future__ import annotations

import functools
import os
import signal

from homeport import clock, errors
from homeport.net import files
from homeport.stack import folders, settings
from homeport.stack.rules.asking import asked
from homeport.stack.rules.asking.places import Place
from homeport.targets.local import component, control, status
from homeport.targets.local.lifecycle import State


def opened(
    chosen: settings.Settings, password: str, time: clock.Clock, *, may_restart: bool = False
) -> asked.Asked:
    """The components that run, under the names of the stack at the addresses of this machine. Raises `HomeportError`."""
    rows = _rows(chosen)
    made = {one.name: one for one in component.components(chosen, {})}
    missing = [name for name in made if name not in rows]
    if missing:
        raise errors.HomeportError(
            f"The {' and the '.join(missing)} of this machine {'does' if len(missing) == 1 else 'do'} not run.",
            hint="homeport up starts the stack; --target kubernetes checks the one that was deployed.",
        )
    places = [
        _place(chosen, chosen.hosts.registry, made["registry"], is_encrypted=chosen.registry.tls),
        _place(chosen, chosen.hosts.cloud, made["cloud"], is_encrypted=True),
    ]
    return asked.Asked(
        {place.host: place for place in places},
        cloud=chosen.hosts.cloud,
        user=asked.User(chosen.admin.user, password),
        time=time,
        restart=functools.partial(_restart, chosen, time) if may_restart else None,
    )


def _place(
    chosen: settings.Settings, host: str, its: component.Component, *, is_encrypted: bool
) -> Place:
    """Both components have one port, for whatever they speak."""
    ca = "" if its.has_own_certificate else _authority(chosen)
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
