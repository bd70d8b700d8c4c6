"""Credentials that a program gives, kept until they end.

https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins
"""

from __future__ import annotations

import importlib
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol, cast

from homeport.targets.kubernetes.cluster import limits
from homeport.targets.kubernetes.cluster.credentials import answer
from homeport.targets.kubernetes.cluster.credentials.presented import Presented
from homeport.targets.kubernetes.cluster.credentials.program import Program

_RUNNING = "homeport.targets.kubernetes.cluster.credentials.running"


class _Running(Protocol):
    def run(self, program: Program, environ: Mapping[str, str]) -> bytes: ...


class Plugin:
    """The program is run when there is nothing that still holds, or that was refused; once for all threads."""

    def __init__(self, program: Program, user: str, environ: Mapping[str, str]) -> None:
        self._program = program
        self._user = user
        self._environ = dict(environ)
        self._guard = threading.Lock()
        self._known: answer.Answer | None = None

    def present(self, now: float) -> Presented:
        """What it gave last, or gives now."""
        with self._guard:
            return self._current(now).presented

    def renew(self, refused: Presented, now: float) -> bool:
        """Runs it again, unless another thread has done so since."""
        with self._guard:
            if self._known is not None and self._known.presented == refused:
                self._known = None
            return self._current(now).presented != refused

    def advice(self, now: float) -> str:  # noqa: ARG002  # of the protocol
        """What to do when what it gives is refused."""
        name = Path(self._program.command).name
        return (
            f"What {name} gives for user {self._user!r} is not taken: log in again with {name}, and see "
            "that it is for this cluster."
        )

    def _current(self, now: float) -> answer.Answer:
        known = self._known
        if known is None or (known.end is not None and known.end - limits.EXPIRY_MARGIN_S <= now):
            running = cast("_Running", importlib.import_module(_RUNNING))
            output = running.run(self._program, self._environ)
            known = self._known = answer.parse(output, self._program)
        return known
