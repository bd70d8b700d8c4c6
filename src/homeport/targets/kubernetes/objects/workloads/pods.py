"""The Deployment of a component: one pod, locked down as far as its image allows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from homeport.stack import settings
from homeport.targets.kubernetes.objects import kinds, making, quantities
from homeport.targets.kubernetes.objects.kinds import Object

UID = 10001
"""The user of the pods that keep data, whichever engine they run: what one has written, the other may read.

`fsGroup` does not see to that: local-path makes volumes of the kind hostPath, which have no owner.
https://github.com/k3s-io/k3s/issues/6401
"""

_LOCKED: Object = {
    "allowPrivilegeEscalation": False,
    "readOnlyRootFilesystem": True,
    "capabilities": {"drop": ["ALL"]},
}
"""https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted"""

_SECCOMP: Object = {"seccompProfile": {"type": "RuntimeDefault"}}

_OLD_REVISIONS = 3
_GRACE_S = 30
"""https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination"""

_PULL = {"always": "Always", "ifnotpresent": "IfNotPresent", "never": "Never"}


class Workload(NamedTuple):
    """What makes a component's pod another than the rest."""

    name: str
    """Of the Deployment, the container and the Service."""
    component: str
    namespace: str
    purpose: str
    container: Object
    """Without what all containers have."""
    volumes: Sequence[Object]
    security: Object
    """Of the pod."""
    annotations: Mapping[str, str]
    grace_s: int


def deployment(chosen: settings.Settings, its: Workload) -> Object:
    """A Deployment of one pod.

    The old pod ends before the new one starts: two would share one volume, which ReadWriteOnce lets them on one node.
    https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#recreate-deployment
    """
    spec: Object = {
        "replicas": 1,
        "revisionHistoryLimit": _OLD_REVISIONS,
        "strategy": {"type": "Recreate"},
        "selector": {"matchLabels": making.selector(its.component)},
        "template": {"metadata": _metadata(chosen, its), "spec": _pod(chosen, its)},
    }
    return making.new(
        chosen,
        kinds.DEPLOYMENT,
        its.name,
        its.purpose,
        component=its.component,
        namespace=its.namespace,
        spec=spec,
    )


def _metadata(chosen: settings.Settings, its: Workload) -> Object:
    made: Object = {"labels": making.all_labels(chosen, its.component)}
    return {**made, "annotations": dict(its.annotations)} if its.annotations else made


def _pod(chosen: settings.Settings, its: Workload) -> Object:
    """The pod, without service links: Services are no variables in it.

    Registry v2 reads every `REGISTRY_*` as configuration, so `REGISTRY_PORT=tcp://...` of the Service `registry` too, and warns of it.
    LocalStack takes the prefix off, so that `LOCALSTACK_EDGE_PORT` of the Service `localstack-edge` becomes its own `EDGE_PORT`.

    https://kubernetes.io/docs/tutorials/services/connect-applications-service/#accessing-the-service
    https://distribution.github.io/distribution/about/configuration/#override-specific-configuration-options
    https://github.com/localstack/localstack/blob/v4.0.0/bin/docker-entrypoint.sh
    """
    container = {"name": its.name, **its.container}
    if chosen.kubernetes.pull_policy in _PULL:
        container["imagePullPolicy"] = _PULL[chosen.kubernetes.pull_policy]
    made = {
        "automountServiceAccountToken": False,
        "enableServiceLinks": False,
        "terminationGracePeriodSeconds": max(its.grace_s, _GRACE_S),
        "securityContext": its.security,
        "containers": [_in_order(container)],
    }
    return {**made, "volumes": list(its.volumes)} if its.volumes else made


_ORDER = (
    "name",
    "image",
    "imagePullPolicy",
    "args",
    "env",
    "ports",
    "startupProbe",
    "readinessProbe",
    "livenessProbe",
    "resources",
    "securityContext",
    "volumeMounts",
)


def _in_order(container: Object) -> Object:
    return {key: container[key] for key in _ORDER if container.get(key)}


def unprivileged(uid: int = UID) -> Object:
    """The security context of a pod without root."""
    return {
        "runAsNonRoot": True,
        "runAsUser": uid,
        "runAsGroup": uid,
        "fsGroup": uid,
        "fsGroupChangePolicy": "OnRootMismatch",
        **_SECCOMP,
    }


def as_root() -> Object:
    """The security context of a pod whose image needs root."""
    return dict(_SECCOMP)


def locked(**but: object) -> Object:
    """The security context of a container."""
    return {**_LOCKED, **but}


def probes(*, ready: str, alive: str, start_s: int) -> Object:
    """Asks over HTTP: every other second for `start_s` while it starts; then whether it is ready, and whether it is alive.

    It is started anew when it has not been alive for a minute: a busy disk is no reason.
    https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/
    """
    return {
        "startupProbe": {**_asked(ready), "periodSeconds": 2, "failureThreshold": start_s // 2},
        "readinessProbe": {**_asked(ready), "periodSeconds": 5, "failureThreshold": 3},
        "livenessProbe": {**_asked(alive), "periodSeconds": 10, "failureThreshold": 6},
    }


def _asked(path: str) -> Object:
    return {"httpGet": {"path": path, "port": "http"}, "timeoutSeconds": 5}


def ports(number: int) -> list[Object]:
    """The port of a container."""
    return [{"name": "http", "containerPort": number, "protocol": "TCP"}]


def variables(given: Mapping[str, str]) -> list[Object]:
    """Texts as they are: `$(NAME)` in one would be replaced.

    https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/
    """
    return [{"name": name, "value": text.replace("$", "$$")} for name, text in given.items()]


def secret_variable(name: str, secret: str, **more: object) -> Object:
    """A variable that a Secret holds under the same name."""
    return {"name": name, "valueFrom": {"secretKeyRef": {"name": secret, "key": name, **more}}}


def claim(
    chosen: settings.Settings,
    name: str,
    purpose: str,
    *,
    component: str,
    namespace: str,
    size: int | None,
) -> Object:
    """A PersistentVolumeClaim."""
    spec: Object = {
        "accessModes": [_MODES[chosen.kubernetes.access_mode]],
        "storageClassName": chosen.kubernetes.storage_class,
        "resources": {"requests": {"storage": quantities.size(size or 0)}},
    }
    return making.new(
        chosen, kinds.CLAIM, name, purpose, component=component, namespace=namespace, spec=spec
    )


_MODES = {
    "readwriteonce": "ReadWriteOnce",
    "readwriteoncepod": "ReadWriteOncePod",
    "readwritemany": "ReadWriteMany",
}
