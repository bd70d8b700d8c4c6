"""Text of others, fit to be shown: no secrets, no control characters, no end of it cut off without a sign."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterable

from homeport.targets.kubernetes.cluster import limits

HIDDEN = "***"
_QUOTED = re.compile(r"\bgot &.*")
_UNSHOWN = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")


def shown(text: str, secrets: tuple[str, ...] = (), credential: str = "") -> str:
    """The text without what is secret, and without what would move a terminal's cursor."""
    if secrets:
        # What is not even text is quoted in Go's own notation.
        text = _QUOTED.sub(f"got {HIDDEN}", text)
    for form in sorted(_forms((*secrets, credential)), key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(form)}(?!\w)", HIDDEN, text)
    text = _UNSHOWN.sub(" ", text).strip()
    is_long = len(text) > limits.MESSAGE_CHARS
    return f"{text[: limits.MESSAGE_CHARS]} …" if is_long else text


def _forms(secrets: Iterable[str]) -> set[str]:
    """The ways in which an API server may quote a value: whole or by lines, as it is, escaped, or out of its base64."""
    found: set[str] = set()
    for value in secrets:
        for text in (value, _decoded(value)):
            for part in (text, *text.splitlines()):
                found |= {part, json.dumps(part)[1:-1], part.strip()}
    return {form for form in found if form}


def _decoded(value: str) -> str:
    try:
        return base64.b64decode(value, validate=True).decode()
    except (binascii.Error, ValueError):
        return ""
