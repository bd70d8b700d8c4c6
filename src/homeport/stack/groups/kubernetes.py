"""`[kubernetes]`: the cluster, and what only exists there."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from homeport.stack import values, version
from homeport.stack.groups import deployment, fields
from homeport.stack.kinds import lists

_ISSUER = lists.Matching(
    r"([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?)?", "the name of an issuer, or empty"
)
_CONTEXT = lists.Matching(r"[^\x00-\x1f]{0,253}", "the name of a context")


@dataclass(frozen=True, slots=True)
class Kubernetes:
    """The cluster that `homeport apply` deploys to. docs/kubernetes.md shows how."""

    name: str = field(default="homeport", metadata=fields.cluster(deployment.LABEL))
    """The name of the stack in the cluster, by which its objects are found again (`app.kubernetes.io/instance`)."""
    kubeconfig: Path | None = field(default=None, metadata=fields.cluster(fields.FILE))
    """The file of clusters and credentials; by default those of KUBECONFIG, else `~/.kube/config`."""
    context: str = field(default="", metadata=fields.cluster(_CONTEXT))
    """The context of that file; by default the current one."""
    image: str = field(
        default=f"homeport:{version.VERSION}", metadata=fields.cluster(deployment.IMAGE)
    )
    """Homeport's own image, for the engine `builtin`."""
    pull_policy: str = field(
        default="auto",
        metadata=fields.cluster(values.Choice(("auto", "always", "ifnotpresent", "never"))),
    )
    """When nodes pull images; `auto` leaves it to Kubernetes: always for `latest`, else when it is not there."""
    storage_class: str = field(default="local-path", metadata=fields.cluster(deployment.NAME))
    """The class of the volumes."""
    access_mode: str = field(
        default="readwriteonce",
        metadata=fields.cluster(
            values.Choice(("readwriteonce", "readwriteoncepod", "readwritemany"))
        ),
    )
    """How the volumes are mounted."""
    entry_point: str = field(default="websecure", metadata=fields.cluster(deployment.LABEL))
    """Traefik's entry point for HTTPS."""
    plain_entry_point: str = field(default="web", metadata=fields.cluster(deployment.LABEL))
    """Traefik's entry point for HTTP, from which clients are sent on to HTTPS."""
    ingress_namespace: str = field(default="kube-system", metadata=fields.cluster(deployment.LABEL))
    """Where Traefik runs; only its pods may reach the plain ports."""
    pod_networks: tuple[str, ...] = field(
        default=("10.42.0.0/16",), metadata=fields.cluster(deployment.NETWORKS)
    )
    """The addresses of pods, Traefik's among them: what those say of a client's address is believed. By default those of K3s."""
    issuer: str = field(default="", metadata=fields.cluster(_ISSUER))
    """The issuer of cert-manager that signs the certificates; by default a CA that is made for the stack."""
    issuer_kind: str = field(
        default="clusterissuer", metadata=fields.cluster(values.Choice(("clusterissuer", "issuer")))
    )
    """Whether that issuer is one of the cluster or of the namespaces."""
    issuer_namespace: str = field(default="cert-manager", metadata=fields.cluster(deployment.LABEL))
    """Where cert-manager looks for the CA of a ClusterIssuer; only for the CA that is made for the stack."""
    node_trust: str = field(
        default="ca", metadata=fields.cluster(values.Choice(("ca", "system", "insecure")))
    )
    """How nodes trust the registry's certificate: by a file of the CA, by what their system trusts, or not at all."""
    node_ca: Path | None = field(
        default=Path("/etc/rancher/k3s/homeport-ca.crt"),
        metadata=fields.cluster(deployment.NODE_FILE),
    )
    """Where that file lies on each node."""
    network_policies: bool = field(default=True, metadata=fields.cluster(values.Flag()))
    """Whether the plain ports are closed to all but Traefik and what needs them."""
    publish: bool = field(default=True, metadata=fields.cluster(values.Flag()))
    """Whether the cluster is told of its registry (`local-registry-hosting` in `kube-public`), where Tilt and others look."""
    accept: tuple[str, ...] = field(default=(), metadata=fields.cluster(deployment.RULES))
    """Rules, by their names in docs/rules.md, that do not stop `apply`: they warn only."""
    timeout_s: int = field(
        default=300, metadata=fields.cluster(values.Number(1, 86_400, "seconds"))
    )
    """How long `apply` waits for a component to be ready, and `destroy` for it to be gone."""
