"""The calls of one change, in their order, and back again."""

from __future__ import annotations

from collections.abc import Sequence

from homeport import errors
from homeport.net.dns.pihole import items
from homeport.net.dns.pihole.api import Api
from homeport.net.dns.pihole.deciding import Decision
from homeport.net.dns.pihole.items import Item


class Steps:
    """Each takes one item in or out, so nothing that others add meanwhile is lost, and each may be made twice.

    Killed between two of them, the next run goes on: as long as an alias is missing, one is to be changed that restarts.
    """

    def __init__(self, api: Api) -> None:
        self._api = api
        self._added: list[Item] = []
        self._removed: list[Item] = []
        self.has_changed_aliases = False

    def add_addresses(self, decision: Decision) -> None:
        """They count at once, without a restart."""
        for item in _of(items.HOSTS, decision.added):
            self._add(item, restarts=True)

    def change_aliases(self, decision: Decision) -> None:
        """Old ones first: a name may be an alias of one other only. The last call has it restart, and so take all of them in."""
        old = _of(items.ALIASES, decision.removed)
        new = _of(items.ALIASES, decision.added)
        left = len(old) + len(new)
        has_effect = True
        for item in old:
            left -= 1
            has_effect = self._remove(item, restarts=not left)
        for item in new:
            left -= 1
            has_effect = self._add(item, restarts=not left)
        self.has_changed_aliases = bool(old or new)
        if not has_effect:
            # Somebody was faster, or the answer to the first try was lost on its way: nothing has made it restart for sure.
            self._api.restart()

    def remove_addresses(self, decision: Decision) -> None:
        """Last: no alias leads to them any more."""
        for item in _of(items.HOSTS, decision.removed):
            self._remove(item, restarts=True)

    def undo(self, decision: Decision) -> bool:
        """Puts back what was, as far as it is still let; whether nothing is left. The error that led here is the one to tell."""
        try:
            for item in reversed(self._added):
                self._api.remove(item, restarts=False)
            for item in reversed(self._removed):
                self._api.add(item, restarts=False)
            # One that was refused by a proxy on the way back is there all the same.
            there = {(item.setting, item.text) for item in self._api.present().items}
        except errors.HomeportError:
            return False
        return not any((item.setting, item.text) in there for item in decision.added)

    def _add(self, item: Item, *, restarts: bool) -> bool:
        is_new = self._api.add(item, restarts=restarts)
        if is_new:
            self._added.append(item)
        return is_new

    def _remove(self, item: Item, *, restarts: bool) -> bool:
        was_there = self._api.remove(item, restarts=restarts)
        if was_there:
            self._removed.append(item)
        return was_there


def _of(setting: str, chosen: Sequence[Item]) -> list[Item]:
    return [item for item in chosen if item.setting == setting]
