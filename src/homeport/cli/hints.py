"""What a person types next, once the stack is ready."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from homeport.cli import words
from homeport.stack import folders, load
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


def of(loaded: load.Loaded, flags: Sequence[str], only: Sequence[str]) -> Hints:
    """The hints of a stack that was started with these settings given as flags."""
    chosen = loaded.settings
    where = folders.of(chosen)
    command = words.command()
    started = {one.name: one for one in component.components(chosen, {}, only)}
    lines = []
    if "registry" in started and chosen.registry.auth:
        registry = started["registry"].url.partition("://")[2]
        lines.append(f"docker login {registry} -u {shlex.quote(chosen.admin.user)}")
    if "cloud" in started:
        environment = shlex.join(["env", *flags])
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
