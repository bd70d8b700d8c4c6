"""/etc/nsswitch.conf: which sources of names the C library asks, in which order.

https://man7.org/linux/man-pages/man5/nsswitch.conf.5.html
"""

from __future__ import annotations

import re
from typing import NamedTuple

DEFAULT = "hosts: files dns"
"""Where there is no such file, or no such line."""

_ITEM = re.compile(r"\[([^\]]*)\]|([^\s\[]+)")


class Source(NamedTuple):
    """One source, and the outcomes after which no other is asked."""

    name: str
    ends_at: frozenset[str] = frozenset()
    """In capitals, such as NOTFOUND. SUCCESS always ends it."""

    @property
    def text(self) -> str:
        """As it stands there."""
        return f"{self.name} [NOTFOUND=return]" if "NOTFOUND" in self.ends_at else self.name


_STATUSES = frozenset({"NOTFOUND", "UNAVAIL", "TRYAGAIN"})


def hosts(text: str) -> list[Source]:
    """The sources of host names."""
    for line in [*text.splitlines(), DEFAULT]:
        database, _, rest = line.partition("#")[0].partition(":")
        if database.strip() == "hosts":
            return _sources(rest)
    return []


def _sources(text: str) -> list[Source]:
    found: list[Source] = []
    for actions, name in _ITEM.findall(text):
        if name:
            found.append(Source(name))
        elif found:
            found[-1] = found[-1]._replace(ends_at=found[-1].ends_at | _ends(actions))
    return found


def _ends(actions: str) -> frozenset[str]:
    """`!UNAVAIL=return` means every other outcome."""
    ends: set[str] = set()
    for action in actions.split():
        status, _, what = action.upper().partition("=")
        if what == "RETURN":
            ends |= _STATUSES - {status[1:]} if status.startswith("!") else {status}
    return frozenset(ends)
