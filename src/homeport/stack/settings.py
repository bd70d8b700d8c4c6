"""What a user can set, with its default. Made once by `load`, then handed in; nothing else reads files or the environment.

The name of a setting follows from its place: `port` of `registry` is `[registry] port` in homeport.toml, `--registry-port` on the
command line and `HOMEPORT_REGISTRY_PORT` in the environment. Each table is a module of `groups`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from homeport.stack import values
from homeport.stack.groups import cloud as clouds
from homeport.stack.groups import deployment, fields, hosts, local, network
from homeport.stack.groups import kubernetes as clusters
from homeport.stack.groups import registry as registries
from homeport.stack.groups import ui as uis
from homeport.stack.kinds import http

KIND = fields.KIND
GIB, MIB = fields.GIB, fields.MIB
SERVICES, SUPPORTING_SERVICES = clouds.SERVICES, clouds.SUPPORTING_SERVICES

COMPONENTS = ("registry", "cloud", "registry-ui", "dns", "ingress")
"""What `up` starts on this machine, in this order; the last three where the settings want them."""

DEPLOYED = ("registry", "registry-ui", "cloud")
"""What `apply` deploys to Kubernetes."""

LOCAL, KUBERNETES = "local", "kubernetes"
TARGETS = (LOCAL, KUBERNETES)

Listening = http.Listening
Registry = registries.Registry
Cloud = clouds.Cloud
Functions = clouds.Functions
Ui = uis.Ui
Kubernetes = clusters.Kubernetes
Ingress = network.Ingress
Dns = network.Dns
Pihole = network.Pihole
Admin = local.Admin
Tls = local.Tls
Log = local.Log
Up = local.Up
Hosts = hosts.Hosts


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings of one stack."""

    data: Path = field(default=Path(), metadata=fields.of(values.Folder()))
    """The data folder; by default `homeport` in the XDG data home (`~/.local/share`)."""
    target: str = field(default=LOCAL, metadata=fields.cluster(values.Choice(TARGETS)))
    """Where `status`, `logs`, `verify` and `users` look: at this machine, or at the cluster that `homeport apply` deploys to."""
    domain: str = field(default="homelab.local", metadata=fields.of(deployment.DOMAIN))
    """The domain in which the components have names, such as `registry.homelab.local`."""
    registry: Registry = field(default_factory=Registry)
    cloud: Cloud = field(default_factory=Cloud)
    functions: Functions = field(default_factory=Functions)
    ui: Ui = field(default_factory=Ui)
    kubernetes: Kubernetes = field(default_factory=Kubernetes)
    ingress: Ingress = field(default_factory=Ingress)
    dns: Dns = field(default_factory=Dns)
    pihole: Pihole = field(default_factory=Pihole)
    admin: Admin = field(default_factory=Admin)
    tls: Tls = field(default_factory=Tls)
    log: Log = field(default_factory=Log)
    up: Up = field(default_factory=Up)

    @property
    def hosts(self) -> Hosts:
        """The names of the components."""
        return hosts.below(
            self.domain,
            registry=self.registry.hostname,
            ui=self.ui.hostname,
            cloud=self.cloud.hostname,
        )

    @property
    def named(self) -> tuple[str, ...]:
        """The names that lead somewhere: without the console's where there is none."""
        return tuple(
            host for host in self.hosts.components if self.ui.enabled or host != self.hosts.ui
        )

    @property
    def hostnames(self) -> tuple[str, ...]:
        """All names in the certificate that are not this machine's own."""
        return tuple(dict.fromkeys((*self.hosts.components, *self.tls.hostnames)))
