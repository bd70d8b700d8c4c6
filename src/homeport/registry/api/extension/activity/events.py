"""What happened lately, and what happens: asked for again and again, each time with what is known already."""

from __future__ import annotations

from homeport.clock import Clock
from homeport.edge import http
from homeport.registry.access import caller as callers
from homeport.registry.api.extension import bodies
from homeport.registry.api.extension.activity.asked import Asked
from homeport.registry.events import recent
from homeport.registry.events.recent import Happening, Page, Recent

WAIT_S = 25.0
"""Longest wait for news: proxies cut what is silent for 60, and some for 30.
https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_read_timeout,
https://devcenter.heroku.com/articles/request-timeout"""
COUNT = 100
"""Events of an answer where no number is asked for."""
_SEQ = (1 << 53) - 1
"""The largest number that every reader of JSON has exactly: https://www.rfc-editor.org/rfc/rfc8259#section-6"""


class Events:
    """The end point of events. Each sees those of repositories that they may pull from."""

    def __init__(self, happened: Recent, clock: Clock) -> None:
        self._recent = happened
        self._clock = clock

    async def get(self, request: http.Request, _: str) -> http.Response:
        """The newest; or those behind `after`, which are waited for where there are none yet."""
        asked = Asked(request)
        count = asked.whole("n", COUNT, 1, recent.KEPT)
        wait_s = asked.number("wait", 0, 0, WAIT_S)
        after = asked.whole("after", 0, 0, _SEQ)
        caller = callers.of(request)

        def shown(event: Happening) -> bool:
            return caller.may(callers.PULL, event.repository)

        page = (
            self._recent.after(after, count, shown)
            if asked.has("after")
            else self._recent.newest(count, shown)
        )
        until = self._clock.now() + wait_s
        has_news = wait_s > 0
        while has_news and not page.events:
            has_news = await self._recent.wait(request, until)
            page = self._recent.after(page.next, count, shown)
        return bodies.answer(_shown(page))


def _shown(page: Page) -> dict[str, object]:
    return {"events": [event._asdict() for event in page.events], "next": page.next}
