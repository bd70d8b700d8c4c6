"""Answers before they are bytes: a document, or lines that come one by one."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from tests.apiserver import errors


@dataclass(slots=True)
class Answer:
    """Code, headers, and either a whole body or the lines of a stream."""

    code: int = 200
    body: bytes = b""
    content_type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)
    lines: Iterable[bytes] | None = None
    warnings: tuple[str, ...] = ()


def document(content: object, code: int = 200, *, warnings: tuple[str, ...] = ()) -> Answer:
    """A JSON body."""
    return Answer(code, json.dumps(content).encode() + b"\n", warnings=warnings)


def text(content: str, code: int = 200) -> Answer:
    """A plain body."""
    return Answer(code, content.encode(), "text/plain; charset=utf-8")


def failure(error: errors.ApiError, headers: Mapping[str, str] | None = None) -> Answer:
    """A Status."""
    answer = text(error.text, error.code) if error.text else document(error.status(), error.code)
    answer.headers.update(headers or {})
    if error.retry_after_s is not None:
        answer.headers.setdefault("Retry-After", str(error.retry_after_s))
    return answer


def stream(lines: Iterable[bytes], content_type: str = "application/json") -> Answer:
    """A body that grows while it is read."""
    return Answer(200, content_type=content_type, lines=lines)


def warning(text: str) -> str:
    """The header of a warning: https://kubernetes.io/blog/2020/09/03/warnings/"""
    quoted = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'299 - "{quoted}"'
