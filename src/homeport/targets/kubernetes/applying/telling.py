"""What is told while objects are applied or deleted."""

from __future__ import annotations

from typing import Protocol

from homeport.targets.kubernetes.objects.kinds import Ref


class Teller(Protocol):
    """Whoever shows it. Called from several threads."""

    def done(self, ref: Ref, what: str) -> None:
        """Something was done with an object: `created`, `changed`, `deleted`."""

    def waiting(self, refs: tuple[Ref, ...]) -> None:
        """These are still there."""
