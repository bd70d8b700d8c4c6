"""A stack of this machine as it is: what runs, with which settings, and what of its files is there."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from cryptography import x509

from homeport import errors
from homeport.net import files, names
from homeport.registry.access import htpasswd
from homeport.stack import folders, lifecycle, settings
from homeport.targets.local import control, status
from homeport.targets.local.lifecycle import State
from homeport.targets.local.planning import definition, started, texts

CERTIFICATE = "file/certificate"
DEFINITION = f"file/{definition.NAME}"
USERS = "file/users"
EDITED = "edited"
"""In place of a digest: the settings are the same, and yet it is not the text that was applied."""

_LIVES: Mapping[State, lifecycle.State] = {
    State.STOPPED: lifecycle.State.PENDING,
    State.STARTING: lifecycle.State.RUNNING,
    State.READY: lifecycle.State.READY,
    State.RENEWING: lifecycle.State.RUNNING,
    State.RESTARTING: lifecycle.State.RUNNING,
    State.STOPPING: lifecycle.State.RUNNING,
    State.FAILED: lifecycle.State.ERROR,
}
"""What a state of a process is in the life of a deployed component. One that is ended and will be started again is on its way."""

_WORST = (
    lifecycle.State.ERROR,
    lifecycle.State.PENDING,
    lifecycle.State.RUNNING,
    lifecycle.State.READY,
)


class Running(NamedTuple):
    """The supervisor and its components."""

    pid: int
    rows: tuple[status.Row, ...]
    start: started.Started
    """What it was started with; `never` where it has not said so (yet)."""

    @property
    def is_known(self) -> bool:
        """Whether it has said with what it was started."""
        return self.start.pid == self.pid

    @property
    def settings(self) -> settings.Settings | None:
        """With what it was started, without secrets; None where it has not said so, or in the words of another version."""
        try:
            return texts.settings_of(self.start.texts) if self.is_known else None
        except errors.SettingsError:
            return None

    @property
    def ready(self) -> tuple[str, ...]:
        """The components that are there, and those without which the stack goes on: nothing brings them back but another start."""
        return tuple(row.name for row in self.rows if self._is_there(row))

    def _is_there(self, row: status.Row) -> bool:
        return row.state is State.READY or (row.state is State.FAILED and self.is_settled)

    @property
    def is_settled(self) -> bool:
        """Whether the start is over: all are ready, or have failed and the stack goes on without them."""
        settled = {State.READY, State.FAILED}
        is_any_ready = any(row.state is State.READY for row in self.rows)
        return is_any_ready and all(row.state in settled for row in self.rows)

    @property
    def is_starting(self) -> bool:
        """Whether it was never ready yet, or something of it is coming up."""
        return not self.rows or any(row.state is State.STARTING for row in self.rows)

    @property
    def state(self) -> lifecycle.State:
        """Where the stack is in its life: where the component is that is furthest behind."""
        lives = {_LIVES[row.state] for row in self.rows}
        return next((one for one in _WORST if one in lives), lifecycle.State.PENDING)

    @property
    def objects(self) -> dict[str, str]:
        """Each component that is there with a digest of its settings."""
        return texts.digests(self.ready, self.start.texts) if self.is_known else {}

    @property
    def endpoints(self) -> dict[str, str]:
        """The URLs of the components that are ready."""
        return {row.name: row.url for row in self.rows if row.state is State.READY}


def running(where: folders.Folders) -> Running | None:
    """What runs on a data folder; None where nothing does."""
    report = control.report(where)
    if report is None:
        return None
    return Running(report.pid, report.rows, started.read(where.run))


def files_of(chosen: settings.Settings) -> dict[str, str]:
    """The files that there will be, as objects."""
    made = {
        DEFINITION: texts.digest_of(sorted(texts.all_of(chosen).items())),
        USERS: texts.digest_of(chosen.admin.user),
    }
    if chosen.tls.certificate is None:
        made[CERTIFICATE] = texts.digest_of(_wanted_names(chosen))
    return made


def files_there(wanted: definition.Definition | None, chosen: settings.Settings) -> dict[str, str]:
    """Those of them that are there, each as it is; `wanted` is None where nobody says what the definition should be."""
    return dict(_there(wanted, chosen, files_of(chosen)))


def _there(
    wanted: definition.Definition | None, chosen: settings.Settings, made: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    where = folders.of(chosen)
    text = definition.stored(where.data) if definition.is_ours(where.data) else None
    if text is not None:
        is_same = wanted is None or text == wanted.text
        yield DEFINITION, made[DEFINITION] if is_same else EDITED
    if _has_users(chosen, where):
        yield USERS, made[USERS]
    if CERTIFICATE in made and (found := _names(files.server(where.certificates).certificate)):
        covered = [name for name in _wanted_names(chosen) if name in found]
        yield CERTIFICATE, texts.digest_of(covered)


def _has_users(chosen: settings.Settings, where: folders.Folders) -> bool:
    """Whether there are users, the first one with the password that the settings give."""
    admin = chosen.admin
    if not admin.password:
        # Of users that are there none is made beside: somebody may have removed the first one.
        return where.htpasswd.exists()
    known = htpasswd.read(where.htpasswd)
    return htpasswd.verify(known, admin.user, admin.password.encode())


def _wanted_names(chosen: settings.Settings) -> list[str]:
    """The names of the settings, as a certificate spells them."""
    return sorted({_spelled(name) for name in chosen.hostnames})


def _spelled(name: str) -> str:
    return str(ipaddress.ip_address(name)) if names.is_address(name) else name.rstrip(".").lower()


def _names(path: Path) -> frozenset[str]:
    """The names of a certificate; none where it is not there or cannot be read: the next start says why."""
    try:
        certificate = x509.load_pem_x509_certificate(path.read_bytes())
        found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (OSError, ValueError, x509.ExtensionNotFound):
        return frozenset()
    addresses = map(str, found.get_values_for_type(x509.IPAddress))
    return frozenset(map(_spelled, (*found.get_values_for_type(x509.DNSName), *addresses)))
