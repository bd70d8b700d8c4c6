"""Reads homeport.toml. Loaded only where there is one: the parser costs as much as all the rest of the settings.

https://toml.io
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from homeport import errors
from homeport.stack import names, sources


def read(path: Path) -> sources.Found:
    """Settings of a TOML file, each with its line."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise errors.SettingsError(
            f"The settings file {path} cannot be read: {errors.reason(error)}.",
            hint="Name another one with --config FILE, or make it readable.",
        ) from error
    return parse(path, text)


def parse(path: Path, text: str) -> sources.Found:
    """Settings of the text that stands in that file, or will."""
    try:
        if _DEEP.search(text):
            raise RecursionError  # tomllib takes memory by the square of the parts of a key
        if _LONG.search(text):
            raise ValueError
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise errors.SettingsError(f"{path}: {error}.", hint="See https://toml.io.") from error
    except ValueError as error:
        raise errors.SettingsError(
            f"{path}: a number has too many digits.", hint="See https://toml.io/en/v1.0.0#integer."
        ) from error
    except RecursionError as error:
        raise errors.SettingsError(
            f"{path}: lists, tables or the parts of a key stand too deep in one another.",
            hint="The key of a setting has three parts at most.",
        ) from error
    return _document(path, document, _lines(text))


def _document(path: Path, document: dict[str, Any], lines: Mapping[str, int]) -> sources.Found:
    found = sources.Found()
    for key, value in _flat(document).items():
        origin = f"{path}:{lines[key]}" if key in lines else str(path)
        if key in names.BY_KEY:
            places = {
                inner.removeprefix(key): f"{path}:{line}"
                for inner, line in lines.items()
                if inner.startswith((f"{key}[", f"{key}."))
            }
            found.values[key] = sources.Raw(value, origin, path.parent.absolute(), places)
        elif key in names.GROUPS:
            found.problems.append(
                f"{origin}: {key} is a table: write [{key}] on a line of its own."
            )
        else:
            is_one_of_many = len(found.problems) >= _HINTS  # looking for one takes milliseconds
            near = "" if is_one_of_many else names.nearest_key(key)
            found.problems.append(sources.unknown(f"{origin}: {key}", near))
    return found


def _flat(document: Mapping[str, Any]) -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for key, value in document.items():
        if isinstance(value, dict) and key not in names.BY_KEY:
            flat |= {f"{key}.{inner}": item for inner, item in value.items()}
        else:
            flat[key] = value
    return flat


_PART = r"""(?:[A-Za-z0-9_-]++|"[^"\n]*+"|'[^'\n]*+')"""
_DEEP = re.compile(rf"(?<![A-Za-z0-9_-]){_PART}(?:[ \t]*+\.[ \t]*+{_PART}){{40}}")
"""Many more parts than a key has; a text may have them too: the longest name in DNS that anybody has, of an address in ip6.arpa, has 34.
https://www.rfc-editor.org/rfc/rfc3596#section-2.5"""
_LONG = re.compile(r"\b0[xob][0-9A-Fa-f_]{1000}")
"""A number that Python reads and does not write: https://docs.python.org/3/library/stdtypes.html#integer-string-conversion-length-limitation"""
_HINTS = 20
"""So many unknown settings are told what they may mean."""
_NAME = r"""["']?([A-Za-z0-9_-]+)["']?"""
_TABLE = re.compile(rf"\s*\[(\[?)\s*{_NAME}(?:\s*\.\s*{_NAME})?(?:\s*\.\s*{_NAME})?\s*\]")
_KEY = re.compile(rf"\s*{_NAME}\s*(?:\.\s*{_NAME}\s*)?=")


def _lines(text: str) -> dict[str, int]:
    """The line of each key. tomllib does not keep it; https://toml.io/en/v1.0.0#keys"""
    lines: dict[str, int] = {}
    counts: dict[str, int] = {}
    table = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if head := _TABLE.match(line):
            table = _table(head, counts)
            lines.setdefault(table.removesuffix("."), number)
            lines.setdefault(re.sub(r"\[[0-9]+\]\.$", "", table), number)
        elif pair := _KEY.match(line):
            key = f"{pair[1]}.{pair[2]}" if pair[2] else pair[1]
            lines.setdefault(table + key, number)
    return lines


def _table(head: re.Match[str], counts: dict[str, int]) -> str:
    """What the keys below a head begin with; counts the tables of arrays."""
    words = [word for word in head.groups()[1:] if word]
    name = ".".join(words)
    if head[1]:
        counts[name] = counts.get(name, 0) + 1
        return f"{name}[{counts[name] - 1}]."
    above = ".".join(words[:2])
    if len(words) > 2 and above in counts:
        return f"{above}[{counts[above] - 1}].{words[2]}."
    return f"{name}."
