"""The pod of an environment: rendered only, from values that are handed in.

https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/

The code of a zip function comes by URL: an init container fetches the packages, under the addresses that GetFunction gives out
too, and unpacks them to volumes that end with the pod. So a pod needs no volume of the node that the stack runs on, and no Homeport
in its image.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from homeport.aws.lambda_ import limits
from homeport.aws.lambda_.executors import commands, runtime_images
from homeport.aws.lambda_.executors.base import MissingRuntime, Plan
from homeport.aws.lambda_.executors.commands import Command
from homeport.aws.lambda_.images.place import Place
from homeport.aws.lambda_.model import Version

Object = dict[str, Any]

_UID, _GID = 993, 990
"""AWS's `sbx_user1051`."""
_MILLI_PER_MB = 1000 / 1769
"""https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html: a processor for each 1,769 MB."""
_FETCH = """\
set -eu
fetch() { wget -q -O /tmp/package.zip "$1"; unzip -q -o /tmp/package.zip -d "$2"; rm /tmp/package.zip; }
fetch "$TASK_URL" /var/task
for url in $LAYER_URLS; do fetch "$url" /opt; done
"""
_LOCKED: Object = {
    "allowPrivilegeEscalation": False,
    "readOnlyRootFilesystem": True,
    "capabilities": {"drop": ["ALL"]},
}
"""https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted"""


@dataclass(frozen=True, slots=True)
class Cluster:
    """What pods are told about where they are."""

    stack: str
    """Tells this stack's pods from those of others; a label's value."""
    address: str
    """The host by which pods reach the Runtime API: that of the cloud's own pod or service."""
    namespace: str = "homeport-functions"
    """Where pods are; nothing else should be there."""
    fetcher: str = "docker.io/library/busybox:1.37"
    """The image that fetches code: a shell, wget and unzip."""
    place: Place | None = None
    """The stack's registry, as the nodes of the cluster name it."""
    pull_secret: str = ""
    """The Secret with the registry's credentials."""


class Parcels(NamedTuple):
    """Where the code of a zip function can be fetched."""

    task: str = ""
    layers: tuple[str, ...] = ()


def pod(plan: Plan, cluster: Cluster, parcels: Parcels) -> Object:
    """The Pod of an environment. Raises `MissingRuntime` and `StartFailed`."""
    version = plan.version
    is_zip = version.image is None
    spec: Object = {
        "restartPolicy": "Never",
        "automountServiceAccountToken": False,
        "enableServiceLinks": False,
        "terminationGracePeriodSeconds": 0,
        "nodeSelector": {"kubernetes.io/arch": _ARCHITECTURES[version.architecture]},
        "securityContext": {
            "runAsNonRoot": True,
            "runAsUser": _UID,
            "runAsGroup": _GID,
            "fsGroup": _GID,
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        "containers": [_function(plan, cluster, commands.command(plan))],
        "volumes": _volumes(version),
    }
    if is_zip:
        spec["initContainers"] = [_fetcher(cluster, parcels)]
    elif cluster.pull_secret:
        spec["imagePullSecrets"] = [{"name": cluster.pull_secret}]
    return {"apiVersion": "v1", "kind": "Pod", "metadata": _metadata(plan, cluster), "spec": spec}


_ARCHITECTURES = {"x86_64": "amd64", "arm64": "arm64"}


def _metadata(plan: Plan, cluster: Cluster) -> Object:
    return {
        "name": f"function-{plan.id}".lower(),
        "namespace": cluster.namespace,
        "labels": {
            "app.kubernetes.io/name": "function",
            "app.kubernetes.io/part-of": "homeport",
            "app.kubernetes.io/managed-by": "homeport",
            "homeport/stack": cluster.stack,
        },
        # An ARN is no label: it has colons, and is too long.
        "annotations": {"homeport/function": plan.version.arn},
    }


def _function(plan: Plan, cluster: Cluster, run: Command) -> Object:
    api = f"{cluster.address}:{plan.api.rpartition(':')[2]}"
    seen = commands.variables(plan, api, {})
    made: Object = {
        "name": "function",
        "image": _image(plan.version, cluster),
        "command": [_literal(word) for word in run.entry_point],
        "args": [_literal(word) for word in run.arguments],
        "workingDir": run.folder,
        "env": [_variable(name, value) for name, value in seen.items()],
        "resources": _resources(plan.version),
        "securityContext": _LOCKED,
        "volumeMounts": [_mount("tmp", "/tmp")],  # noqa: S108 - inside
    }
    if plan.version.image is None:
        made["volumeMounts"] += [
            {**_mount("task", "/var/task"), "readOnly": True},
            {**_mount("layers", "/opt"), "readOnly": True},
        ]
    return {name: value for name, value in made.items() if value not in ([], "")}


def _variable(name: str, value: str) -> Object:
    return {"name": name, "value": _literal(value)}


def _literal(text: str) -> str:
    """A text in which `$(NAME)` is not replaced.

    https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/
    """
    return text.replace("$", "$$")


def _fetcher(cluster: Cluster, parcels: Parcels) -> Object:
    return {
        "name": "code",
        "image": cluster.fetcher,
        "command": ["sh", "-c", _FETCH],
        "env": [
            _variable("TASK_URL", parcels.task),
            _variable("LAYER_URLS", " ".join(parcels.layers)),
        ],
        "resources": {"limits": {"memory": "64Mi", "cpu": "1"}},
        "securityContext": _LOCKED,
        "volumeMounts": [
            _mount("tmp", "/tmp"),  # noqa: S108 - inside
            _mount("task", "/var/task"),
            _mount("layers", "/opt"),
        ],
    }


def _image(version: Version, cluster: Cluster) -> str:
    if version.image is None:
        return runtime_images.of(version)
    if cluster.place is None:
        raise MissingRuntime(
            f"Function {version.function.name} is a container image, and the cluster knows no registry of the stack."
        )
    repository = cluster.place.name(version.image.uri).repository
    return f"{cluster.place.address}/{repository}@{version.image.digest}"


def _resources(version: Version) -> Object:
    """AWS's share of a processor for the memory is asked for; what is free may be used up to a whole one."""
    share = round(version.memory_mb * _MILLI_PER_MB)
    memory = f"{version.memory_mb}Mi"
    return {
        "requests": {"memory": memory, "cpu": f"{share}m"},
        "limits": {"memory": memory, "cpu": f"{max(1000, share)}m"},
    }


def _volumes(version: Version) -> list[Object]:
    """A volume over its limit has the pod evicted: the package is unpacked beside it, in the one for `/tmp`."""
    names = [("tmp", f"{version.ephemeral_mb}Mi")]
    if version.image is None:
        unzipped = f"{limits.UNZIPPED // limits.MIB}Mi"
        names += [("task", unzipped), ("layers", unzipped)]
    return [{"name": name, "emptyDir": {"sizeLimit": size}} for name, size in names]


def _mount(name: str, path: str) -> Object:
    return {"name": name, "mountPath": path}
