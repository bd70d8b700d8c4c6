"""Loads the settings, from a flag, the environment, homeport.toml, names of registry v2, names of LocalStack, or the default.

The first of these that says something holds.
"""

from __future__ import annotations

import dataclasses
import importlib
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from homeport import errors
from homeport.stack import checks, names, settings, sources, values
from homeport.stack.kinds import tables


class Loaded(NamedTuple):
    """The settings of a stack, and what a person should know about where they come from."""

    settings: settings.Settings
    notes: tuple[str, ...] = ()
    file: Path | None = None
    """The settings file that was read."""


def load(
    flags: Mapping[str, str],
    environ: Mapping[str, str],
    *,
    config: str | None = None,
    text: str | None = None,
    has_registry: bool = True,
    has_cloud: bool = True,
) -> Loaded:
    """Reads all sources. Raises `SettingsError` that names every wrong or unknown setting at once.

    `flags` are by the setting's key; `config` is the settings file named on the command line, `text` what will stand in it where
    that is not yet so. The names of registry v2 are
    followed where `has_registry`, those of LocalStack where `has_cloud`.
    """
    path = _file(config or environ.get(names.CONFIG_VARIABLE), environ)
    found = [sources.flags(flags), sources.environment(environ)]
    if path is not None:
        reader = _reader("homeport.stack.document")
        found.append(reader.read(path) if text is None else reader.parse(path, text))
    if has_registry:
        found += _distribution(found, environ)
    localstack = sources.localstack(environ if has_cloud else {})
    problems = [problem for source in found for problem in source.problems]
    chosen, notes = _choose(found, localstack)
    read = {key: _read(names.BY_KEY[key], raw, problems) for key, raw in chosen.items()}
    read.setdefault("data", None)
    if read["data"] is None:
        read["data"] = _default_data(environ)
    _raise(problems)
    result = _build(read)
    _raise(checks.conflicts(result))
    said = [note for source in found for note in source.notes]
    return Loaded(result, (*localstack.notes, *notes, *said, *checks.remarks(result)), path)


class _Reader(Protocol):
    def read(self, path: Path) -> sources.Found: ...

    def parse(self, path: Path, text: str) -> sources.Found: ...


class _DistributionReader(Protocol):
    def read(self, path: Path | None, environ: Mapping[str, str]) -> sources.Found: ...


def _reader(name: str) -> _Reader:
    """The module for a file, loaded by those who have one."""
    reader: _Reader = importlib.import_module(name)
    return reader


def _distribution(
    found: Sequence[sources.Found], environ: Mapping[str, str]
) -> list[sources.Found]:
    """What config.yml and its variables say; what reads them is loaded by those who have some.

    Where its name is wrong there is nothing to read; that is told with all other settings.
    """
    named = sources.configuration_path(environ)
    chosen, _ = _choose([*found, named], sources.Found())
    raw = chosen.get("registry.config")
    path = _read(names.BY_KEY["registry.config"], raw, []) if raw is not None else None
    if path is None and not any(map(sources.is_distribution, environ)):
        return []
    reader: _DistributionReader = importlib.import_module("homeport.stack.distribution.reading")
    return [named, reader.read(path, environ)]


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
    if isinstance(kind, values.Folder | tables.Tables):
        kind = kind.below(raw.base)
    try:
        return kind.read(raw.value)
    except values.Wrong as error:
        problems += [
            f"{raw.at(fault.place)}: {setting.key}{fault.place}: {fault.text}"
            for fault in error.faults
        ]
        return setting.default
    except values.NotOfKind as error:
        shown = "its value" if setting.is_secret else repr(str(error) or raw.value)
        allowed = error.allowed or setting.kind.allowed
        problems.append(f"{raw.origin}: {setting.key}: {shown} is not {allowed}.")
        return setting.default


def _build(read: Mapping[str, Any]) -> settings.Settings:
    groups: dict[str, dict[str, Any]] = {}
    for key, value in read.items():
        setting = names.BY_KEY[key]
        groups.setdefault(setting.group, {})[setting.name] = value
    made = {
        field.name: field.default_factory(**groups.get(field.name, {}))  # type: ignore[operator]
        for field in dataclasses.fields(settings.Settings)
        if field.name in names.GROUPS
    }
    return settings.Settings(**groups.get("", {}), **made)


def _raise(problems: Sequence[str]) -> None:
    if problems:
        raise errors.SettingsError(
            "\n".join(problems), hint="docs/settings.md lists all settings with their names."
        )


def file(environ: Mapping[str, str]) -> Path | None:
    """The settings file that is read where none is named."""
    return _file(None, environ)


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
    """The settings as environment variables, for a process of the stack: it reads no file and no other name of a setting."""
    given = {names.CONFIG_VARIABLE: os.devnull}
    for setting in names.ALL:
        value = setting.of(chosen)
        if setting.is_handed_on and not (value is None and setting.default is None):
            given[setting.variable] = setting.kind.show(value)
    return given


def process_environment(
    chosen: settings.Settings, environ: Mapping[str, str], component: str = ""
) -> dict[str, str]:
    """The whole environment of a process of the stack; one of a component has no secret of another."""
    kept = {
        name: text
        for name, text in environ.items()
        if name not in sources.LOCALSTACK_VARIABLES
        and not sources.is_distribution(name)
        and not name.startswith(names.PREFIX)
    }
    others = {
        setting.variable
        for setting in names.ALL
        if setting.is_secret and component not in {"", setting.group}
    }
    given = environment(chosen)
    return kept | {name: text for name, text in given.items() if name not in others}
