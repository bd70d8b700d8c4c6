"""What a node has to know of the registry: its name, whom to trust, and who it is."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from homeport import errors
from homeport.net.trust import hosts
from homeport.stack import settings
from homeport.targets.kubernetes.cluster import contract
from homeport.targets.kubernetes.objects import kinds, names
from homeport.targets.kubernetes.objects.kinds import Ref

HTTPS = hosts.HTTPS
CA_KEY = "ca.crt"
"""https://cert-manager.io/docs/concepts/certificate/#additional-certificate-output-formats"""
CA, SYSTEM, INSECURE = "ca", "system", "insecure"


@dataclass(frozen=True, slots=True)
class Needed:
    """The registry as nodes see it."""

    host: str
    trust: str
    """`ca`, `system` or `insecure`."""
    ca_path: PurePosixPath
    """Where the CA lies on K3s nodes."""
    ca: str = ""
    """The CA, PEM; empty where it is not by a file that it is trusted."""
    user: str = ""
    password: str = field(default="", repr=False)
    """Empty where nodes shall have none: pods bring their own (imagePullSecrets)."""
    port: int = HTTPS

    @property
    def address(self) -> hosts.Host:
        """As clients name it."""
        return hosts.Host(self.host, self.port)

    @property
    def key(self) -> str:
        """As images are named."""
        return self.address.key

    @property
    def url(self) -> str:
        """Where it is."""
        return self.address.url


def authority(cluster: contract.Cluster, chosen: settings.Settings) -> str:
    """The CA that signed the registry's certificate, by cert-manager's Secret; empty where its issuer names none.

    Raises `HomeportError` where there is no certificate yet.
    """
    namespace = chosen.registry.namespace
    secret = names.certificate_secret(names.REGISTRY)
    found = cluster.get(Ref(kinds.SECRET, namespace, secret))
    if found is None:
        raise errors.HomeportError(
            f"The registry has no certificate yet: there is no Secret {namespace}/{secret}.",
            hint="homeport status --target kubernetes shows what it waits for; --ca-file takes the CA from a file.",
        )
    return _decoded((found.get("data") or {}).get(CA_KEY) or "", f"{namespace}/{secret}")


def _decoded(text: str, where: str) -> str:
    try:
        return base64.b64decode(text, validate=True).decode("ascii")
    except (binascii.Error, UnicodeDecodeError) as error:
        raise errors.HomeportError(
            f"The CA in the Secret {where} is no PEM.", hint="--ca-file takes it from a file."
        ) from error
