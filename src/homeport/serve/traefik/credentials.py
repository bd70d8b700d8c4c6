"""The credentials of a DNS provider, for Traefik's environment and nobody else's.

https://go-acme.github.io/lego/dns/
"""

from __future__ import annotations

import re
from pathlib import Path

from homeport import errors
from homeport.net import files

MOST_BYTES = 64 * 1024
_LINE = re.compile(r"(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)=(.*)")


def read(path: Path | None) -> dict[str, str]:
    """The variables of the file. Raises `SettingsError`, which quotes none of it."""
    if path is None:
        return {}
    try:
        is_open = files.is_open(path)
        with path.open(encoding="utf-8") as file:
            text = file.read(MOST_BYTES + 1)
    except (OSError, UnicodeDecodeError) as error:
        raise _unusable(path, f"cannot be read: {errors.reason(error)}") from error
    if is_open:
        raise _unusable(path, "can be read by others than its owner")
    if len(text) > MOST_BYTES:
        raise _unusable(path, f"has more than {MOST_BYTES // 1024} KiB")
    return dict(_variable(path, number, line) for number, line in _lines(text))


def _lines(text: str) -> list[tuple[int, str]]:
    numbered = [(number, line.strip()) for number, line in enumerate(text.splitlines(), 1)]
    return [(number, line) for number, line in numbered if line and not line.startswith("#")]


def _variable(path: Path, number: int, line: str) -> tuple[str, str]:
    found = _LINE.fullmatch(line)
    if found is None or "\0" in line:
        raise _unusable(path, f"is no NAME=value in line {number}")
    name, value = found.groups()
    if len(value) >= 2 and value[0] == value[-1] and value[0] in "\"'":
        value = value[1:-1]
    return name, value


def _unusable(path: Path, why: str) -> errors.SettingsError:
    return errors.SettingsError(
        f"ingress.acme_environment {path} {why}.",
        hint=f"It has a line NAME=value for each variable of the DNS provider, for its owner only: chmod 600 {path}.",
    )
