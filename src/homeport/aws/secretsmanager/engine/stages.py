"""Staging labels: which version is the current one, which was it before, which is to be.

https://docs.aws.amazon.com/secretsmanager/latest/userguide/getting-started.html#term_version
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

CURRENT = "AWSCURRENT"
PREVIOUS = "AWSPREVIOUS"

Stages = Mapping[int, tuple[str, ...]]
"""The labels of each version, by its number."""


def attached(before: Stages, number: int, labels: Iterable[str]) -> dict[int, tuple[str, ...]]:
    """All labels once a version has got some; each is with one version at a time, so it leaves the one that had it.

    The version that AWSCURRENT leaves gets AWSPREVIOUS.
    """
    new = set(labels)
    current = holder(before, CURRENT)
    moves = dict.fromkeys(new, number)
    if CURRENT in new and current is not None and current != number:
        moves[PREVIOUS] = current
    after = {
        version: {label for label in there if label not in moves}
        for version, there in before.items()
    }
    after.setdefault(number, set())
    for label, version in moves.items():
        after[version].add(label)
    return {version: tuple(sorted(there)) for version, there in after.items()}


def detached(before: Stages, number: int, label: str) -> dict[int, tuple[str, ...]]:
    """All labels once a version has lost one."""
    return dict(before) | {number: tuple(each for each in before[number] if each != label)}


def holder(stages: Stages, label: str) -> int | None:
    """The version that has a label."""
    return next((number for number, there in stages.items() if label in there), None)
