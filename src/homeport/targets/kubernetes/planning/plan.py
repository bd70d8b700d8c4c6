"""A plan: what would be done with each object, and what stands against it."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Any, NamedTuple

from homeport.targets.kubernetes.objects.kinds import Object, Ref


class Action(enum.StrEnum):
    """What is done with an object."""

    CREATE = "create"
    CHANGE = "change"
    ADOPT = "adopt"
    """It is there and nobody's, such as a volume that was kept: it becomes one of the stack."""
    DELETE = "delete"
    KEEP = "keep"
    """It is no longer wanted, and holds data."""
    NONE = "none"


class Difference(NamedTuple):
    """One field that changes."""

    path: str
    """`spec.template.spec.containers[registry].image`"""
    before: Any
    """None where it was not there."""
    after: Any
    """None where it goes."""


class Problem(NamedTuple):
    """Why an object cannot be applied as it is."""

    what: str
    hint: str


@dataclass(frozen=True, slots=True)
class Step:
    """One object of a plan."""

    action: Action
    ref: Ref
    wanted: Object | None = None
    """What is applied; None where it is deleted or kept."""
    differences: tuple[Difference, ...] = ()
    """Values of Secrets are not among them: `***`."""
    problems: tuple[Problem, ...] = ()
    uid: str = ""
    """Of the object that is there."""
    is_forced: bool = False
    """Whether fields that others own are taken over."""
    is_replaced: bool = False
    """Whether it is deleted and created again, since it cannot be changed into what is wanted."""
    volume: str = ""
    """The kept PersistentVolume that a claim gets back."""


@dataclass(frozen=True, slots=True)
class Plan:
    """All objects of a stack, in the order in which they are applied; deletions last, in theirs."""

    stack: str
    context: str
    steps: tuple[Step, ...]

    @property
    def has_changes(self) -> bool:
        """Whether anything would be done."""
        return any(step.action not in {Action.NONE, Action.KEEP} for step in self.steps)

    @property
    def problems(self) -> tuple[tuple[Ref, Problem], ...]:
        """All that stands against it."""
        return tuple((step.ref, problem) for step in self.steps for problem in step.problems)
