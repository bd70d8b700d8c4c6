"""What `doctor` looks at on this machine, before a stack is started on it."""

from __future__ import annotations

import dataclasses
import datetime
import functools
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from homeport import errors
from homeport.clock import Clock
from homeport.edge.sockets import port_holder
from homeport.net import ca, files
from homeport.net import ports as net_ports
from homeport.stack import folders, settings
from homeport.stack.rules.rule import Finding, Level, Planned, Rule, Skipped
from homeport.targets.local import control, ports, prepare
from homeport.targets.local.planning import present

ROOM = 2**30
"""Below that a stack that is used is soon full."""
_PORT = re.compile(r"port (\d+) of \S+ is taken", re.IGNORECASE)


def _folder(planned: Planned) -> Iterator[Finding]:
    path = _nearest(planned.chosen.data)
    try:
        with tempfile.NamedTemporaryFile(dir=path, prefix=".homeport-"):
            pass
    except OSError as error:
        yield Finding(
            f"{path} cannot be written to: {errors.reason(error)}.",
            "Check its rights (ls -ld), or name another data folder with --data or HOMEPORT_DATA.",
        )


def _room(planned: Planned) -> Iterator[Finding]:
    free = shutil.disk_usage(_nearest(planned.chosen.data)).free
    wanted = (planned.chosen.registry.quota or 0) + (planned.chosen.cloud.quota or 0)
    if free < ROOM:
        yield Finding(
            f"The disk of {planned.chosen.data} has {free / 2**20:.0f} MiB left.",
            "Make room, or name a folder on another disk with --data.",
        )
    elif free < wanted:
        yield Finding(
            f"The disk has {free / 2**30:.0f} GiB left; registry.quota and cloud.quota allow {wanted / 2**30:.0f} GiB.",
            "Lower them, so that the stack stops before the disk is full.",
            Level.WARNING,
        )


def _ports(planned: Planned) -> Iterator[Finding]:
    chosen = planned.chosen
    owner = control.owner(folders.of(chosen))
    for name, its in (("registry", chosen.registry), ("cloud", chosen.cloud)):
        error = net_ports.trouble(its.host, its.port) if owner is None else None
        if error is None:
            continue
        if net_ports.is_in_use(error):
            yield Finding(
                f"Port {its.port} of {its.host}, of the {name}, is taken by {port_holder.describe(its.port) or 'another program'}.",
                f"ss -ltnp 'sport = :{its.port}' names it; {name}.port chooses another one.",
            )
        else:
            yield Finding(
                f"The {name} cannot listen on port {its.port} of {its.host}: {errors.reason(error)}.",
                f"{name}.host names an address of this machine, {name}.port a port that this user may have.",
            )


def _names_ports(planned: Planned) -> Iterator[Finding]:
    """What `up` would say of the ports that are left to the machine, or why it would not start."""
    chosen = planned.chosen
    if control.owner(folders.of(chosen)) is not None:
        raise Skipped("the stack runs: homeport status")
    if not _wanted(chosen):
        raise Skipped('ingress.enabled and ui.enabled are false, and dns.provider is not "builtin"')
    yield from _program(chosen.ingress)
    try:
        notes = ports.settled(chosen).notes
    except errors.SettingsError as error:
        yield Finding(error.what, "\n".join(filter(None, (error.hint, _held(error.what)))))
        return
    for note in notes:
        yield Finding(note, _held(note) or "homeport up says so too, and goes on.", Level.WARNING)


def _program(its: settings.Ingress) -> Iterator[Finding]:
    """That of ingress.traefik, which is believed to be there."""
    path = its.traefik if its.enabled != "false" else None
    if path is not None and not (path.is_file() and os.access(path, os.X_OK)):
        yield Finding(
            f"{path} (ingress.traefik) is no program that can be run.",
            "Leave ingress.traefik out to have the one beside this Python, or that of the path.",
            Level.ERROR if its.enabled == "true" else Level.WARNING,
        )


