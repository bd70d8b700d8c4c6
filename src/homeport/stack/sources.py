"""Where settings come from: homeport.toml, the environment, flags, and the environment names of LocalStack."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from homeport import errors
from homeport.stack import names, settings

FILE_NAME = "homeport.toml"


@dataclass(frozen=True, slots=True)
class Raw:
    """A value as it was written, and where."""

    value: object
    origin: str
    """What an error begins with: `homeport.toml:7`, `--registry-port`, `HOMEPORT_REGISTRY_PORT`."""
    base: Path | None = None
    """Where relative folders start; None for the folder in which the command is run."""


@dataclass(slots=True)
class Found:
    """What one source says."""

    values: dict[str, Raw] = field(default_factory=dict)
    """By the setting's key."""
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def flags(given: Mapping[str, str]) -> Found:
    """Settings given on the command line, by key."""
    return Found({key: Raw(text, names.BY_KEY[key].flag) for key, text in given.items()})


def environment(environ: Mapping[str, str]) -> Found:
    """Settings given as `HOMEPORT_*`; an empty one counts as not given."""
    found = Found()
    for variable in sorted(environ):
        if not names.is_setting(variable):
            continue
        setting = names.BY_VARIABLE.get(variable)
        if setting is None:
            found.problems.append(_unknown(variable, names.nearest_variable(variable)))
        elif environ[variable]:
            found.values[setting.key] = Raw(environ[variable], variable)
    return found


def _unknown(origin: str, nearest: str) -> str:
    suggestion = f" Did you mean {nearest}?" if nearest else ""
    return f"{origin}: there is no such setting.{suggestion}"


# homeport.toml


def file(path: Path) -> Found:
    """Settings of a TOML file, each with its line."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise errors.SettingsError(
            f"The settings file {path} cannot be read: {error}.",
            hint="Name another one with --config FILE, or make it readable.",
        ) from error
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise errors.SettingsError(f"{path}: {error}.", hint="See https://toml.io.") from error
    return _document(path, document, _lines(text))


def _document(path: Path, document: dict[str, Any], lines: Mapping[str, int]) -> Found:
    found = Found()
    for key, value in _flat(document).items():
        origin = f"{path}:{lines[key]}" if key in lines else str(path)
        if key in names.BY_KEY:
            found.values[key] = Raw(value, origin, path.parent.absolute())
        elif key in names.GROUPS:
            found.problems.append(
                f"{origin}: {key} is a table: write [{key}] on a line of its own."
            )
        else:
            found.problems.append(_unknown(f"{origin}: {key}", names.nearest_key(key)))
    return found


def _flat(document: Mapping[str, Any]) -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for key, value in document.items():
        if isinstance(value, dict) and key not in names.BY_KEY:
            flat |= {f"{key}.{inner}": item for inner, item in value.items()}
        else:
            flat[key] = value
    return flat


_TABLE = re.compile(r"\s*\[\s*([A-Za-z0-9_-]+)\s*\]")
_KEY = re.compile(r"""\s*["']?([A-Za-z0-9_-]+)["']?\s*(?:\.\s*["']?([A-Za-z0-9_-]+)["']?\s*)?=""")


def _lines(text: str) -> dict[str, int]:
    """The line of each key. tomllib does not keep it; https://toml.io/en/v1.0.0#keys"""
    lines: dict[str, int] = {}
    table = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if head := _TABLE.match(line):
            table = head[1] + "."
        elif pair := _KEY.match(line):
            key = f"{pair[1]}.{pair[2]}" if pair[2] else pair[1]
            lines.setdefault(table + key, number)
    return lines


# LocalStack, https://docs.localstack.cloud/references/configuration/


def localstack(environ: Mapping[str, str]) -> Found:
    """Settings under the names that LocalStack gave them. They are the last before the defaults."""
    found = Found()
    for variable, read in _LOCALSTACK.items():
        if environ.get(variable):
            read(found, variable, environ[variable].strip())
    return found


def _services(found: Found, variable: str, text: str) -> None:
    known = settings.BUILT_SERVICES + settings.PLANNED_SERVICES
    words = [word.strip().lower() for word in text.split(",") if word.strip()]
    if missing := [word for word in words if word not in known]:
        found.notes.append(f"{variable}: Homeport does not have {', '.join(missing)}.")
    if there := [word for word in words if word in known]:
        found.values["cloud.services"] = Raw(there, variable)


def _persistence(found: Found, variable: str, text: str) -> None:
    if text.lower() not in {"1", "true"}:
        found.notes.append(f"{variable}={text} is not followed: Homeport always keeps its data.")


def _data_dir(found: Found, variable: str, text: str) -> None:
    found.values["cloud.folder"] = Raw(text, variable)


def _gateway_listen(found: Found, variable: str, text: str) -> None:
    first, *others = text.split(",")
    if others:
        found.notes.append(f"{variable}: Homeport listens on the first address only, {first}.")
    host, colon, port = first.strip().rpartition(":")
    if not colon:
        host, port = ("", first) if first.isdigit() else (first, "")
    if host:
        found.values["cloud.host"] = Raw(host, variable)
    if port:
        found.values["cloud.port"] = Raw(port, variable)


def _localstack_host(found: Found, variable: str, text: str) -> None:
    # URLs hold the host that the client used; here it must only be known.
    host = text.rpartition(":")[0] if text.rpartition(":")[2].isdigit() else text
    found.values["tls.hostnames"] = Raw([*settings.HOSTNAMES, host], variable)


def _debug(found: Found, variable: str, text: str) -> None:
    # Many programs have a DEBUG of their own with other words; only LocalStack's are ours.
    if text.lower() in {"1", "true"}:
        found.values["log.level"] = Raw("debug", variable)


_LOCALSTACK = {
    "SERVICES": _services,
    "PERSISTENCE": _persistence,
    "DATA_DIR": _data_dir,
    "GATEWAY_LISTEN": _gateway_listen,
    "LOCALSTACK_HOST": _localstack_host,
    "DEBUG": _debug,
}
LOCALSTACK_VARIABLES = tuple(_LOCALSTACK)
