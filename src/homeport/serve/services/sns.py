"""SNS with its deliveries, opened. What posts to the outside is loaded when the first message goes there."""

from __future__ import annotations

import asyncio
import importlib
from pathlib import Path

from homeport.aws.delivery.sns.deliveries import Deliveries
from homeport.aws.delivery.sns.failures import NoQueues
from homeport.aws.delivery.sns.posts import Web
from homeport.aws.sns import operations
from homeport.aws.sns.sns import Sns
from homeport.aws.sns.store import topics
from homeport.net import files
from homeport.serve.opening import Opening
from homeport.stack import folders

OUTGOING = "homeport.edge.outgoing"


async def open(opening: Opening) -> None:  # noqa: A001 - `sns.open`
    """Opens the topics; messages go to the queues and functions of the same process, and to HTTP endpoints."""
    sns = Sns.open(opening.folder / "sns.db", opening.clock)
    opening.opened.push_async_callback(sns.close)
    web = _Web(files.ca(folders.of(opening.chosen).certificates).certificate)
    queues = opening.targets.queues or NoQueues()
    deliveries = Deliveries(sns, queues, opening.invoker, web)
    opening.opened.push_async_callback(deliveries.close)
    opening.add(operations.service(sns))
    opening.scopes.add("sns", sns.db, topics.SCOPES)
    opening.sites.append(operations.site(sns))
    deliveries.start()


class _Web:
    """What posts, loaded once, in a thread: it takes longer to load than all of SNS."""

    def __init__(self, ca: Path) -> None:
        self._ca = ca
        self._loaded: Web | None = None

    async def __call__(self) -> Web:
        if self._loaded is None:
            # Where two are first at once, each has a pool of its own for a while.
            module = await asyncio.to_thread(importlib.import_module, OUTGOING)
            self._loaded = module.Outgoing(self._ca)
        return self._loaded
