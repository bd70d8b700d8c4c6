"""Makes what a stack needs before its first start: folders, CA and certificate, the first user. What is there stays."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from pathlib import Path

from homeport import clock, errors
from homeport.net import ca, files, names
from homeport.registry.access import htpasswd
from homeport.stack import folders, settings


@dataclass(frozen=True, slots=True)
class Prepared:
    """What was made."""

    password: str
    """The admin's, where it was made up now; it is shown this once."""
    is_new_ca: bool


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
    ensured = certificate(chosen, time)
    return Prepared(_admin(chosen.admin, where), ensured.is_new_ca)


def certificate(chosen: settings.Settings, time: clock.Clock) -> ca.Ensured:
    """Sees to it that the certificate is good for a while. Raises `CertificateError`."""
    listening = [chosen.registry.host, chosen.cloud.host]
    wanted = names.certificate_names(chosen.hostnames, listening)
    now = datetime.datetime.fromtimestamp(time.now(), datetime.UTC)
    return ca.ensure(folders.of(chosen).certificates, wanted, now)


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
