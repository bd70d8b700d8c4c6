"""An object as a resource: what the provider would do by itself and should not is said here."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import NamedTuple

from homeport import errors
from homeport.tofu.export import naming, needs, sealed, shapes, template
from homeport.tofu.export.needs import Object
from homeport.tofu.export.template import Body
from homeport.tofu.export.wanted import Form

MANIFEST = "kubernetes_manifest"
CHECKSUM = "checksum/config"
"""The annotation by which a pod is started anew when its configuration has changed."""
WITH_CUSTOM_KINDS = template.expression("var.custom_kinds ? 1 : 0")

_COMPUTED = (
    "metadata.annotations",
    "metadata.labels",
    "spec.template.spec.containers[0].resources",
)
"""What the API server writes in another way than it was told (`1000m` as `1`).
https://github.com/hashicorp/terraform-provider-kubernetes/blob/v2.38.0/docs/resources/manifest.md#computed-fields"""


class Resource(NamedTuple):
    """A resource of the files."""

    type: str
    name: str
    body: Body

    @property
    def address(self) -> str:
        """How others refer to it."""
        return f"{self.type}.{self.name}"


class Maker:
    """Makes resources of the objects of one folder, which may refer to each other."""

    def __init__(self, objects: Sequence[Object], form: Form, timeout_s: int) -> None:
        self._objects = objects
        self._form = form
        self._timeout = f"{timeout_s}s"
        self._types = {needs.ref(obj): self._type(obj) for obj in objects}
        self._addresses = naming.addresses(self._types)

    def _type(self, obj: Object) -> str:
        """What holds a secret is never a manifest: a plan shows its attribute `object` with all that is inside.

        https://github.com/hashicorp/terraform-provider-kubernetes/issues/1728
        """
        typed = shapes.TYPED.get((obj["apiVersion"], obj["kind"]))
        if typed is None or (self._form is Form.MANIFEST and not template.has_expression(obj)):
            return MANIFEST
        return typed.resource

    def resource(self, obj: Object) -> Resource:
        """The resource of one of them. Raises `HomeportError` for a field that the provider's resource does not have."""
        kind, name = self._addresses[needs.ref(obj)].split(".")
        told = self._self_contained(obj)
        body = _manifest(told) if kind == MANIFEST else _typed(told)
        if obj["kind"] == "Deployment":
            body |= self._rollout(kind)
        before = [self._addresses[ref] for ref in needs.of(obj, self._objects)]
        lifecycle = self._lifecycle(obj)
        return Resource(
            kind,
            name,
            body
            | ({"depends_on": before} if before else {})
            | ({"lifecycle": lifecycle} if lifecycle else {}),
        )

    def _lifecycle(self, obj: Object) -> Body:
        if obj["kind"] == "Secret":
            return {"precondition": sealed.conditions(obj)}
        after = self._restarts(obj) if obj["kind"] == "Deployment" else []
        return {"replace_triggered_by": after} if after else {}

    def _self_contained(self, obj: Object) -> Object:
        """The checksum of a configuration is worked out from that configuration, so that edited files restart the pod too."""
        if obj["kind"] != "Deployment":
            return obj
        told = copy.deepcopy(obj)
        metadata = told["spec"]["template"]["metadata"]
        if CHECKSUM in metadata.get("annotations", {}):
            del metadata["annotations"][CHECKSUM]
            data = [self._data("ConfigMap", obj, name) for name in needs.config_maps(obj)]
            if data:
                text = f"sha256(jsonencode([{', '.join(data)}]))"
                metadata["annotations"][CHECKSUM] = template.expression(text)
            if not metadata["annotations"]:
                del metadata["annotations"]
        return told

    def _data(self, kind: str, beside: Object, name: str) -> str:
        address = self._addresses[kind, beside["metadata"]["namespace"], name]
        return f"{address}.{'manifest.data' if address.startswith(MANIFEST) else 'data'}"

    def _restarts(self, obj: Object) -> list[str]:
        """What a pod reads once: a changed Secret replaces the Deployment, since its checksum would tell of the password.

        https://opentofu.org/docs/language/meta-arguments/lifecycle/#replace_triggered_by
        """
        namespace = obj["metadata"]["namespace"]
        names = needs.secrets_of_environment(obj)
        return [
            self._data("Secret", obj, name)
            for name in names
            if ("Secret", namespace, name) in self._addresses
        ]

    def _rollout(self, kind: str) -> Body:
        timeouts = {"timeouts": dict.fromkeys(("create", "update", "delete"), self._timeout)}
        waits = template.expression("var.wait_for_rollout")
        if kind == MANIFEST:
            return {"wait": {"rollout": waits}, "computed_fields": list(_COMPUTED), **timeouts}
        return {"wait_for_rollout": waits, **timeouts}


def _typed(obj: Object) -> Body:
    typed = shapes.TYPED[obj["apiVersion"], obj["kind"]]
    told = {key: value for key, value in obj.items() if key not in {"apiVersion", "kind"}}
    if obj["kind"] == "Deployment":
        told["spec"] = _without_root(told["spec"])
    try:
        body = shapes.written(told, typed.fields)
    except shapes.Unknown as error:
        raise errors.HomeportError(
            f"{obj['kind']} {obj['metadata']['name']}: {typed.resource} has no field for {error}.",
            hint="--form manifest writes the objects as they are.",
        ) from None
    return body | _patience(obj)


def _without_root(spec: Object) -> Object:
    """What the pod says of root, said once more in each container: the provider sends `runAsNonRoot: false` where that is left out.

    A namespace of the level `restricted` refuses such a pod.
    https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted
    """
    made = copy.deepcopy(spec)
    pod = made["template"]["spec"]
    if pod["securityContext"].get("runAsNonRoot"):
        for container in pod["containers"]:
            container["securityContext"]["runAsNonRoot"] = True
    return made


def _patience(obj: Object) -> Body:
    """A claim is bound when its pod is there, and a load balancer may have no address for ever: waiting for either is in vain.

    https://github.com/hashicorp/terraform-provider-kubernetes/issues/1986
    """
    if obj["kind"] == "PersistentVolumeClaim":
        return {"wait_until_bound": False}
    if obj.get("spec", {}).get("type") == "LoadBalancer":
        return {"wait_for_load_balancer": False}
    return {}


def _manifest(obj: Object) -> Body:
    body: Body = {"manifest": template.literal(obj)}
    is_custom = (obj["apiVersion"], obj["kind"]) not in shapes.TYPED
    return {"count": str(WITH_CUSTOM_KINDS), **body} if is_custom else body
