"""Items of a file in little room: somebody else has chosen what they hold."""

from __future__ import annotations

import json
from collections.abc import Iterator

from homeport.console.cloud.dynamodb import values
from homeport.console.cloud.dynamodb.values import Item


class Kept:
    """Items as their text, read anew each time they are gone through: as objects, attributes of few bytes take fifty times as much."""

    def __init__(self) -> None:
        self._texts: list[bytes] = []
        self.size = 0
        """Bytes of all."""

    def add(self, item: Item) -> None:
        """Keeps one more."""
        self._texts.append(values.dump(item, indent=None).encode())
        self.size += len(self._texts[-1])

    def __len__(self) -> int:
        return len(self._texts)

    def __iter__(self) -> Iterator[Item]:
        return map(json.loads, self._texts)
