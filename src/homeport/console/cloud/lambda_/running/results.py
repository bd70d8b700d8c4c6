"""What came of an invocation, as a person reads it.

https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from dataclasses import dataclass
from typing import Any

from homeport.console.rendering import indenting

SHOWN = 256 * 1024
"""Characters of a result; it has 6 MB at most."""
_REPORT = re.compile(r"^REPORT RequestId: (\S+)(.*)$", re.MULTILINE)
"""https://docs.aws.amazon.com/lambda/latest/dg/python-logging.html"""
_FIELD = re.compile(
    r"(Init Duration|Billed Duration|Duration|Memory Size|Max Memory Used): ([\d.]+ (?:ms|MB))"
)


@dataclass(frozen=True)
class Result:
    """One invocation."""

    status: int
    error: str
    """`Handled` or `Unhandled` where the function failed."""
    kind: str
    """The type of its error, such as `KeyError`."""
    message: str
    trace: list[str]
    payload: str
    is_cut: bool
    log: str
    request_id: str
    figures: list[tuple[str, str]]
    version: str


def read(answer: dict[str, Any]) -> Result:
    """The answer of Invoke; its payload has been read."""
    payload = answer.get("Payload", b"")
    text = payload.decode(errors="replace")
    said = _json(text)
    failed = said if answer.get("FunctionError") and isinstance(said, dict) else {}
    log = _decoded(answer.get("LogResult", ""))
    request_id, figures = report(log)
    shown = _shown(said) if said is not None else text
    trace = failed.get("stackTrace") or failed.get("trace") or []
    return Result(
        answer["StatusCode"],
        answer.get("FunctionError", ""),
        str(failed.get("errorType", "")),
        str(failed.get("errorMessage", "")),
        [str(line).rstrip("\n") for line in trace] if isinstance(trace, list) else [str(trace)],
        shown[:SHOWN],
        len(shown) > SHOWN,
        log,
        request_id or answer.get("ResponseMetadata", {}).get("RequestId", ""),
        figures,
        answer.get("ExecutedVersion", ""),
    )


def _shown(said: Any) -> str:
    try:
        return indenting.dump(said, SHOWN)
    except RecursionError:
        return json.dumps(said, ensure_ascii=False)


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _decoded(text: str) -> str:
    try:
        return base64.b64decode(text).decode(errors="replace")
    except binascii.Error:
        return ""


def report(log: str) -> tuple[str, list[tuple[str, str]]]:
    """The id of the request, and what its REPORT line says."""
    found = _REPORT.search(log)
    if found is None:
        return "", []
    return found[1], [(name, value) for name, value in _FIELD.findall(found[2])]
