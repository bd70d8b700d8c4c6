"""Where everything lies in the data folder."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from homeport.net import files
from homeport.stack import settings


class Folders(NamedTuple):
    """The folders and files of one stack."""

    data: Path
    certificates: Path
    auth: Path
    htpasswd: Path
    """Users of the registry with the bcrypt hashes of their passwords."""
    registry: Path
    cloud: Path
    run: Path
    logs: Path
    audit: Path
    """The audit log of the registry."""
    dns: Path
    """Which records are ours, and of which server."""
    ingress: Path
    """What Traefik keeps: its ACME account and certificates."""

    @property
    def admin_password(self) -> Path:
        """The admin's password, for its owner's eyes."""
        return self.auth / "admin-password"

    @property
    def ingress_configuration(self) -> Path:
        """What Traefik is told; made anew at each of its starts."""
        return self.run / "ingress"

    @property
    def registry_control(self) -> Path:
        """The secret by which commands of the stack's owner come into the registry; made anew at each of its starts."""
        return self.run / "registry-control"

    @property
    def lock(self) -> Path:
        """Held by the supervisor, whose process id it holds."""
        return self.run / "lock"

    @property
    def state(self) -> Path:
        """What the supervisor says of its components, as JSON."""
        return self.run / "state.json"

    def component(self, name: str) -> Path:
        """Where a component keeps its data."""
        return {
            "registry": self.registry,
            "cloud": self.cloud,
            "dns": self.dns,
            "ingress": self.ingress,
        }[name]

    def log(self, name: str) -> Path:
        """The log file of a component."""
        return self.logs / f"{name}.log"


def of(chosen: settings.Settings) -> Folders:
    """The folders that the settings name."""
    data = chosen.data
    logs = chosen.log.folder or data / "logs"
    return Folders(
        data=data,
        certificates=data / "certs",
        auth=data / "auth",
        htpasswd=chosen.registry.htpasswd or data / "auth" / "htpasswd",
        registry=chosen.registry.folder or data / "registry",
        cloud=chosen.cloud.folder or data / "cloud",
        run=data / "run",
        logs=logs,
        audit=chosen.registry.audit_file or logs / "registry-audit.log",
        dns=data / "dns",
        ingress=data / "ingress",
    )


def certificate(chosen: settings.Settings) -> files.Paths:
    """The certificate of all components with its key: the user's own, or the one that the data folder's CA signed."""
    its = chosen.tls
    if its.certificate is not None and its.key is not None:
        return files.Paths(its.certificate, its.key, is_ca=False)
    return files.server(of(chosen).certificates)


def registry_certificate(chosen: settings.Settings) -> files.Paths:
    """That of the registry, which may have one of its own."""
    its = chosen.registry
    if its.certificate is not None and its.key is not None:
        return files.Paths(its.certificate, its.key, is_ca=False)
    return certificate(chosen)
