"""How full the registry was over time."""

from __future__ import annotations

from typing import Any

from homeport.clock import Clock
from homeport.edge import http
from homeport.registry.api.extension import bodies
from homeport.registry.api.extension.activity.asked import Asked
from homeport.registry.options import DAY_S
from homeport.registry.space.figures import history
from homeport.registry.store.space.samples import Sample
from homeport.storage.quota import Quota

SINCE_S = 30 * DAY_S
"""How far back it goes where that is not said."""
POINTS = 200
"""Points where no number is asked for: a line of a picture has no use for more."""
MOST = 1000


class History:
    """The end point of the usage over time."""

    def __init__(self, noted: history.History, clock: Clock, quota: Quota | None) -> None:
        self._noted = noted
        self._clock = clock
        self._quota = quota

    async def get(self, request: http.Request, _: str) -> http.Response:
        """Points since a time, evenly spread, the last of them of now; and the quota."""
        asked = Asked(request)
        now = self._clock.now()
        since = asked.number("since", now - SINCE_S, 0, now)
        points = asked.whole("points", POINTS, 2, MOST)
        found = await self._noted.read(since, points)
        limit = self._quota.limit if self._quota is not None else None
        return bodies.answer({"points": [_shown(each) for each in found], "quota": limit})


def _shown(sample: Sample) -> dict[str, Any]:
    pushes, pulls = sample.pushes, sample.pulls
    return {"at": sample.at, **sample.held._asdict(), "pushes": pushes, "pulls": pulls}
