"""Parts of homeport.toml, to be copied. https://toml.io/en/v1.0.0"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from homeport.console.registry.rights.words import Told
from homeport.stack.kinds import durations

_DURATION = durations.Duration("1s", "3650d", can_be_none=True)


def duration(seconds: float | None) -> str:
    """As the settings file has it: `90d`, `1h`, `none`."""
    return _DURATION.show(seconds)


def table(name: str, fields: Mapping[str, Any], *, is_array: bool = False) -> str:
    """A table with its head; `is_array` where there may be several of it."""
    head = f"[[{name}]]" if is_array else f"[{name}]"
    return "\n".join([head, *(f"{key} = {_value(value)}" for key, value in fields.items())])


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        # JSON escapes all that TOML wants escaped but one character: https://toml.io/en/v1.0.0#string
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return f"[{', '.join(_value(each) for each in value)}]"


def rules(told: Sequence[Told]) -> str:
    """The rules of access."""
    return "\n\n".join(
        table(
            "registry.rules",
            _but_defaults(each, {"allow": ["pull"], "users": [], "anonymous": False}),
            is_array=True,
        )
        for each in told
    )


def retention(told: Sequence[Told]) -> str:
    """The retention rules."""
    return "\n\n".join(
        table("registry.retention", _of_retention(each), is_array=True) for each in told
    )


def _of_retention(told: Told) -> dict[str, Any]:
    found = _but_defaults(told, {"tags": ["*"], "keep": [], "keep_last": None})
    fields = {name: found[name] for name in _KEPT if name in found}
    for name in ("keep_pushed", "keep_pulled", "untagged"):
        if told[f"{name}_s"] is not None:
            fields[name] = duration(told[f"{name}_s"])
    return fields


_KEPT = ("repositories", "tags", "keep", "keep_last")


def _but_defaults(told: Told, defaults: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: value
        for name, value in told.items()
        if name not in defaults or value != defaults[name]
    }
