"""JSON objects that come in, each of their fields checked, and JSON that goes out."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from homeport.edge import http
from homeport.registry import errors, limits

BYTES = 64 * 1024
"""Longest body: a robot of 100 patterns takes a third of it."""
LIST = 100
"""Entries of a list at most, as many as tags of a push: `homeport.registry.limits.TAGS_PER_PUSH`."""
TEXT = 4096
"""Longest text, that of a path: https://man7.org/linux/man-pages/man3/pathconf.3.html (PATH_MAX)"""
SECONDS = 3650 * 86_400
"""Longest duration: ten years, as in the settings."""

NAME = 64
"""Characters of a wrong name that an error repeats."""

Check = Callable[[Any], str]
"""What is wrong with a value, to follow the name of its field; empty where nothing is."""


def flag(value: Any) -> str:
    """True or false."""
    return "" if isinstance(value, bool) else "must be true or false"


def seconds(value: Any) -> str:
    """A duration; null stands for what the settings say."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if value is None or (is_number and 0 <= value <= SECONDS):
        return ""
    return f"must be a number of seconds from 0 to {SECONDS}"


def text(value: Any) -> str:
    """A text that says something."""
    if isinstance(value, str) and 0 < len(value) <= TEXT and "\0" not in value:
        return ""
    return f"must be a text of 1 to {TEXT} characters"


def texts(value: Any) -> str:
    """A list of such texts, at least one."""
    is_list = isinstance(value, list) and 0 < len(value) <= LIST
    if is_list and not any(text(each) for each in value):
        return ""
    return f"must be a list of 1 to {LIST} texts"


async def read(
    body: http.Body, checks: Mapping[str, Check], needed: tuple[str, ...] = ()
) -> dict[str, Any]:
    """The fields of a body; no body has none. Raises a failure that names each field that is wrong, unknown or missing."""
    content = body.peek()
    if content is None:
        content = await body.read(BYTES)
    elif len(content) > BYTES:
        raise http.BodyTooLarge(f"The body has {len(content)} bytes; {BYTES} are allowed here.")
    value = _parse(content)
    wrong = [f"{name[:NAME]!r} is no field here" for name in value if name not in checks]
    wrong += [f"{name} is missing" for name in needed if name not in value]
    for name, check in checks.items():
        if name in value and (fault := check(value[name])):
            wrong.append(f"{name} {fault}")
    if wrong:
        raise invalid(*wrong)
    return value


def _parse(content: bytes) -> dict[str, Any]:
    try:
        value = json.loads(content) if content.strip() else {}
    except (ValueError, RecursionError) as error:
        raise invalid("the body is not JSON") from error
    if not isinstance(value, dict):
        raise invalid("the body must be a JSON object")
    return value


def invalid(*wrong: str) -> errors.Failure:
    """UNSUPPORTED stands for an invalid set of parameters too: https://github.com/opencontainers/distribution-spec/blob/main/extensions/_oci.md"""
    failure = errors.Failure("UNSUPPORTED", wrong[0], status=400)
    failure.errors = [errors.error("UNSUPPORTED", each) for each in wrong[: limits.ERRORS_LISTED]]
    return failure


def answer(value: Any, status: int = 200, headers: http.Headers | None = None) -> http.Response:
    """A value as JSON."""
    # It tells of the moment, and of secrets: https://www.rfc-editor.org/rfc/rfc9111#section-5.2.2.5
    fields = [("Content-Type", "application/json"), ("Cache-Control", "no-store"), errors.VERSION]
    return http.Response(status, [*fields, *(headers or [])], json.dumps(value).encode())
