"""How a command is said again, for root: who has another home, search path and environment."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

from homeport.stack import names, settings


def program() -> list[str]:
    """Homeport by its path, since sudo has a search path of its own."""
    called = Path(sys.argv[0])
    if called.name == "homeport":
        return [str(called.absolute())]
    # -P: root takes no module from the folder in which the command is typed.
    return [sys.executable, "-P", "-m", "homeport"]


def flags(chosen: settings.Settings, keys: Iterable[str]) -> list[str]:
    """The settings that are not as they are by default: they may be from flags, or the environment."""
    words: list[str] = []
    for setting in (names.BY_KEY[key] for key in keys):
        value = setting.of(chosen)
        if value != setting.default:
            words += [setting.flag, setting.kind.show(value)]
    return words
