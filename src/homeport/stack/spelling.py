"""Finds the word that was probably meant. (difflib does it too, and costs every start as much as reading the settings does.)"""

from __future__ import annotations

from collections.abc import Iterable

CLOSE = 0.4
"""Edits for each letter, at most, for two words to be taken for each other."""


def nearest(wrong: str, valid: Iterable[str]) -> str:
    """The valid word that is written most alike; empty where none is near."""
    ranked = sorted((distance(wrong, word) / max(len(wrong), len(word), 1), word) for word in valid)
    return ranked[0][1] if ranked and ranked[0][0] <= CLOSE else ""


def distance(one: str, other: str) -> int:
    """Letters to insert, remove, replace or swap with their neighbour to get from one word to the other.

    https://en.wikipedia.org/wiki/Damerau%E2%80%93Levenshtein_distance (optimal string alignment)
    """
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, start=1):
        oldest, before, row = before, row, [i]
        for j, wanted in enumerate(other, start=1):
            edits = min(row[j - 1] + 1, before[j] + 1, before[j - 1] + (letter != wanted))
            is_swap = i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == wanted
            row.append(min(edits, oldest[j - 2] + 1) if is_swap else edits)
    return row[-1]
