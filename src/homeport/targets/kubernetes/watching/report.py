"""What is known of each component at one time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from homeport.stack.lifecycle import State


class Warned(NamedTuple):
    """What is not as it should be, and keeps nothing from being ready."""

    text: str
    hint: str


@dataclass(frozen=True, slots=True)
class Row:
    """One component."""

    component: str
    """`registry`, `registry-ui` or `cloud`."""
    state: State
    since: float | None
    """When it came into its state, seconds since the epoch; None where the cluster does not tell."""
    reason: str = ""
    """The cluster's own word: `ErrImagePull`, `FailedMount`, `WaitForFirstConsumer`."""
    message: str = ""
    """The cluster's own sentence."""
    hint: str = ""
    """The next step to take."""
    url: str = ""
    restarts: int = 0
    """How often its containers were started again, of the pods that are there."""
    volume: str = ""
    """The PersistentVolume that its claim is bound to, or that was kept; empty where it has none, or none yet."""
    size: str = ""
    """The size of that volume, as the cluster writes it: `30Gi`."""
    warnings: tuple[Warned, ...] = ()
    lines: tuple[str, ...] = ()
    """The last lines of a container that ends again and again."""
    pod: str = ""
    """The pod that the reason is about, or the one that runs."""


@dataclass(frozen=True, slots=True)
class Report:
    """All components of a stack."""

    stack: str
    context: str
    rows: tuple[Row, ...]

    @property
    def is_ready(self) -> bool:
        """Whether all components are."""
        return bool(self.rows) and all(row.state is State.READY for row in self.rows)

    def row(self, component: str) -> Row | None:
        """The row of a component."""
        return next((row for row in self.rows if row.component == component), None)
