"""What can go wrong on purpose, for one request or for all."""

from __future__ import annotations

import enum
import threading
from typing import NamedTuple


class Kind(enum.Enum):
    """How."""

    ANSWER = "something else is answered, and nothing done"
    CUT = "it is done, and the answer cut in the middle"
    UNHEARD = "the connection is closed before anything is done"
    STALL = "it is done, and no answer comes"


class Fault(NamedTuple):
    """One, and for which requests."""

    kind: Kind
    method: str = ""
    path: str = ""
    """How the path begins."""
    raw: bytes = b""
    """For ANSWER: all that is sent."""


class Faults:
    """Those that are to come, in their order; each for so many requests."""

    def __init__(self) -> None:
        self._left: list[tuple[Fault, int]] = []
        self._guard = threading.Lock()
        self.released = threading.Event()

    def add(self, fault: Fault, times: int = 1) -> None:
        with self._guard:
            self._left.append((fault, times))

    def taken(self, method: str, path: str) -> Fault | None:
        """What befalls this request."""
        with self._guard:
            for place, (fault, times) in enumerate(self._left):
                if fault.method in {"", method} and path.startswith(fault.path):
                    self._left[place : place + 1] = [(fault, times - 1)] if times > 1 else []
                    return fault
        return None


def status(code: int, body: str = "", headers: str = "") -> bytes:
    """A whole answer, raw."""
    head = f"HTTP/1.1 {code} Said\r\nConnection: close\r\nContent-Length: {len(body.encode())}"
    text = f"{head}\r\n{headers}\r\n{body}"
    return text.encode()
