"""What is set of the registry, each with the setting's name."""

from __future__ import annotations

from typing import Any, NamedTuple

from homeport.console.registry.rights import toml
from homeport.console.registry.rights.words import Told
from homeport.console.rendering import units


class Setting(NamedTuple):
    """One."""

    name: str
    """Its key in `[registry]`."""
    value: Any
    """As homeport.toml has it."""
    means: str

    @property
    def shown(self) -> str:
        """The value for a person."""
        if isinstance(self.value, bool):
            return "yes" if self.value else "no"
        return self.value if isinstance(self.value, str) else ", ".join(self.value)


def switches(told: Told) -> list[Setting]:
    """What is on or off, and when work is done."""
    gc = told["collection"]
    scrub, untagged = told["scrub_s"], gc["untagged_s"]
    return [
        Setting(
            "delete", told["may_delete"], "Whether tags, images and repositories can be deleted."
        ),
        Setting(
            "readonly", told["is_readonly"], "Whether pushes and deletes are refused to everybody."
        ),
        Setting(
            "tokens",
            told["has_tokens"],
            "Whether clients are sent for a token. A password is taken in any case.",
        ),
        Setting("metrics", told["metrics"], "Who may read /metrics."),
        _time(
            "gc_interval",
            gc["interval_s"],
            "Collections run every {}.",
            "Collections run only when asked for.",
        ),
        _time(
            "gc_grace", gc["grace_s"], "What was uploaded or asked for within {} is not collected."
        ),
        _time(
            "gc_untagged",
            untagged,
            "Images without a tag go after {} without a push or pull.",
            "Images without a tag stay: they may be used by digest.",
        ),
        _time(
            "upload_age", told["upload_age_s"], "An upload that nothing came to for {} is given up."
        ),
        _time("retention_interval", told["retention_s"], "Retention rules run every {}."),
        _time(
            "scrub_interval",
            scrub,
            "All that is stored is read again every {}.",
            "A scrub runs only when asked for.",
        ),
    ]


def _time(name: str, seconds: float | None, means: str, without: str = "") -> Setting:
    text = means.format(units.duration(seconds)) if seconds is not None else without
    return Setting(name, toml.duration(seconds), text)


def snippet(settings: list[Setting]) -> str:
    """All of them, to be copied."""
    return toml.table("registry", {each.name: each.value for each in settings})
