"""Makes what a stack needs before its first start: folders, CA and certificate, the first user. What is there stays."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from pathlib import Path

from homeport import clock, errors
from homeport.net import ca, files, names, own
from homeport.registry.access import htpasswd
from homeport.stack import folders, settings


@dataclass(frozen=True, slots=True)
class Prepared:
    """What was made."""

    password: str
    """The admin's, where it was made up now; it is shown this once."""
    is_new_ca: bool
    notes: tuple[str, ...] = ()
    """What a person should know of the certificates."""


@dataclass(frozen=True, slots=True)
class Certificates:
    """What was found of the certificates, and made."""

    is_new_ca: bool = False
    is_new: bool = False
    """Whether the data folder's certificate was made or renewed."""
    notes: tuple[str, ...] = ()


def data_folder(path: Path) -> None:
    """Makes the data folder, for its owner only. Raises `StorageError` where it cannot be used."""
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise _unusable(path, error) from error


def prepare(chosen: settings.Settings, time: clock.Clock) -> Prepared:
    """Makes what is missing in the data folder. The lock of the folder is held by who calls."""
    where = folders.of(chosen)
    for folder in (
        where.certificates,
        where.auth,
        where.registry,
        where.cloud,
        where.run,
        where.logs,
    ):
        data_folder(folder)
    made = certificates(chosen, time)
    return Prepared(_admin(chosen.admin, where), made.is_new_ca, made.notes)


def certificates(chosen: settings.Settings, time: clock.Clock) -> Certificates:
    """Sees to it that the data folder's certificate is good for a while, and looks at the user's own. Raises `CertificateError`."""
    now = datetime.datetime.fromtimestamp(time.now(), datetime.UTC)
    notes = [f"{remark.text} {remark.hint}" for remark in own_remarks(chosen, now)]
    if chosen.tls.certificate is not None:
        return Certificates(notes=tuple(notes))
    ensured = ca.ensure(folders.of(chosen).certificates, certificate_names(chosen), now)
    notes += [
        f"The key {key} could be read by others until now, and can no more. If somebody may have: move {key.parent} aside,"
        " and the next start makes all of it anew, a CA that clients must be told to trust included."
        for key in ensured.mended
    ]
    return Certificates(ensured.is_new_ca, ensured.is_new_certificate, tuple(notes))


def certificate_names(chosen: settings.Settings) -> list[str]:
    """The names of the data folder's certificate: all of the stack and of this machine."""
    hosts = chosen.hosts
    return names.certificate_names(
        (hosts.cloud, *chosen.tls.hostnames),
        (chosen.registry.host, chosen.cloud.host, chosen.ui.host, chosen.ingress.host),
        plain=(hosts.registry, hosts.ui, hosts.ingress),
    )


def own_remarks(chosen: settings.Settings, now: datetime.datetime) -> list[own.Remark]:
    """What clients will complain of in certificates of the user's own. Raises `CertificateError` where one cannot be used."""
    hosts, its = chosen.hosts, chosen.registry
    wanted: dict[files.Paths, list[str]] = {}
    if chosen.tls.certificate is not None:
        others = [hosts.ui] if chosen.ui.enabled else []
        wanted[folders.certificate(chosen)] = [hosts.cloud, hosts.registry, *others]
    if its.tls and its.certificate is not None:
        wanted.setdefault(folders.registry_certificate(chosen), []).append(hosts.registry)
    return [
        remark
        for pair, named in wanted.items()
        for remark in own.remarks(pair, list(dict.fromkeys(named)), now)
    ]


def _admin(admin: settings.Admin, where: folders.Folders) -> str:
    """Sees to it that there is a first user. The password where it was made up now, else nothing."""
    if admin.password:
        known = htpasswd.read(where.htpasswd)
        if not htpasswd.verify(known, admin.user, admin.password.encode()):
            keep_password(where, admin.user, admin.password)
        return ""
    if where.htpasswd.exists():
        return ""
    password = htpasswd.new_password()
    keep_password(where, admin.user, password)
    return password


def keep_password(where: folders.Folders, user: str, password: str) -> None:
    """Gives the admin a password, and writes it down for the owner of the data folder."""
    htpasswd.add(where.htpasswd, user, password)
    files.write(where.admin_password, f"{password}\n".encode(), 0o600)


def _unusable(path: Path, error: OSError) -> errors.StorageError:
    return errors.StorageError(
        f"The folder {path} cannot be used: {error.strerror}.",
        hint="Check its rights (ls -ld), or name another data folder with --data or HOMEPORT_DATA.",
    )
