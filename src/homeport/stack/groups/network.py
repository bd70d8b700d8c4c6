"""`[ingress]`, `[dns]` and `[pihole]`: how the components are reached by their names on the home network."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from homeport.stack import values
from homeport.stack.groups import deployment, fields
from homeport.stack.kinds import durations, http, lists, networks, ports

IP = networks.Address(can_be_empty=True)
UPSTREAMS = lists.Listed(networks.Address(), "a list of addresses")
EMAIL = lists.Matching(r"|[^\s@]+@[^\s@]+", "an address of mail, or empty")
ACME_PROVIDER = lists.Matching(
    r"[a-z0-9]{0,40}", "the name of a DNS provider as Traefik has it, such as cloudflare, or empty"
)


@dataclass(frozen=True, slots=True)
class Ingress:
    """Traefik on this machine: one address for all names, with HTTPS. docs/ingress.md shows how."""

    enabled: str = field(
        default="auto", metadata=fields.of(values.Choice(("auto", "true", "false")))
    )
    """Whether it is started; `auto` does where Traefik is installed (`pip install 'homeport[ingress]'`)."""
    host: str = field(default="127.0.0.1", metadata=fields.of(values.Address()))
    """The address to listen on; `0.0.0.0` opens the components to the network."""
    port: int | None = field(default=None, metadata=fields.of(ports.AutoPort()))
    """The port of HTTPS; `auto` is 443 where the user may listen on it, else 8443."""
    plain_port: int | None = field(default=None, metadata=fields.of(ports.AutoPort()))
    """The port of HTTP, from which clients are sent on to HTTPS; `auto` is 80 where the user may listen on it, else 8080."""
    read_timeout: float | None = field(
        default=None,
        metadata=fields.of(durations.Duration("1s", "7d", can_be_none=True)),
    )
    """How long a request may take to arrive; by default as long as it moves: the components cut what stands still themselves."""
    traefik: Path | None = field(default=None, metadata=fields.of(fields.FILE))
    """Traefik's program; by default the one beside this Python, else that of the path."""
    acme_email: str = field(default="", metadata=fields.of(EMAIL))
    """With an address of mail, Traefik gets the certificate by ACME for a domain that you own, and renews it."""
    acme_provider: str = field(default="", metadata=fields.of(ACME_PROVIDER))
    """The DNS provider by whose records the domain is proved to be yours, by the name that Traefik has for it: https://doc.traefik.io/traefik/reference/install-configuration/tls/certificate-resolvers/acme/."""
    acme_environment: Path | None = field(default=None, metadata=fields.of(fields.FILE))
    """A file of `NAME=value` lines with that provider's credentials, for its owner's eyes only (0600)."""
    acme_server: str = field(default="", metadata=fields.of(http.Url(can_be_empty=True)))
    """The ACME server; by default Let's Encrypt."""


@dataclass(frozen=True, slots=True)
class Dns:
    """The records of the components: each name a CNAME to `traefik` in `domain`, and that one an address. docs/names.md shows how."""

    provider: str = field(
        default="print",
        metadata=fields.of(values.Choice(("print", "builtin", "pihole", "hosts", "none"))),
    )
    """Who answers for the names: a small server of Homeport's own, a Pi-hole, the hosts file of this machine; `print` only says what to enter by hand."""
    address: str = field(default="", metadata=fields.of(IP))
    """The address of Traefik; by default that of `ingress.host`, and on Kubernetes that of Traefik's Service."""
    address6: str = field(default="", metadata=fields.of(IP))
    """Its IPv6 address, beside the other one."""
    ttl: int = field(default=300, metadata=fields.of(values.Number(0, 604_800, "seconds")))
    """How long clients may remember a record."""
    host: str = field(default="127.0.0.1", metadata=fields.of(values.Address()))
    """Provider `builtin`: the address to listen on, for UDP and TCP."""
    port: int | None = field(default=None, metadata=fields.of(ports.AutoPort()))
    """Provider `builtin`: the port; `auto` is 53 where the user may listen on it, else 5300."""
    upstreams: tuple[str, ...] = field(default=(), metadata=fields.of(UPSTREAMS))
    """Provider `builtin`: the servers that are asked for all other names; by default none is, and the answer is REFUSED."""
    clients: tuple[str, ...] = field(
        default=(
            "127.0.0.0/8",
            "::1/128",
            "10.0.0.0/8",
            "172.16.0.0/12",
            "192.168.0.0/16",
            "fc00::/7",
            "fe80::/10",
        ),
        metadata=fields.of(deployment.NETWORKS),
    )
    """Provider `builtin`: the networks whose questions are answered; by default those of homes (https://www.rfc-editor.org/rfc/rfc1918)."""
    hosts_file: Path = field(default=Path("/etc/hosts"), metadata=fields.of(fields.FILE))
    """Provider `hosts`: the file that gets a block of ours."""


@dataclass(frozen=True, slots=True)
class Pihole:
    """The Pi-hole (version 6) of provider `pihole`. docs/names.md shows how."""

    url: str = field(default="http://pi.hole", metadata=fields.of(http.Url()))
    """Where its web interface is."""
    password: str = field(default="", metadata=fields.of(values.Text()))
    """Its password, or an app password (which needs `webserver.api.app_sudo`)."""
    password_file: Path | None = field(default=None, metadata=fields.of(fields.FILE))
    """A file with that password, for its owner's eyes only (0600)."""
    totp: str = field(default="", metadata=fields.of(lists.Matching("([0-9]{6})?", "six digits")))
    """The code of the moment, where it asks for one; an app password needs none."""
    ca: Path | None = field(default=None, metadata=fields.of(fields.FILE))
    """The CA of its certificate, PEM, where `url` is HTTPS; by default what the system trusts."""
    dns: str = field(default="", metadata=fields.of(IP))
    """Where it answers DNS, for the check afterwards; by default the host of `url`."""
    dns_port: int = field(default=53, metadata=fields.of(fields.PORT))
    """The port of that."""
    timeout: float = field(default=120.0, metadata=fields.of(durations.Duration("1s", "1h")))
    """How long to wait for it while it restarts itself after a change."""
