"""What Traefik says, as lines of the component's own log.

It writes a JSON object on each line: https://doc.traefik.io/traefik/reference/install-configuration/observability/logs-and-accesslogs/
"""

from __future__ import annotations

import json
import logging
from collections import deque

logger = logging.getLogger("traefik")

_LEVELS = {
    "trace": logging.DEBUG,
    "debug": logging.DEBUG,
    "info": logging.INFO,
    "warn": logging.WARNING,
    "error": logging.ERROR,
    "fatal": logging.CRITICAL,
    "panic": logging.CRITICAL,
}
_OWN = frozenset({"level", "time", "message"})
_KNOWN = (
    "Traefik can reject some encoded characters",  # S3 has keys of all of them: `homeport.net.ingress.static`
    "\nVersion check is disabled.",  # by us
    "\nStats collection is disabled.",
    "Starting provider",
)
"""Beginnings of what it says at each start and nobody needs."""
LINE_BYTES = 64 * 1024
KEPT = 3


class Sayings:
    """Hands on what it says line by line, and keeps its last complaints."""

    def __init__(self) -> None:
        self._rest = b""
        self._complaints: deque[str] = deque(maxlen=KEPT)

    @property
    def complaint(self) -> str:
        """Why it ended, as far as it said so; empty where it did not."""
        return self._complaints[-1] if self._complaints else ""

    def take(self, data: bytes) -> None:
        """More of what it wrote; a line longer than a line may be is cut there."""
        *lines, self._rest = (self._rest + data).split(b"\n")
        if len(self._rest) > LINE_BYTES:
            lines.append(self._rest)
            self._rest = b""
        for line in lines:
            self._say(line)

    def end(self) -> None:
        """It has ended: what it began to say is said."""
        self._say(self._rest)
        self._rest = b""

    def _say(self, line: bytes) -> None:
        text = line.decode(errors="replace").strip()
        if not text:
            return
        level, said = _read(text)
        if level >= logging.ERROR:
            self._complaints.append(said)
        if not said.startswith(_KNOWN):
            logger.log(level, "%s", " ".join(said.split()))


def _read(text: str) -> tuple[int, str]:
    try:
        value = json.loads(text)
    except ValueError:
        value = None
    if not isinstance(value, dict):
        return logging.WARNING, text  # Go's own last words, such as those of a crash
    more = " ".join(f"{name}={word}" for name, word in value.items() if name not in _OWN)
    message = str(value.get("message", ""))
    return _LEVELS.get(value.get("level", ""), logging.INFO), f"{message} {more}".rstrip()
