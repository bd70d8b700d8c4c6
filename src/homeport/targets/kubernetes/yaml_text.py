"""Writes objects as YAML for people: in their own order, texts of several lines as they are.

What Go's reader takes for a number or a boolean, and Python's writer leaves plain, is quoted: `1e3`, `0o17`, `y`.
https://yaml.org/spec/1.2.2/#103-core-schema
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import yaml

_WIDTH = 10_000
"""No folding: a folded text is hard to compare."""

_AMBIGUOUS = re.compile(r"[-+.]?[0-9][0-9a-fA-FxXoO_.,:+-]*|[yYnN]|[-+]?\.(inf|nan|Inf|NaN)|=|<<")

_TEXT = "tag:yaml.org,2002:str"


class _Dumper(getattr(yaml, "CSafeDumper", yaml.SafeDumper)):  # type: ignore[misc] # libyaml where it is there
    """Writes texts as people read them."""

    def ignore_aliases(self, data: Any) -> bool:
        """Writes again what is there twice."""
        del data
        return True


def _text(dumper: Any, text: str) -> yaml.ScalarNode:
    style = None
    if "\n" in text:
        style = "|"
    elif _AMBIGUOUS.fullmatch(text):
        style = "'"
    node: yaml.ScalarNode = dumper.represent_scalar(_TEXT, text, style=style)
    return node


_Dumper.add_representer(str, _text)


def documents(values: Iterable[Any]) -> str:
    """Each value as a document of its own."""
    text: str = yaml.dump_all(values, explicit_start=True, **_options())
    return text


def document(value: Any) -> str:
    """One value."""
    text: str = yaml.dump(value, **_options())
    return text


def _options() -> dict[str, Any]:
    return {
        "Dumper": _Dumper,
        "default_flow_style": False,
        "sort_keys": False,
        "allow_unicode": True,
        "width": _WIDTH,
    }
