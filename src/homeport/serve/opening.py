"""What the services of the cloud are opened with, and are put into."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from homeport.aws.delivery.invoke import Invoker
from homeport.aws.delivery.targets import Targets
from homeport.aws.dispatch import Site
from homeport.aws.dispatching.authentication import Authentication
from homeport.aws.dispatching.scopes import Scopes
from homeport.aws.protocol.call import Service
from homeport.aws.signing.verify import SecretOf
from homeport.clock import Clock
from homeport.stack import settings
from homeport.storage.quota import Quota

if TYPE_CHECKING:
    # Only their names: each is loaded by the module that opens it.
    from homeport.aws.dynamodb.dynamodb import DynamoDb
    from homeport.aws.logs.writer import Writer
    from homeport.aws.sqs.sqs import Sqs


@dataclass(slots=True)
class Opening:
    """The cloud while it is being opened."""

    opened: contextlib.AsyncExitStack
    chosen: settings.Settings
    folder: Path
    clock: Clock
    quota: Quota
    """The room of all services together."""
    running: dict[str, Service] = field(default_factory=dict)
    """The services that were opened so far, by their names; each adds its own."""
    invoker: Invoker = field(init=False)
    """Calls them."""
    targets: Targets = field(init=False)
    """What takes events of services."""
    sites: list[Site] = field(default_factory=list)
    """What answers beside the services."""
    secrets: list[SecretOf] = field(default_factory=list)
    """Who knows the secrets of access keys that were given out."""
    authentication: Authentication = field(init=False)
    """How requests are told whose they are."""
    scopes: Scopes = field(default_factory=Scopes)
    """In which accounts and regions there is anything; each service says how its own are counted."""
    sqs: Sqs | None = None
    dynamodb: DynamoDb | None = None
    logs: Writer | None = None
    """What functions write goes there."""

    def __post_init__(self) -> None:
        self.invoker = Invoker(self.running)
        self.targets = Targets(self.invoker)
        self.authentication = Authentication(self.clock, None)

    def add(self, *services: Service) -> None:
        """Lets clients, and other services, reach a service."""
        self.running.update({service.name: service for service in services})
