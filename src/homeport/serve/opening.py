"""What the services of the cloud are opened with, and are put into."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import NamedTuple

from homeport.aws.delivery.targets import Targets
from homeport.aws.protocol.call import Service
from homeport.clock import Clock
from homeport.stack import settings
from homeport.storage.quota import Quota


class Opening(NamedTuple):
    """The cloud while it is being opened."""

    opened: contextlib.AsyncExitStack
    chosen: settings.Settings
    folder: Path
    clock: Clock
    quota: Quota
    """The room of all services together."""
    running: dict[str, Service]
    """The services that were opened so far, by their names; each adds its own."""
    targets: Targets
    """What takes events of services."""

    def add(self, *services: Service) -> None:
        """Lets clients, and other services, reach a service."""
        self.running.update({service.name: service for service in services})
