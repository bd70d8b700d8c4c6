"""What a person types next, once the stack is ready."""

from __future__ import annotations

import os
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from homeport.cli.view import words
from homeport.stack import folders, load, names
from homeport.targets.local import component


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


_HOME = ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME")
_NEEDED = ("data", "registry.host", "registry.port", "cloud.host", "cloud.port")
"""Settings that other commands must know to speak of the same stack."""


def of(loaded: load.Loaded, only: Sequence[str]) -> Hints:
    """The hints of a stack."""
    chosen = loaded.settings
    where = folders.of(chosen)
    command = words.command()
    started = {one.name: one for one in component.components(chosen, {}, only)}
    lines = []
    if "registry" in started and chosen.registry.auth:
        registry = started["registry"].url.partition("://")[2]
        lines.append(f"docker login {registry} -u {shlex.quote(chosen.admin.user)}")
    if "cloud" in started:
        environment = shlex.join(["env", *_flags(loaded)])
        lines.append(f'eval "$({command} {environment})"')
    return Hints(
        data=where.data,
        user=chosen.admin.user,
        password_file=where.admin_password,
        log=where.log("supervisor"),
        command=command,
        lines=tuple(lines),
    )


def text(given: Hints) -> list[str]:
    """What to type next, as lines."""
    return ["", "Type next, in another terminal:", *(f"  {line}" for line in given.lines)]


def _flags(loaded: load.Loaded) -> list[str]:
    """What another terminal, with no variable set, must be told."""
    config = {names.CONFIG_VARIABLE: str(loaded.file)} if loaded.file else {}
    home = {name: os.environ[name] for name in _HOME if name in os.environ}
    found = load.load({}, home | config).settings
    settings = [names.BY_KEY[key] for key in _NEEDED]
    return [
        f"{setting.flag}={setting.kind.show(setting.of(loaded.settings))}"
        for setting in settings
        if setting.of(loaded.settings) != setting.of(found)
    ]
