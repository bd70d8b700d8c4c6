"""The stack of the data model in a stand-in cluster that moves only when it is told to."""

from __future__ import annotations

from tests.apiserver import kinds as api
from tests.apiserver.cluster import Cluster

from homeport import clock
from homeport.stack import settings
from homeport.targets.kubernetes.objects import labels
from homeport.targets.kubernetes.watching import known, observe, parts

CHOSEN = settings.Settings()
ISSUER = "homelab-ca"
IMAGES = {
    "registry": "registry:2",
    "registry-ui": "joxit/docker-registry-ui",
    "cloud": "localstack/localstack:latest",
}


OURS = {labels.MANAGED_BY: labels.MANAGER, labels.INSTANCE: "homeport"}


def _marks(part):
    return OURS | {labels.NAME: part.name, labels.COMPONENT: part.component}


def _meta(part, name):
    return {"name": name, "namespace": part.namespace, "labels": _marks(part)}


def _template(part):
    container = {"name": part.name, "image": IMAGES[part.component]}
    volumes = []
    if part.claim:
        container["volumeMounts"] = [{"name": "data", "mountPath": "/data"}]
        volumes = [{"name": "data", "persistentVolumeClaim": {"claimName": part.claim}}]
    spec = {"containers": [container], "volumes": volumes}
    return {"metadata": {"labels": _marks(part)}, "spec": spec}


def namespace(part):
    found = {"apiVersion": "v1", "kind": "Namespace"}
    found["metadata"] = {"name": part.namespace, "labels": OURS}
    return found | {"spec": {"finalizers": ["kubernetes"]}, "status": {"phase": "Active"}}


def deployment(part, **spec):
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": _meta(part, part.name),
        "spec": {
            "replicas": 1,
            "strategy": {"type": "Recreate"},
            "selector": {"matchLabels": {labels.NAME: part.name}},
            "template": _template(part),
        }
        | spec,
    }


def claim(part):
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": _meta(part, part.claim),
        "spec": {
            "accessModes": ["ReadWriteOnce"],
            "storageClassName": "local-path",
            "resources": {"requests": {"storage": "30Gi"}},
        },
    }


def certificate(part):
    reference = {"name": ISSUER, "kind": "ClusterIssuer", "group": "cert-manager.io"}
    return {
        "apiVersion": "cert-manager.io/v1",
        "kind": "Certificate",
        "metadata": _meta(part, part.name),
        "spec": {
            "dnsNames": [part.host],
            "secretName": f"{part.name}-tls",
            "privateKey": {"algorithm": "ECDSA", "size": 256},
            "issuerRef": reference,
        },
    }


def service(part, name="", kind="ClusterIP"):
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": _meta(part, name or part.name),
        "spec": {
            "type": kind,
            "selector": {labels.NAME: part.name},
            "ports": [{"port": 4566 if kind != "ClusterIP" else 80, "protocol": "TCP"}],
        },
    }


def objects(part):
    """All of a component, in the order in which they are applied."""
    found = [namespace(part)]
    found += [claim(part)] if part.claim else []
    found += [certificate(part), service(part)]
    found += [service(part, part.edge, "LoadBalancer")] if part.edge else []
    return [*found, deployment(part)]


class Stack:
    """A cluster, and what is seen of the stack in it."""

    def __init__(self, **delays_s):
        self.clock = clock.VirtualClock()
        self.cluster = Cluster(clock=self.clock, is_stepped=True)
        self.cluster.settle()
        self.cluster.add_authority(ISSUER)
        self.cluster.settle()
        self.controllers = self.cluster.controllers
        self.controllers.delay(**delays_s)
        self.parts = {part.component: part for part in parts.of(CHOSEN)}
        self.last = None

    def fail(self, step, match="*", message=""):
        self.controllers.fail(step, match, message)

    def apply(self, *components):
        """The objects of components, or of all, and what the controllers do about them."""
        for name in components or self.parts:
            self.cluster.apply(*objects(self.parts[name]))
        return self

    def create(self, *documents):
        self.cluster.apply(*documents)

    def get(self, kind, component, name=""):
        part = self.parts[component]
        return self.cluster.get(kind, part.namespace, name or part.name)

    def pod(self, component):
        part = self.parts[component]
        found = self.cluster.world.all("Pod", part.namespace)
        return next(p for p in found if p["metadata"]["labels"][labels.NAME] == part.name)

    def change(self, document, **spec):
        self.cluster.world.save(document | {"spec": document["spec"] | spec})
        self.cluster.settle()

    def remove(self, document):
        self.cluster.world.remove(document)
        self.cluster.settle()

    def say(self, document, reason, message, *, is_warning=True):
        self.cluster.world.event(document, reason, message, is_warning=is_warning)

    def set_status(self, document, **status):
        """A status as a controller would write it; no controller runs."""
        self.cluster.world.report(document, document["status"] | status)

    def known(self):
        """What a reader would find, without a server between."""
        found = known.Known(CHOSEN)
        for place in parts.places(CHOSEN):
            kind = next(each for each in api.ALL if each.kind == place.kind.name)
            stored = self.cluster.store.list(kind, place.namespace)
            listed = [o for o in stored if labels.is_of(o, "homeport") or not place.selector]
            found.replace(place, found.relevant(place, listed))
        return found

    def snapshot(self):
        return self.known().snapshot(self.clock.now())

    def report(self, before=None):
        return observe.report(self.snapshot(), CHOSEN, "k3s", before)

    def row(self, component="registry", before=None):
        return self.report(before).row(component)
