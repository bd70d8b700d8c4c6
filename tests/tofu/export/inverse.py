"""Exported files back to objects, for tests only: the other way round, and written apart from the way there."""

from __future__ import annotations

import base64
import json
import re

KINDS = {
    "kubernetes_namespace_v1": ("v1", "Namespace"),
    "kubernetes_secret_v1": ("v1", "Secret"),
    "kubernetes_config_map_v1": ("v1", "ConfigMap"),
    "kubernetes_persistent_volume_claim_v1": ("v1", "PersistentVolumeClaim"),
    "kubernetes_service_v1": ("v1", "Service"),
    "kubernetes_network_policy_v1": ("networking.k8s.io/v1", "NetworkPolicy"),
    "kubernetes_deployment_v1": ("apps/v1", "Deployment"),
}
META = {
    "depends_on",
    "lifecycle",
    "timeouts",
    "wait",
    "computed_fields",
    "count",
    "wait_for_rollout",
    "wait_until_bound",
    "wait_for_load_balancer",
}
"""What is for the tool or the provider, and no part of an object."""
PLURAL = {
    "container": "containers",
    "volume": "volumes",
    "volume_mount": "volumeMounts",
    "port": "ports",
}
VERBATIM = {"labels", "annotations", "match_labels", "data", "requests", "limits"}
NUMBERS = {"replicas", "run_as_user", "run_as_group", "fs_group"}
CHECKSUM = "checksum/config"


def objects(texts, values=None):
    """The objects of the files; `values` are the variables'."""
    values = values or {}
    found = []
    for path, text in texts.items():
        if not path.endswith(".tf.json") or path.endswith("_override.tf.json"):
            continue
        for kind, named in json.loads(text).get("resource", {}).items():
            if kind.startswith("kubernetes_"):
                found += [_object(kind, body, values) for body in named.values()]
    return found


def _object(kind, body, values):
    body = {key: value for key, value in body.items() if key not in META}
    if kind == "kubernetes_manifest":
        return _plain(body["manifest"], values)
    version, name = KINDS[kind]
    made = {key: _field(key, value, name, values) for key, value in body.items()}
    if name == "Secret":
        made["data"] = {
            key: base64.b64encode(text.encode()).decode() for key, text in made["data"].items()
        }
    if name == "Service":
        made["spec"]["selector"] = body["spec"]["selector"]
    return {"apiVersion": version, "kind": name, **made}


def _field(key, value, kind, values):
    if key == "default_mode":
        return int(value, 8)
    if key in NUMBERS or (key == "port" and kind == "NetworkPolicy"):
        return int(value)
    if key in VERBATIM or not isinstance(value, dict | list):
        return _plain(value, values)
    if isinstance(value, list):
        return [_inside(part, kind, values) for part in value]
    return _inside(value, kind, values)


def _inside(value, kind, values):
    if not isinstance(value, dict):
        return _plain(value, values)
    return {_camel(key, part): _field(key, part, kind, values) for key, part in value.items()}


def _camel(key, value):
    if key in PLURAL and isinstance(value, list):
        return PLURAL[key]
    head, *rest = key.split("_")
    return head + "".join(word.capitalize() for word in rest)


def _plain(value, values):
    if isinstance(value, list):
        return [_plain(part, values) for part in value]
    if isinstance(value, dict):
        return {_plain(key, values): _plain(part, values) for key, part in value.items()}
    if not isinstance(value, str):
        return value
    if value.startswith("${sha256(jsonencode("):
        return value  # the checksum of a configuration
    variable = re.fullmatch(r"\$\{var\.(\w+)\}", value)
    if variable:
        return values[variable[1]]
    assert not re.search(r"(?<!\$)\$\{|(?<!%)%\{", value), f"{value} begins an expression"
    return value.replace("$${", "${").replace("%%{", "%{")


def without_repetition(obj):
    """An object whose containers do not repeat what their pod says of root."""
    pod = obj.get("spec", {}).get("template", {}).get("spec")
    if pod is None or not pod["securityContext"].get("runAsNonRoot"):
        return obj
    containers = [_not_repeating(container) for container in pod["containers"]]
    template = {**obj["spec"]["template"], "spec": {**pod, "containers": containers}}
    return {**obj, "spec": {**obj["spec"], "template": template}}


def _not_repeating(container):
    context = dict(container["securityContext"])
    assert context.pop("runAsNonRoot", True) is True
    return {**container, "securityContext": context}


def without_checksum(obj):
    """An object without the annotation that is worked out elsewhere."""
    metadata = obj.get("spec", {}).get("template", {}).get("metadata", {})
    annotations = metadata.get("annotations", {})
    if CHECKSUM not in annotations:
        return obj
    kept = {key: text for key, text in annotations.items() if key != CHECKSUM}
    told = {key: value for key, value in metadata.items() if key != "annotations"}
    told |= {"annotations": kept} if kept else {}
    template = {**obj["spec"]["template"], "metadata": told}
    return {**obj, "spec": {**obj["spec"], "template": template}}
