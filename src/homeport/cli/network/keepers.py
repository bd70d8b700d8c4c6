"""The keeper of records that the settings choose."""

from __future__ import annotations

import importlib
import os
import urllib.parse
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from homeport import errors
from homeport.clock import Clock
from homeport.net.dns.records import Keeper
from homeport.stack import settings

PASSWORD_BYTES = 4096
"""The most of a file that holds a password."""
_PIHOLE, _PIHOLE_OPTIONS = "homeport.net.dns.pihole.keeper", "homeport.net.dns.pihole.options"
_HOSTS, _BUILTIN = "homeport.net.dns.hosts.keeper", "homeport.net.dns.answered"
"""Each is loaded only where it is chosen."""


class _Pihole(Protocol):
    def open(self, options: Any, time: Clock) -> Keeper: ...


class _PiholeOptions(Protocol):
    Options: Callable[..., Any]


class _Hosts(Protocol):
    Hosts: Callable[[Path, str], Keeper]


class _Builtin(Protocol):
    Answered: Callable[[str, int | None], Keeper]


def of(chosen: settings.Settings, time: Clock, stack: str = "local") -> Keeper | None:
    """Who keeps the records; None where a person does, or nobody. Raises `HomeportError`. Whoever asks closes it."""
    match chosen.dns.provider:
        case "pihole":
            return _pihole(chosen, time)
        case "hosts":
            module: _Hosts = importlib.import_module(_HOSTS)
            return module.Hosts(chosen.dns.hosts_file, f"{stack} of {chosen.data}")
        case "builtin":
            server: _Builtin = importlib.import_module(_BUILTIN)
            return server.Answered(chosen.dns.host, chosen.dns.port)
    return None


def _pihole(chosen: settings.Settings, time: Clock) -> Keeper:
    its = chosen.pihole
    keeper: _Pihole = importlib.import_module(_PIHOLE)
    options: _PiholeOptions = importlib.import_module(_PIHOLE_OPTIONS)
    given = options.Options(
        url=its.url,
        password=its.password or (_password(its.password_file) if its.password_file else ""),
        totp=its.totp,
        ca=its.ca,
        dns_address=its.dns or urllib.parse.urlsplit(its.url).hostname or "",
        dns_port=its.dns_port,
        timeout_s=its.timeout,
    )
    return keeper.open(given, time)


def _password(path: Path) -> str:
    """The password that a file holds; its owner's alone."""
    try:
        with path.open(encoding="utf-8") as file:
            is_open = bool(os.fstat(file.fileno()).st_mode & 0o007)
            password = file.read(PASSWORD_BYTES + 1).removesuffix("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise _unusable(path, f"cannot be read: {errors.reason(error)}") from error
    if is_open:
        raise _unusable(path, "can be read by every user of this machine")
    if not password or "\n" in password or len(password) > PASSWORD_BYTES:
        raise _unusable(path, "must hold one line")
    return password


def _unusable(path: Path, why: str) -> errors.SettingsError:
    return errors.SettingsError(
        f"The password file {path} {why}.",
        hint=f"It holds the Pi-hole's password and nothing else, for its owner: chmod 600 {path}.",
    )
