"""Which objects each component has, by the names of the data model."""

from __future__ import annotations

from typing import NamedTuple

from homeport.stack import settings
from homeport.targets.kubernetes.objects import kinds, labels, names
from homeport.targets.kubernetes.objects.kinds import Kind

LABELLED = (
    kinds.NAMESPACE,
    kinds.DEPLOYMENT,
    kinds.REPLICA_SET,
    kinds.POD,
    kinds.CLAIM,
    kinds.SERVICE,
    kinds.ENDPOINT_SLICE,
    kinds.CERTIFICATE,
    kinds.VOLUME,
)
"""What is found by the labels of the stack, and so is nobody else's. ReplicaSets and pods have those of their template, EndpointSlices
those of their Service. Events have none."""

OPTIONAL = (kinds.VOLUME,)
"""Who may not see these loses what tells a kept volume, and nothing else."""


class Place(NamedTuple):
    """Which objects are read."""

    kind: Kind
    namespace: str = ""
    selector: str = ""


class Part(NamedTuple):
    """One component. Its Deployment, Service and Certificate have one name."""

    component: str
    namespace: str
    name: str
    host: str
    claim: str = ""
    edge: str = ""
    """A Service of type LoadBalancer."""
    memory: str = ""
    """The setting of its limit."""
    image: str = ""
    """The setting of its image."""

    @property
    def url(self) -> str:
        """Where clients find it."""
        return f"https://{self.host}"


def of(chosen: settings.Settings) -> tuple[Part, ...]:
    """The components that are deployed."""
    hosts = chosen.hosts
    registry = Part(
        "registry",
        chosen.registry.namespace,
        names.REGISTRY,
        hosts.registry,
        claim=names.REGISTRY_CLAIM,
        memory="registry.memory",
        image=_image("registry", chosen.registry.engine),
    )
    ui = Part(
        "registry-ui",
        chosen.registry.namespace,
        names.UI,
        hosts.ui,
        memory="ui.memory",
        image=_image("ui", chosen.ui.engine),
    )
    cloud = Part(
        "cloud",
        chosen.cloud.namespace,
        names.CLOUD,
        hosts.cloud,
        claim=names.CLOUD_CLAIM,
        edge="" if chosen.cloud.edge == "off" else names.EDGE,
        memory="cloud.memory",
        image=_image("cloud", chosen.cloud.engine),
    )
    return (registry, ui, cloud) if chosen.ui.enabled else (registry, cloud)


def _image(group: str, engine: str) -> str:
    return "kubernetes.image" if engine == "builtin" else f"{group}.image"


def places(chosen: settings.Settings) -> tuple[Place, ...]:
    """All that is read."""
    selector = labels.selector(chosen.kubernetes.name)
    namespaces = dict.fromkeys(part.namespace for part in of(chosen))
    return (
        *(Place(kind, selector=selector) for kind in LABELLED),
        *(Place(kinds.EVENT, namespace) for namespace in namespaces),
    )
