"""The names of the settings: in homeport.toml, on the command line and in the environment."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any, NamedTuple

from homeport.stack import settings, spelling, values
from homeport.stack.groups import fields
from homeport.stack.kinds import tables

PREFIX = "HOMEPORT_"
CONFIG_VARIABLE = "HOMEPORT_CONFIG"
"""Names the settings file; it has the flag `--config` too."""
GIVEN_VARIABLES = frozenset({CONFIG_VARIABLE, "HOMEPORT_REGISTRY", "HOMEPORT_CA"})
"""Variables of ours that are no settings: the last two are what `homeport env` prints for scripts."""
FOREIGN_PREFIXES = ("HOMEPORT_BENCH_", "HOMEPORT_TEST_")
"""Variables of the benchmarks and tests."""


class Setting(NamedTuple):
    """One setting and its names."""

    group: str
    """The table it stands in; empty for those at the top."""
    name: str
    kind: values.Kind
    default: Any
    is_for_cluster: bool = False
    """Whether it means something on Kubernetes only."""

    @property
    def key(self) -> str:
        """Its name in homeport.toml: `registry.port`."""
        return f"{self.group}.{self.name}" if self.group else self.name

    @property
    def flag(self) -> str:
        """Its name on the command line: `--registry-port`."""
        return "--" + self.key.replace(".", "-").replace("_", "-")

    @property
    def variable(self) -> str:
        """Its name in the environment: `HOMEPORT_REGISTRY_PORT`."""
        return PREFIX + self.key.replace(".", "_").upper()

    @property
    def is_secret(self) -> bool:
        """Whether its value is never shown, and no flag takes it: other users of the machine can read a command line."""
        has_secrets = isinstance(self.kind, tables.Tables) and self.kind.has_secrets
        return self.name in {"password", "auth_token", "totp"} or has_secrets

    @property
    def is_handed_on(self) -> bool:
        """Whether the process of a component needs it: not what only `up` does, nor a file that was read already."""
        if self.is_for_cluster or self.group == "pihole":
            return False
        return self.key not in {"admin.password", "registry.config"}

    def of(self, chosen: settings.Settings) -> Any:
        """Its value in `chosen`."""
        return getattr(getattr(chosen, self.group) if self.group else chosen, self.name)


def _walk() -> Iterator[Setting]:
    for top in dataclasses.fields(settings.Settings):
        if settings.KIND in top.metadata:
            yield _setting("", top)
            continue
        group: Any = top.default_factory
        for field in dataclasses.fields(group):
            yield _setting(top.name, field)


def _setting(group: str, field: dataclasses.Field[Any]) -> Setting:
    is_for_cluster = fields.CLUSTER in field.metadata
    return Setting(group, field.name, field.metadata[settings.KIND], field.default, is_for_cluster)


ALL: tuple[Setting, ...] = tuple(_walk())
BY_KEY = {setting.key: setting for setting in ALL}
BY_VARIABLE = {setting.variable: setting for setting in ALL}
GROUPS = tuple(dict.fromkeys(setting.group for setting in ALL if setting.group))


def is_setting(variable: str) -> bool:
    """Whether a variable of the environment means a setting, be it one that there is or not."""
    return (
        variable.startswith(PREFIX)
        and not variable.startswith(FOREIGN_PREFIXES)
        and variable not in GIVEN_VARIABLES
    )


def nearest_variable(wrong: str) -> str:
    """The variable that was probably meant."""
    key = nearest_key(wrong.removeprefix(PREFIX).lower().replace("_", ".", 1))
    return BY_KEY[key].variable if key else ""


def nearest_key(wrong: str) -> str:
    """The setting that was probably meant: one that is written alike, else one of that name in a table."""
    inner = wrong.rpartition(".")[2]
    return spelling.nearest(wrong, BY_KEY) or next(
        (key for key in BY_KEY if key.endswith(f".{inner}")), ""
    )
