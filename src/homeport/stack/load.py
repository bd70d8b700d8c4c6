"""Loads the settings: a flag comes before the environment, that before homeport.toml, that before the default."""

from __future__ import annotations

import importlib
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from homeport import errors
from homeport.stack import names, settings, sources, values


class Loaded(NamedTuple):
    """The settings of a stack, and what a person should know about where they come from."""

    settings: settings.Settings
    notes: tuple[str, ...] = ()
    file: Path | None = None
    """The settings file that was read."""


def load(
    flags: Mapping[str, str], environ: Mapping[str, str], *, config: str | None = None
) -> Loaded:
    """Reads all sources. Raises `SettingsError` that names every wrong or unknown setting at once.

    `flags` are by the setting's key; `config` is the settings file named on the command line.
    """
    path = _file(config or environ.get(names.CONFIG_VARIABLE), environ)
    found = [sources.flags(flags), sources.environment(environ)]
    if path is not None:
        found.append(_reader().read(path))
    localstack = sources.localstack(environ)
    problems = [problem for source in found for problem in source.problems]
    chosen, notes = _choose(found, localstack)
    read = {key: _read(names.BY_KEY[key], raw, problems) for key, raw in chosen.items()}
    read.setdefault("data", None)
    if read["data"] is None:
        read["data"] = _default_data(environ)
    _raise(problems)
    result = _build(read)
    _raise(_conflicts(result))
    return Loaded(result, (*localstack.notes, *notes, *_remarks(result)), path)


class _Reader(Protocol):
    def read(self, path: Path) -> sources.Found: ...


def _reader() -> _Reader:
    """The module for homeport.toml, loaded by those who have one."""
    reader: _Reader = importlib.import_module("homeport.stack.document")
    return reader


def _choose(
    found: Sequence[sources.Found], localstack: sources.Found
) -> tuple[dict[str, sources.Raw], list[str]]:
    chosen: dict[str, sources.Raw] = {}
    for source in found:
        chosen = source.values | chosen
    notes = [
        f"{raw.origin} is read as LocalStack's name of {key} ({names.BY_KEY[key].variable})."
        for key, raw in localstack.values.items()
        if key not in chosen
    ]
    return localstack.values | chosen, notes


def _read(setting: names.Setting, raw: sources.Raw, problems: list[str]) -> Any:
    kind = setting.kind
    if isinstance(kind, values.Folder):
        kind = kind.below(raw.base)
    try:
        return kind.read(raw.value)
    except values.NotOfKind as error:
        shown = "its value" if setting.is_secret else repr(str(error) or raw.value)
        problems.append(f"{raw.origin}: {setting.key}: {shown} is not {setting.kind.allowed}.")
        return setting.default


def _build(read: Mapping[str, Any]) -> settings.Settings:
    groups: dict[str, dict[str, Any]] = {}
    for key, value in read.items():
        setting = names.BY_KEY[key]
        groups.setdefault(setting.group, {})[setting.name] = value
    return settings.Settings(
        **groups.get("", {}),
        registry=settings.Registry(**groups.get("registry", {})),
        cloud=settings.Cloud(**groups.get("cloud", {})),
        functions=settings.Functions(**groups.get("functions", {})),
        admin=settings.Admin(**groups.get("admin", {})),
        tls=settings.Tls(**groups.get("tls", {})),
        log=settings.Log(**groups.get("log", {})),
        up=settings.Up(**groups.get("up", {})),
    )


def _conflicts(chosen: settings.Settings) -> list[str]:
    if chosen.registry.port != chosen.cloud.port:
        return []
    return [
        f"registry.port and cloud.port are both {chosen.cloud.port}. Give one of them another port."
    ]


def _remarks(chosen: settings.Settings) -> list[str]:
    remarks = []
    if not chosen.registry.tls:
        remarks.append("The registry speaks plain HTTP (registry.tls is off).")
    if not chosen.registry.auth:
        remarks.append("The registry lets everyone in (registry.auth is off).")
    return remarks


def _raise(problems: Sequence[str]) -> None:
    if problems:
        raise errors.SettingsError(
            "\n".join(problems), hint="docs/settings.md lists all settings with their names."
        )


def _file(named: str | None, environ: Mapping[str, str]) -> Path | None:
    if named:
        return Path(named)
    for path in (Path(sources.FILE_NAME), _xdg(environ, "XDG_CONFIG_HOME", ".config")):
        if path is not None and path.is_file():
            return path
    return None


def _xdg(environ: Mapping[str, str], variable: str, inner: str) -> Path | None:
    """A folder or file of ours in a base folder; https://specifications.freedesktop.org/basedir-spec/latest/"""
    last = ("homeport", sources.FILE_NAME) if variable == "XDG_CONFIG_HOME" else ("homeport",)
    base = Path(environ.get(variable, ""))
    if not base.is_absolute():  # "must be absolute ... consider the path invalid and ignore it"
        home = Path(os.path.expanduser("~"))  # noqa: PTH111 - Path.home() raises where there is none
        if not home.is_absolute():
            return None
        base = home / inner
    return base.joinpath(*last)


def _default_data(environ: Mapping[str, str]) -> Path:
    path = _xdg(environ, "XDG_DATA_HOME", ".local/share")
    if path is None:
        raise errors.SettingsError(
            "There is no home folder to keep data in.",
            hint="Name a data folder: --data FOLDER, or HOMEPORT_DATA in the environment.",
        )
    return path


def environment(chosen: settings.Settings) -> dict[str, str]:
    """The settings as environment variables, for a process of the stack: it reads no file and no other name of a setting.

    The admin's password is left out; only `up` needs it.
    """
    given = {names.CONFIG_VARIABLE: os.devnull}
    for setting in names.ALL:
        value = setting.of(chosen)
        if not setting.is_secret and not (value is None and setting.default is None):
            given[setting.variable] = setting.kind.show(value)
    return given


def process_environment(chosen: settings.Settings, environ: Mapping[str, str]) -> dict[str, str]:
    """The whole environment of a process of the stack."""
    kept = {
        name: text
        for name, text in environ.items()
        if name not in sources.LOCALSTACK_VARIABLES and not name.startswith(names.PREFIX)
    }
    return kept | environment(chosen)