def with_ports(chosen: settings.Settings) -> settings.Settings:
    """The settings with the port that the DNS server of this machine has, or would get."""
    started = present.running(folders.of(chosen))
    as_started = started.settings if started is not None else None
    try:
        found = (as_started or ports.settled(chosen).settings).dns.port
    except errors.SettingsError:
        return chosen
    its = dataclasses.replace(chosen.dns, port=chosen.dns.port or found)
    return dataclasses.replace(chosen, dns=its)


def _wanted(chosen: settings.Settings) -> bool:
    is_named = chosen.ingress.enabled != "false" or chosen.dns.provider == "builtin"
    return is_named or chosen.ui.enabled


def _held(text: str) -> str:
    """Which programs have the ports that a text speaks of, where they can be seen."""
    asked = dict.fromkeys(int(port) for port in _PORT.findall(text))
    held = {port: port_holder.describe(port) for port in asked}
    return " ".join(f"Port {port} is held by {by}." for port, by in held.items() if by)


def _certificate(time: Clock, planned: Planned) -> Iterator[Finding]:
    chosen, now = planned.chosen, datetime.datetime.fromtimestamp(time.now(), datetime.UTC)
    is_own = chosen.tls.certificate is not None or chosen.registry.certificate is not None
    if is_own:
        yield from _own(chosen, now)
    if chosen.tls.certificate is not None:
        return
    where = folders.of(chosen).certificates
    if not files.server(where).certificate.exists():
        if not is_own:
            raise Skipped("homeport up makes it")
        return
    for key in (files.ca(where).key, files.server(where).key):
        if files.is_open(key):
            yield Finding(
                f"The key {key} can be read by others.",
                "homeport up takes it from them. If somebody may have read it, move the folder aside: all of it is made anew.",
            )
    flaw = ca.flaw(where, prepare.certificate_names(chosen), now)
    if flaw is not None:
        level = Level.ERROR if flaw.is_refused else Level.WARNING
        hint = "homeport up renews it, and one that runs renews it by itself."
        yield Finding(f"The certificate is to be renewed. {flaw.text}", hint, level)


def _own(chosen: settings.Settings, now: datetime.datetime) -> Iterator[Finding]:
    for remark in prepare.own_remarks(chosen, now):
        level = Level.ERROR if remark.is_refused else Level.WARNING
        yield Finding(remark.text, remark.hint, level)


def _nearest(path: Path) -> Path:
    """The folder, or the one in which it would be made."""
    while not os.path.lexists(path) and path != path.parent:
        path = path.parent
    return path


_RULES = (
    Rule(
        id="machine-folder",
        title="The data folder can be written to.",
        why="All data, certificates and passwords are there.",
        hint="--data names another folder.",
        link="https://specifications.freedesktop.org/basedir-spec/latest/",
        here=_folder,
    ),
    Rule(
        id="machine-room",
        title="The disk has room.",
        why="A full disk refuses pushes and writes.",
        hint="--data names a folder on another disk.",
        link="https://docs.python.org/3/library/shutil.html#shutil.disk_usage",
        here=_room,
    ),
    Rule(
        id="machine-ports",
        title="The ports are free, or the stack's own.",
        why="Two programs cannot listen on one port.",
        hint="registry.port and cloud.port choose others.",
        link="https://man7.org/linux/man-pages/man2/bind.2.html",
        here=_ports,
    ),
    Rule(
        id="machine-ingress",
        title="Traefik, DNS and the web console can have their ports.",
        why="Clients ask 443 and 53; with others each URL has a port in it, and most machines ask no other port for names.",
        hint="ingress.port, ingress.plain_port, dns.port and ui.port choose others.",
        link="https://man7.org/linux/man-pages/man7/ip.7.html",
        here=_names_ports,
    ),
)


def rules(time: Clock) -> tuple[Rule, ...]:
    """All of them."""
    certificate = Rule(
        id="machine-certificate",
        title="The certificate is good.",
        why="Clients refuse one that is over, has not begun, or is for other names.",
        hint="homeport up renews it; docs/certificates.md tells more.",
        link="https://www.rfc-editor.org/rfc/rfc5280",
        here=functools.partial(_certificate, time),
    )
    return (*_RULES, certificate)
