"""What a rule is, and what it may ask. One rule, one file; `table` lists them."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from homeport.stack import settings

Object = Mapping[str, Any]


class Stage(enum.StrEnum):
    """When a rule can be checked."""

    HERE = "here"
    """On the machine that asks, by `doctor`."""
    PLAN = "plan"
    """On the settings and the rendered objects: no cluster is asked."""
    CLUSTER = "cluster"
    """Against the cluster, before anything is changed."""
    RUNNING = "running"
    """On the running thing."""


class Level(enum.StrEnum):
    """What a finding does to `apply`."""

    ERROR = "error"
    """It stops before it touches the cluster."""
    WARNING = "warning"
    """It says so and goes on."""


class Finding(NamedTuple):
    """One way in which a rule does not hold."""

    text: str
    """What does not hold, and on what."""
    hint: str
    """What to do; where there are choices, all of them, with the settings to write."""
    level: Level = Level.ERROR


class Skipped(Exception):
    """A rule does not apply here, or cannot be checked here; its text says why."""


class Planned(NamedTuple):
    """What is about to be."""

    chosen: settings.Settings
    objects: Sequence[Object]
    """None of them where nothing is deployed to a cluster."""
    accepted: frozenset[str] = frozenset()
    """The ids of rules that the user knows to be broken: their errors are warnings."""

    def find(self, kind: str, name: str) -> Object | None:
        """The rendered object of that kind and name."""
        return next(
            (o for o in self.objects if o["kind"] == kind and o["metadata"]["name"] == name), None
        )


class Cluster(Protocol):
    """What a rule may ask of a cluster. Nothing of it is changed."""

    def version(self) -> str:
        """The version of Kubernetes, such as `v1.35.6+k3s1`."""

    def has(self, api_version: str, kind: str) -> bool:
        """Whether the cluster knows that kind."""

    def get(self, api_version: str, kind: str, namespace: str, name: str) -> Object | None:
        """An object, or None where it is not there."""

    def list(self, api_version: str, kind: str, namespace: str = "") -> Sequence[Object]:
        """All objects of a kind; none where the cluster does not know it."""

    def forbids(self, obj: Object) -> str:
        """What the cluster says where we may not apply an object, asked in a dry run; empty where we may."""


class Reply(NamedTuple):
    """An HTTP answer."""

    status: int
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes


class Certificate(NamedTuple):
    """What a host shows, and was trusted."""

    subject: str
    issuer: str
    names: tuple[str, ...]
    begins: float
    ends: float
    """Seconds since the epoch."""


class Running(Protocol):
    """What a rule may do with a running stack. It leaves nothing behind. Raises `HomeportError` where nothing can be reached."""

    @property
    def can_restart(self) -> bool:
        """Whether components may be restarted: somebody said so."""

    @property
    def cluster(self) -> Cluster | None:
        """The cluster in which it runs; None where it runs on this machine."""

    def now(self) -> float:
        """The time here, seconds since the epoch."""

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
        """A request to a component by its name, over verified TLS; redirects are not followed.

        `is_plain` asks over HTTP, `is_known` with user and password.
        """

    def is_reached(self, host: str) -> bool:
        """Whether the host is there to be asked: a stack of this machine goes on without its web console."""

    def certificate(self, host: str) -> Certificate:
        """The certificate that the host shows. Raises where it is not trusted, or of another name."""

    def aws(self, service: str) -> Any:
        """A client of botocore for a service of the cloud, whose errors are `HomeportError`."""

    def restart(self, component: str) -> None:
        """Restarts a component and waits until it is ready again."""

    def until(self, look: Callable[[], bool], what: str) -> None:
        """Asks again and again until it is so. Raises where it does not become so."""

    def unique(self, prefix: str) -> str:
        """A name that nothing else has."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule."""

    id: str
    """`registry-https-only`: what is checked, never how bad it is."""
    title: str
    """The rule in one sentence, with MUST where the data model has it."""
    why: str
    hint: str
    """What to do where it does not hold, in general; a finding knows better."""
    link: str
    here: Callable[[Planned], Iterable[Finding]] | None = None
    plan: Callable[[Planned], Iterable[Finding]] | None = None
    cluster: Callable[[Planned, Cluster], Iterable[Finding]] | None = None
    running: Callable[[Planned, Running], Iterable[Finding]] | None = None
