"""Command-line arguments: what all subcommands share, and settings as flags."""

from __future__ import annotations

import argparse
import functools
import importlib
import os
from collections.abc import Sequence
from typing import Any, NoReturn, Protocol

from homeport import errors
from homeport.stack import load, names, spelling

_SETTING = "setting:"
_EVERYWHERE = ("data",)
"""Settings that each subcommand shows in its help; it takes the others too."""


class _Describing(Protocol):
    def descriptions(self) -> dict[str, str]: ...


class UsageError(errors.HomeportError):
    """The command line does not make sense."""


def _descriptions() -> dict[str, str]:
    """What each setting is; only a help text needs the module that knows."""
    module: _Describing = importlib.import_module("homeport.stack.reference.page")
    return module.descriptions()


class Given:
    """What was given on the command line."""

    def __init__(self, namespace: argparse.Namespace) -> None:
        self._values: dict[str, Any] = vars(namespace)

    def __getitem__(self, name: str) -> Any:
        return self._values[name]

    def load(self) -> load.Loaded:
        """The settings, from all sources. Raises `SettingsError`."""
        return load.load(
            self._settings(),
            os.environ,
            config=self._values["config"],
            has_registry=self._has("registry"),
            has_cloud=self._has("cloud"),
        )

    def _has(self, name: str) -> bool:
        """Whether the command is about a component.

        The names of registry v2 mean nothing to the cloud, those of LocalStack nothing to the registry.
        """
        component = self._values.get("component")
        only = [component] if component else self._values.get("only")
        return not only or name in only

    def _settings(self) -> dict[str, str]:
        return {
            name.removeprefix(_SETTING): value
            for name, value in self._values.items()
            if name.startswith(_SETTING) and value is not None
        }


class Parser(argparse.ArgumentParser):
    """The parser of one subcommand, which knows all settings as flags."""

    def __init__(self, words: Sequence[str], **options: Any) -> None:
        self._words = words
        self._is_help = "-h" in words or "--help" in words
        if not self._is_help:
            # Each argument makes a formatter, which would load shutil to ask how wide the terminal is.
            options["formatter_class"] = functools.partial(argparse.HelpFormatter, width=80)
        super().__init__(allow_abbrev=False, **options)
        self.shows_settings = False
        self.is_for_cluster = False
        """Whether the settings shown are those that mean something on Kubernetes only, or all others."""

    def given(self) -> Given:
        """Parses the command line. Raises `UsageError` where it is wrong; ends the process with 0 after `--help`."""
        self._add_settings()
        namespace, unknown = self.parse_known_args(self._words)
        if unknown:
            self.error(self._unknown(unknown[0]))
        return Given(namespace)

    def _add_settings(self) -> None:
        said = _descriptions() if self._is_help else {}
        group = self.add_argument_group(
            "settings", "also as HOMEPORT_* and in homeport.toml; docs/settings.md"
        )
        group.add_argument("--config", metavar="FILE", help="the settings file")
        for setting in names.ALL:
            if setting.is_secret:
                continue  # other users of the machine can read a command line
            is_shown = setting.key in _EVERYWHERE or self._shows(setting)
            text = said.get(setting.key, "").replace("%", "%%")
            group.add_argument(
                setting.flag,
                dest=_SETTING + setting.key,
                metavar=setting.name.upper(),
                help=text if is_shown else argparse.SUPPRESS,
            )

    def _shows(self, setting: names.Setting) -> bool:
        return self.shows_settings and setting.is_for_cluster == self.is_for_cluster

    def _unknown(self, word: str) -> str:
        flag = word.partition("=")[0]
        known = [flag for action in self._actions for flag in action.option_strings]
        near = spelling.nearest(flag, known)
        return f"there is no {word!r} here." + (f" Did you mean {near}?" if near else "")

    def error(self, message: str) -> NoReturn:
        """Raises `UsageError`."""
        raise UsageError(f"{self.prog}: {message}", hint=f"{self.prog} --help shows what it takes.")
