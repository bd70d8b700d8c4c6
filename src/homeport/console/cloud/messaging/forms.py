"""Fields of forms that queues and topics have alike: choices, tags, JSON documents."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import NamedTuple

from homeport.console.asking.troubles import Trouble
from homeport.console.cloud.messaging import bodies


class Choice(NamedTuple):
    """An attribute that is one of some words; the first holds where nothing is set."""

    name: str
    label: str
    choices: tuple[tuple[str, str], ...]
    """Each word, and how it is shown."""
    note: str


TAGS_NOTE = "One a line: key = value. At most 50."


def tags(text: str) -> dict[str, str]:
    """Reads lines of `key = value`. Raises `Trouble` that names the line."""
    found: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        key, sign, value = line.partition("=")
        if not sign or not key.strip():
            raise Trouble(f"Line {number} of the tags is not key = value.")
        if key.strip() in found:
            raise Trouble(f"The tag {key.strip()} stands twice, again in line {number}.")
        found[key.strip()] = value.strip()
    return found


def lines(values: Mapping[str, str]) -> str:
    """Tags as lines."""
    return "\n".join(f"{key} = {value}" for key, value in sorted(values.items()))


def document(text: str, label: str) -> str:
    """A JSON document as it is sent; empty where there is none. Raises `Trouble` that names the place of an error."""
    text = text.strip()
    if not text:
        return ""
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        raise Trouble(
            f"{label} is no JSON: {error.msg} in line {error.lineno}, column {error.colno}."
        ) from error
    except (ValueError, RecursionError) as error:
        raise Trouble(f"{label} is no JSON that can be read.") from error
    return text


def pretty(text: str) -> str:
    """A JSON document with indents, or the text as it is."""
    return bodies.shown(text).text if text else ""
