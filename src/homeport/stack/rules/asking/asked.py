"""A running stack as the rules ask it."""

from __future__ import annotations

import base64
import importlib
import secrets
import threading
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, Protocol

from homeport import clock, errors
from homeport.stack.rules.asking import connections, trust
from homeport.stack.rules.asking.places import Place
from homeport.stack.rules.rule import Certificate, Cluster, Reply

PAUSE_S = 0.2
LIMIT_S = 60.0
"""How long what must become so may take."""

_AWS = "homeport.stack.rules.asking.aws"
"""botocore takes a third of a second to load; the rules of the registry do without."""


class User(NamedTuple):
    """A user of the registry."""

    name: str
    password: str


class _Clients(Protocol):
    def of(self, service: str) -> Any: ...


class Asked:
    """Fulfils `rule.Running`. A target hands in where the names are reached, and how a component is restarted."""

    def __init__(
        self,
        places: Mapping[str, Place],
        *,
        cloud: str,
        user: User,
        time: clock.Clock,
        cluster: Cluster | None = None,
        restart: Callable[[str], None] | None = None,
    ) -> None:
        self._reached = connections.Connections(places)
        self._cloud = cloud
        self._user = user
        self._clock = time
        self._cluster = cluster
        self._restart = restart
        self._clients: _Clients | None = None

    @property
    def can_restart(self) -> bool:
        """Whether components may be restarted."""
        return self._restart is not None

    @property
    def cluster(self) -> Cluster | None:
        """The cluster in which it runs."""
        return self._cluster

    def allow_restarts(self, restart: Callable[[str], None]) -> None:
        """Components may be restarted, by this."""
        self._restart = restart

    def now(self) -> float:
        """The time here."""
        return self._clock.now()

    def ask(
        self,
        host: str,
        method: str,
        path: str,
        *,
        is_plain: bool = False,
        is_known: bool = False,
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
    ) -> Reply:
        """A request to a component by its name."""
        fields = {**(headers or {}), **(self._credentials() if is_known else {})}
        asked = connections.Request(method, path, fields, body)
        response = self._reached.send(host, asked, is_plain=is_plain)
        named = {name.lower(): value for name, value in response.headers.items()}
        return Reply(response.status, named, self._reached.read(host, response))

    def is_reached(self, host: str) -> bool:
        """Whether the host is among the places that were handed in."""
        return self._reached.has(host)

    def certificate(self, host: str) -> Certificate:
        """The certificate that a host shows, verified."""
        return trust.certificate(self._reached.place(host), self._reached.trusted(host))

    def aws(self, service: str) -> Any:
        """A client of botocore."""
        if self._clients is None:
            # 12 digits are the account: https://docs.localstack.cloud/aws/capabilities/config/credentials/
            self._clients = importlib.import_module(_AWS).Clients(
                self._reached, self._cloud, "000000000000"
            )
        return self._clients.of(service)

    def restart(self, component: str) -> None:
        """Restarts a component, and comes back when it is ready."""
        if self._restart is None:
            raise errors.HomeportError(f"{component} may not be restarted.", hint="Give --restart.")
        self._restart(component)
        self._reached.close()

    def until(self, look: Callable[[], bool], what: str) -> None:
        """Asks again until it is so."""
        until(look, what, self._clock)

    def unique(self, prefix: str) -> str:
        """A name that nothing else has."""
        return f"homeport-{prefix}-{secrets.token_hex(6)}"

    def close(self) -> None:
        """Ends all connections."""
        self._reached.close()

    def _credentials(self) -> dict[str, str]:
        pair = f"{self._user.name}:{self._user.password}".encode()
        return {"Authorization": "Basic " + base64.b64encode(pair).decode()}


def until(
    look: Callable[[], bool],
    what: str,
    time: clock.Clock,
    limit_s: float = LIMIT_S,
    hint: str = "homeport status and homeport logs tell more.",
) -> None:
    """Asks again until it is so. Raises `HomeportError` when `limit_s` are over."""
    pause, end = threading.Event(), time.now() + limit_s
    while not look():
        if time.now() >= end:
            raise errors.HomeportError(f"Waited {limit_s:.0f} s in vain for {what}.", hint=hint)
        pause.wait(PAUSE_S)
