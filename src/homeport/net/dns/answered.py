"""The keeper of records that Homeport's own server answers: it has them from the settings, and keeps none."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from homeport.net.dns.records import Action, Change, Changes, Record, Told


class Answered:
    """Our own server, as a keeper: nothing is ever to be changed there."""

    def __init__(self, host: str, port: int | None) -> None:
        at = f"{host}, port {port}" if port else host
        self.where = f"Homeport's own server on {at}"
        self.key = ""

    def plan(self, wanted: Sequence[Record], ours: Collection[Record]) -> Changes:
        """All of it is there as soon as the server is."""
        del ours
        changes = tuple(Change(Action.KEEP, record) for record in wanted)
        note = "It answers while the stack runs: homeport up."
        return Changes(self.where, changes, (note,) if wanted else ())

    def apply(self, changes: Changes, told: Told) -> None:
        """Nothing is to be done."""

    def close(self) -> None:
        """Nothing is open."""
