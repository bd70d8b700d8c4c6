"""What a person types next, once the stack is ready."""

from __future__ import annotations

import os
import shlex
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from homeport import errors
from homeport.cli.view import words
from homeport.net import files
from homeport.net.trust.stores import system
from homeport.stack import folders, load, names, settings
from homeport.targets.local import component, status
from homeport.targets.local.lifecycle import State


@dataclass(frozen=True, slots=True)
class Hints:
    """Words for the end of the table."""

    data: Path
    user: str
    password_file: Path
    log: Path
    """The supervisor's own log, in the background."""
    command: str
    """How this command is called."""
    lines: tuple[str, ...]
    """Commands to type."""
    name: str = ""
    """Where the ingress has the components; empty where there is none."""
    named: tuple[str, ...] = ()
    """Commands to type before that is reached, and then."""
    console: str = ""
    """The web console at its own port; empty where there is none."""
    named_console: str = ""
    """Where the ingress has it."""


_HOME = ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME")
_STACK = ("data", "registry.host", "registry.port", "cloud.host", "cloud.port")
"""Settings that other commands must know to speak of the same stack."""
_NAMES = ("domain", "registry.hostname", "ui.hostname", "cloud.hostname")
_RECORDS = (
    "data",
    *_NAMES,
    "ingress.host",
    *(key for key, its in names.BY_KEY.items() if its.group in {"dns", "pihole"}),
)
"""Those of the records, and of who has them."""
_TRUSTED = ("data", *_NAMES, "registry.host", "registry.port", "registry.tls", "ingress.port")
"""Those of where the registry is reached, for which its clients trust the CA."""
_RECORDS_BY = {
    "builtin": "dns check",
    "pihole": "dns apply",
    "hosts": "dns apply",
    "print": "dns print",
}
"""What there is to do for the names, by `dns.provider`."""


def of(loaded: load.Loaded, chosen: settings.Settings, only: Sequence[str]) -> Hints:
    """The hints of a stack: `chosen` is what was loaded, with a number for each port."""
    where = folders.of(chosen)
    started = {one.name: one for one in component.components(chosen, {}, only)}
    lines = []
    if "registry" in started and chosen.registry.auth:
        lines.append(_login(started["registry"].url, chosen))
    if "cloud" in started:
        lines.append(f'eval "$({words.command()} {_command(loaded, "env", _STACK)})"')
    urls = _urls(chosen, started)
    return Hints(
        data=where.data,
        user=chosen.admin.user,
        password_file=where.admin_password,
        log=where.log("supervisor"),
        command=words.command(),
        lines=tuple(lines),
        name=" and ".join(urls.values()),
        named=tuple(_by_name(loaded, chosen, urls)) if urls else (),
        console=started["registry-ui"].url if "registry-ui" in started else "",
        named_console=_url(chosen, chosen.hosts.ui) if "ingress" in started else "",
    )


def text(given: Hints, rows: Sequence[status.Row]) -> list[str]:
    """What to type next, as lines."""
    found = ["", "Type next, in another terminal:", *(f"  {line}" for line in given.lines)]
    if is_by_name(given, rows):
        found += ["", f"By name, {given.name}:", *(f"  {line}" for line in given.named)]
    if (url := browsed(given, rows)) is not None:
        found += ["", f"Open in a browser: {url}"]
    return found


def is_by_name(given: Hints, rows: Sequence[status.Row]) -> bool:
    """Whether the names lead somewhere: a stack goes on without an ingress that has failed."""
    return bool(given.named) and not _has_failed("ingress", rows)


def browsed(given: Hints, rows: Sequence[status.Row]) -> str | None:
    """Where a browser finds the web console: by name where the ingress runs, else at its own port; None where there is none."""
    if not given.console or _has_failed("registry-ui", rows):
        return None
    return given.named_console if is_by_name(given, rows) else given.console


def _has_failed(name: str, rows: Sequence[status.Row]) -> bool:
    return any(row.name == name and row.state is State.FAILED for row in rows)


def _urls(chosen: settings.Settings, started: Collection[str]) -> dict[str, str]:
    """Where the ingress has which component."""
    if "ingress" not in started:
        return {}
    hosts = {"registry": chosen.hosts.registry, "cloud": chosen.hosts.cloud}
    return {name: _url(chosen, host) for name, host in hosts.items() if name in started}


def _url(chosen: settings.Settings, host: str) -> str:
    port = chosen.ingress.port or component.SECURE_PORTS[0]
    return f"https://{component.with_port(host, port)}"


def _by_name(loaded: load.Loaded, chosen: settings.Settings, urls: Mapping[str, str]) -> list[str]:
    lines = []
    if (records := _RECORDS_BY.get(chosen.dns.provider)) is not None:
        lines.append(f"{words.command()} {_command(loaded, records, _RECORDS)}")
    if chosen.tls.certificate is None and not _is_trusted(chosen):
        lines.append(f"{words.command()} {_command(loaded, 'trust', _TRUSTED)}")
    if "registry" in urls and chosen.registry.auth:
        lines.append(_login(urls["registry"], chosen))
    return lines


def _login(url: str, chosen: settings.Settings) -> str:
    return f"docker login {url.partition('://')[2]} -u {shlex.quote(chosen.admin.user)}"


def _is_trusted(chosen: settings.Settings) -> bool:
    """Whether this system trusts the CA already; before the first start there is none."""
    path = files.ca(folders.of(chosen).certificates).certificate
    try:
        return system.is_bundled(path.read_text())
    except (OSError, UnicodeDecodeError, errors.HomeportError):
        return False


def _command(loaded: load.Loaded, name: str, keys: Sequence[str]) -> str:
    """A command with what another terminal, with no variable set, must be told."""
    home = {name: os.environ[name] for name in _HOME if name in os.environ}
    config = {names.CONFIG_VARIABLE: str(loaded.file)} if loaded.file else {}
    told = (
        [f"--config={loaded.file.absolute()}"]
        if loaded.file and _is_elsewhere(loaded.file, home)
        else []
    )
    found = load.load({}, home | config).settings
    wanted = [names.BY_KEY[key] for key in keys if not names.BY_KEY[key].is_secret]
    told += [
        f"{setting.flag}={setting.kind.show(setting.of(loaded.settings))}"
        for setting in wanted
        if setting.of(loaded.settings) != setting.of(found)
    ]
    return shlex.join([*name.split(), *told])


def _is_elsewhere(file: Path, home: Mapping[str, str]) -> bool:
    """Whether the settings file is one that has to be named."""
    found = load.file(home)
    return file != found and not (found is None and str(file) == os.devnull)
