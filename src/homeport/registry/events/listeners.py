"""Those who listen to what happens: counters, the audit log, webhooks, and the page of metrics that shows them."""

from __future__ import annotations

import socket
import urllib.parse
from collections.abc import Mapping
from pathlib import Path

from homeport.registry.backend import Backend
from homeport.registry.events.audit import Audit
from homeport.registry.events.exposition import Metrics
from homeport.registry.events.families import Cache
from homeport.registry.events.metrics import Counts
from homeport.registry.events.notifications import posts
from homeport.registry.events.notifications.envelope import Source
from homeport.registry.events.notifications.notifications import Notifications
from homeport.registry.events.recent import Recent
from homeport.registry.events.watch import Watch
from homeport.registry.options import Options
from homeport.storage.quota import Quota


class Listeners:
    """All of them, from the moment they are made. Raises `SettingsError` where a webhook can not be reached as it is set.

    `ca` is a certificate that webhooks are trusted by, beside those that the system trusts.
    """

    def __init__(
        self, backend: Backend, options: Options, quota: Quota | None, ca: Path | None
    ) -> None:
        self._backend = backend
        self._quota = quota
        self.counts = Counts()
        """To be told of each request, as the access log is."""
        self._audit = (
            Audit(options.audit, backend.clock, limit=options.audit_bytes)
            if options.audit is not None
            else None
        )
        self.watch = Watch(self.counts, self._audit)
        self._notifications = Notifications(
            backend.db,
            backend.clock,
            backend.ids,
            options.webhooks,
            _source(backend, options),
            posts.Lazily(ca),
        )
        self.recent = Recent(backend.clock)
        """What happened last, for people who watch."""
        backend.journal.listen(tell=self.counts.tell)
        backend.journal.listen(tell=self.recent.tell)
        if self._audit is not None:
            backend.journal.listen(tell=self._audit.tell)
        if options.webhooks:
            backend.journal.listen(note=self._notifications.note, tell=self._notifications.tell)

    def metrics(self, caches: Mapping[str, Cache]) -> Metrics:
        """The page of metrics; `caches` are what pull-through caches have done, by upstream."""
        return Metrics(
            self._backend.db,
            self._backend.clock,
            self.counts,
            quota=self._quota,
            endpoints=self._notifications.endpoints,
            caches=caches,
        )

    async def start(self) -> None:
        """Takes up the deliveries that an earlier process left."""
        await self._notifications.start()

    async def stop(self) -> None:
        """Ends the deliveries; before the database is closed."""
        await self._notifications.close()

    def close(self) -> None:
        """Ends the audit log; last."""
        if self._audit is not None:
            self._audit.close()


def _source(backend: Backend, options: Options) -> Source:
    if not options.webhooks:
        return Source("", "")
    place = urllib.parse.urlsplit(options.url).netloc or socket.gethostname()
    return Source(place, backend.ids(), options.url)
