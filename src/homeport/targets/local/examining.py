"""What `doctor` looks at on this machine, before a stack is started on it."""

from __future__ import annotations

import datetime
import functools
import os
import shutil
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

from cryptography import x509

from homeport import errors
from homeport.clock import Clock
from homeport.net import ca, files
from homeport.stack import folders
from homeport.stack.rules.rule import Finding, Level, Planned, Rule, Skipped
from homeport.targets.local import control

ROOM = 2**30
"""Below that a stack that is used is soon full."""


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
        if owner is None and not _is_free(its.host, its.port):
            yield Finding(
                f"Port {its.port} of {its.host}, of the {name}, is taken by another program.",
                f"ss -ltnp 'sport = :{its.port}' names it; {name}.port chooses another one.",
            )


def _is_free(host: str, port: int) -> bool:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def _certificate(time: Clock, planned: Planned) -> Iterator[Finding]:
    path = files.server(folders.of(planned.chosen).certificates).certificate
    if not path.exists():
        raise Skipped("homeport up makes it")
    now = datetime.datetime.fromtimestamp(time.now(), datetime.UTC)
    left = _read(path).not_valid_after_utc - now
    if left < datetime.timedelta():
        yield Finding("The certificate is over.", "homeport up renews it.")
    elif left < ca.RENEWAL:
        yield Finding(
            f"The certificate ends in {left.days} days.",
            "homeport up renews it, and one that runs renews it by itself.",
            Level.WARNING,
        )


def _read(path: Path) -> x509.Certificate:
    try:
        return x509.load_pem_x509_certificate(path.read_bytes())
    except (OSError, ValueError) as error:
        raise errors.HomeportError(
            f"{path} is no certificate that can be read: {errors.reason(error)}.",
            hint="Move it and its key aside: the next start makes them anew.",
        ) from error


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
)


def rules(time: Clock) -> tuple[Rule, ...]:
    """All of them."""
    certificate = Rule(
        id="machine-certificate",
        title="The certificate is good.",
        why="Clients refuse one that is over.",
        hint="homeport up renews it.",
        link="https://www.rfc-editor.org/rfc/rfc5280",
        here=functools.partial(_certificate, time),
    )
    return (*_RULES, certificate)
