"""Where other test code puts itself in: faults before a request, admission before a write, logs of pods."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from tests.apiserver.kinds import Kind


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it came in, and what its path means.

    `verb` is one of get, list, watch, create, update, patch, delete, deletecollection; empty where the path names no object
    (discovery, health). https://kubernetes.io/docs/reference/access-authn-authz/authorization/#determine-the-request-verb
    """

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    """Names in lower case."""
    body: bytes = b""
    user: str = ""
    verb: str = ""
    kind: Kind | None = None
    namespace: str = ""
    name: str = ""
    subresource: str = ""

    @property
    def is_dry_run(self) -> bool:
        """Whether nothing may be kept."""
        return self.query.get("dryRun", "") == "All"


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong: an answer instead of the real one, a delay before it, or a connection that is cut.

    A `status` of 0 lets the request go on after `delay_s`. With `drop` the connection is closed without an answer; with
    `drop_after` the request is carried out first, and its answer is lost.
    """

    status: int = 0
    reason: str = ""
    message: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    delay_s: float = 0.0
    drop: bool = False
    drop_after: bool = False


class Faults(Protocol):
    """Asked once for each request, before authentication."""

    def before(self, request: Request) -> Fault | None:
        """The fault that this request meets, if any."""


class Admission(Protocol):
    """Asked before each create and update, between defaults and validation, as a mutating webhook is."""

    def admit(self, request: Request, new: dict, old: dict | None) -> dict:
        """The object to go on with; raises `errors.ApiError` to refuse."""


class Logs(Protocol):
    """What containers wrote."""

    def read(
        self, namespace: str, pod: str, container: str, options: Mapping[str, str]
    ) -> Iterable[bytes]:
        """Lines with their line ends; `options` are the query (`follow`, `tailLines`, `previous`, `sinceSeconds`...).

        The iterable may wait for more where `follow` is `true`. Raises `errors.ApiError` as the kubelet's answer.
        """
