"""How the fields of objects are written for the resources of the provider `kubernetes`, as one table.

Its blocks have names in the singular and in snake case; some numbers are texts, since they may be left out.
https://github.com/hashicorp/terraform-provider-kubernetes/blob/v2.38.0/docs

Fields that are not in the table are refused: none is left out without a word.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from homeport.tofu.export import template
from homeport.tofu.export.template import Body


class Unknown(Exception):
    """A field that the table does not have; the text is its path."""


class Field(NamedTuple):
    """Where a field goes, and in what form."""

    write: Callable[[Any], Any]
    name: str = ""
    """By default the field's own in snake case."""


Fields = Mapping[str, Field]


def written(value: Mapping[str, Any], fields: Fields) -> Body:
    """A block. Raises `Unknown` for what the table does not have."""
    made: Body = {}
    for key, part in value.items():
        field = fields.get(key)
        if field is None:
            raise Unknown(key)
        try:
            made[field.name or snake(key)] = field.write(part)
        except Unknown as error:
            raise Unknown(f"{key}.{error}") from None
    return made


def snake(key: str) -> str:
    """`fsGroupChangePolicy` as `fs_group_change_policy`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", key).lower()


def _text(value: Any) -> str:
    return str(template.literal(str(value)))


def _mode(value: int) -> str:
    """https://github.com/hashicorp/terraform-provider-kubernetes/blob/v2.38.0/docs/resources/deployment_v1.md"""
    return f"{value:04o}"


def block(fields: Fields, name: str = "") -> Field:
    """An object as a block."""
    return Field(lambda value: written(value, fields), name)


def blocks(fields: Fields, name: str = "") -> Field:
    """A list of objects as blocks of one name."""
    return Field(lambda value: [written(part, fields) for part in value], name)


_AS_IS = Field(template.literal)
_TEXT = Field(_text)
_MODE = Field(_mode)


def _plain(*keys: str) -> dict[str, Field]:
    return dict.fromkeys(keys, _AS_IS)


METADATA: Fields = _plain("name", "namespace", "labels", "annotations")
_SELECTOR = block(_plain("matchLabels"))

_PROBE = block(
    {
        "httpGet": block({"path": _AS_IS, "port": _TEXT}),
        **_plain("timeoutSeconds", "periodSeconds", "failureThreshold"),
    }
)
_SECRET_KEY = block(_plain("name", "key", "optional"))
_CONTAINER: Fields = {
    **_plain("name", "image", "imagePullPolicy", "args"),
    "env": blocks({**_plain("name", "value"), "valueFrom": block({"secretKeyRef": _SECRET_KEY})}),
    "ports": blocks(_plain("name", "containerPort", "protocol"), "port"),
    "startupProbe": _PROBE,
    "readinessProbe": _PROBE,
    "livenessProbe": _PROBE,
    "resources": block(_plain("requests", "limits")),
    "securityContext": block(
        {
            **_plain("allowPrivilegeEscalation", "readOnlyRootFilesystem", "runAsNonRoot"),
            "capabilities": block(_plain("drop")),
        }
    ),
    "volumeMounts": blocks(_plain("name", "mountPath", "readOnly"), "volume_mount"),
}
_PROJECTED_SECRET = block(
    {**_plain("name", "optional"), "items": blocks(_plain("key", "path"), "items")}
)
_VOLUME: Fields = {
    "name": _AS_IS,
    "configMap": block(_plain("name")),
    "secret": block({"secretName": _AS_IS, "defaultMode": _MODE}),
    "persistentVolumeClaim": block(_plain("claimName")),
    "hostPath": block(_plain("path", "type")),
    "emptyDir": block({}),
    "projected": block({"sources": blocks({"secret": _PROJECTED_SECRET})}),
}
_POD: Fields = {
    **_plain("automountServiceAccountToken", "enableServiceLinks", "terminationGracePeriodSeconds"),
    "securityContext": block(
        {
            **_plain("runAsNonRoot", "fsGroupChangePolicy"),
            **dict.fromkeys(("runAsUser", "runAsGroup", "fsGroup"), _TEXT),
            "seccompProfile": block(_plain("type")),
        }
    ),
    "containers": blocks(_CONTAINER, "container"),
    "volumes": blocks(_VOLUME, "volume"),
}

_CLAIM = block(
    {
        **_plain("accessModes", "storageClassName"),
        "resources": block(_plain("requests")),
    }
)
_SERVICE = block(
    {
        **_plain("type", "selector", "loadBalancerSourceRanges"),
        **_plain("allocateLoadBalancerNodePorts", "externalTrafficPolicy"),
        "ports": blocks({**_plain("name", "port", "protocol"), "targetPort": _TEXT}, "port"),
    }
)
_POLICY = block(
    {
        "podSelector": _SELECTOR,
        "policyTypes": _AS_IS,
        "ingress": blocks(
            {
                "from": blocks({"namespaceSelector": _SELECTOR, "podSelector": _SELECTOR}),
                "ports": blocks({"port": _TEXT, "protocol": _AS_IS}),
            }
        ),
    }
)
_DEPLOYMENT = block(
    {
        "replicas": _TEXT,
        "revisionHistoryLimit": _AS_IS,
        "strategy": block(_plain("type")),
        "selector": _SELECTOR,
        "template": block({"metadata": block(METADATA), "spec": block(_POD)}),
    }
)

_TOP = {"metadata": block(METADATA)}


class Typed(NamedTuple):
    """A kind that the provider has a resource for."""

    resource: str
    fields: Fields


TYPED: Mapping[tuple[str, str], Typed] = {
    ("v1", "Namespace"): Typed("kubernetes_namespace_v1", _TOP),
    ("v1", "Secret"): Typed("kubernetes_secret_v1", {**_TOP, **_plain("type", "data")}),
    ("v1", "ConfigMap"): Typed("kubernetes_config_map_v1", {**_TOP, **_plain("data")}),
    ("v1", "PersistentVolumeClaim"): Typed(
        "kubernetes_persistent_volume_claim_v1", {**_TOP, "spec": _CLAIM}
    ),
    ("v1", "Service"): Typed("kubernetes_service_v1", {**_TOP, "spec": _SERVICE}),
    ("networking.k8s.io/v1", "NetworkPolicy"): Typed(
        "kubernetes_network_policy_v1", {**_TOP, "spec": _POLICY}
    ),
    ("apps/v1", "Deployment"): Typed("kubernetes_deployment_v1", {**_TOP, "spec": _DEPLOYMENT}),
}
"""By version and kind. What is not here is a custom kind: there is only `kubernetes_manifest` for those."""
