"""What went wrong, as AWS tells it. https://docs.aws.amazon.com/lambda/latest/dg/python-exceptions.html"""

from __future__ import annotations

import os
import traceback

TYPE_CHECKING = False  # the module that defines it takes longer to load than all of this
if TYPE_CHECKING:
    from types import TracebackType
    from typing import Any


_OURS = os.path.dirname(__file__) + "/"  # noqa: PTH120 - pathlib takes longer to load than all of this


class Fault(Exception):
    """What is wrong with the function before any of its code can say so."""

    def __init__(self, kind: str, text: str, trace: list[str] | None = None) -> None:
        super().__init__(text)
        self.kind = kind
        self.text = text
        self.trace = trace or []


def described(error: BaseException, request_id: str = "") -> dict[str, Any]:
    """An error as AWS posts it."""
    if isinstance(error, Fault):
        kind, text, trace = error.kind, error.text, error.trace
    else:
        kind, text, trace = type(error).__name__, str(error), _trace(error.__traceback__)
    return {"errorMessage": text, "errorType": kind, "requestId": request_id, "stackTrace": trace}


def _trace(begin: TracebackType | None) -> list[str]:
    """The lines of a traceback, from the first frame on that is not ours."""
    frames = traceback.extract_tb(begin)
    own = next((i for i, frame in enumerate(frames) if not frame.filename.startswith(_OURS)), 0)
    plain = [(frame.filename, frame.lineno or 0, frame.name, frame.line) for frame in frames[own:]]
    return traceback.format_list(plain)
