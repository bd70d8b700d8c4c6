"""Who gets what is published to a topic."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from homeport.aws.sns.engine import endpoints
from homeport.aws.sns.engine.model import Subscription


class Audience:
    """Subscriptions, sorted by the way in which messages reach them."""

    def __init__(self, found: Iterable[Subscription]) -> None:
        self.all = tuple(found)
        self.is_filtered = any(one.settings.get("FilterPolicy") for one in self.all)
        self.queues: list[str] = []
        """Numbers of those of queues, in digits."""
        self.lanes: list[str] = []
        """Lanes of those of functions and HTTP endpoints."""
        self.kept: list[Subscription] = []
        """Those whose messages are only kept, to be read."""
        for one in self.all:
            if one.protocol == "sqs":
                self.queues.append(str(one.id))
            elif one.protocol == "lambda" or one.protocol in endpoints.HTTP:
                self.lanes.append(one.lane)
            else:
                self.kept.append(one)

    def chosen(self, is_for: Callable[[Subscription], bool]) -> Audience:
        """Those whose filter policies let a message through."""
        return Audience(filter(is_for, self.all))
