"""Which cluster, and as whom: what a kubeconfig comes down to."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from homeport.targets.kubernetes.cluster.credentials.presented import Credentials


@dataclass(frozen=True, slots=True)
class Trust:
    """How the API server is known."""

    authority: str = field(default="", repr=False)
    """Certificates of CAs, as PEM; empty for those that the system trusts."""
    is_verified: bool = True
    """Whether its certificate is looked at, at all."""
    server_name: str = ""
    """The name in its certificate, where it is not that of the URL."""


@dataclass(frozen=True, slots=True)
class Proxy:
    """What requests go through. https://www.rfc-editor.org/rfc/rfc9110#section-9.3.6"""

    url: str
    """Without user and password."""
    authorization: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Access:
    """All that a connection needs. Its text holds no secret."""

    context: str
    """The name that a person knows it by."""
    source: str
    """The file or files that say so."""
    server: str
    user: str
    """As the kubeconfig calls it."""
    credentials: Credentials = field(repr=False)
    namespace: str = "default"
    trust: Trust = Trust()
    impersonation: tuple[tuple[str, str], ...] = ()
    """Headers: https://kubernetes.io/docs/reference/access-authn-authz/authentication/#user-impersonation"""
    proxy: Proxy | None = None
    notes: tuple[str, ...] = ()
    """What a person should be told before anything is done."""


@dataclass(frozen=True, slots=True)
class Places:
    """Files that are where they are by convention."""

    service_account: Path = Path("/var/run/secrets/kubernetes.io/serviceaccount")
    """https://kubernetes.io/docs/tasks/run-application/access-api-from-pod/#directly-accessing-the-rest-api"""
    k3s: Path = Path("/etc/rancher/k3s/k3s.yaml")
    """https://docs.k3s.io/cluster-access"""
