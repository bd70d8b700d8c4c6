"""Deployments, replica sets, daemon sets and pods.

https://kubernetes.io/docs/concepts/workloads/controllers/deployment/
"""

from __future__ import annotations

from tests.apiserver.rules import found, names, pods, selectors
from tests.apiserver.rules.found import Causes

IMMUTABLE = "field is immutable"
STRATEGIES = ("Recreate", "RollingUpdate")
DAEMON_STRATEGIES = ("RollingUpdate", "OnDelete")


def _templated(document: dict) -> Causes:
    spec = document.get("spec") or {}
    selector, template = spec.get("selector"), spec.get("template") or {}
    labels = (template.get("metadata") or {}).get("labels")
    yield from _numbers(spec, ("replicas",))
    if selector is None:
        yield found.required("spec.selector")
    elif not selector.get("matchLabels") and not selector.get("matchExpressions"):
        yield found.invalid("spec.selector", selector, "empty selector is invalid for deployment")
    else:
        yield from names.labels("spec.selector.matchLabels", selector.get("matchLabels"))
    if selector is None or not selectors.matches(selector, labels or {}):
        why = "`selector` does not match template `labels`"
        yield found.invalid("spec.template.metadata.labels", labels, why)
    yield from names.labels("spec.template.labels", labels)
    yield from pods.check(template.get("spec") or {}, "spec.template.spec")
    yield from _numbers(spec, ("minReadySeconds", "revisionHistoryLimit"))


def _numbers(spec: dict, fields: tuple[str, ...]) -> Causes:
    for field in fields:
        if (spec.get(field) or 0) < 0:
            why = "must be greater than or equal to 0"
            yield found.invalid(f"spec.{field}", spec[field], why)


def deployment(document: dict) -> Causes:
    """https://github.com/kubernetes/kubernetes/blob/v1.35.0/pkg/apis/apps/validation/validation.go"""
    yield from _templated(document)
    spec = document.get("spec") or {}
    yield from _strategy(spec.get("strategy") or {}, "spec.strategy", STRATEGIES)
    if (spec.get("progressDeadlineSeconds") or 600) <= (spec.get("minReadySeconds") or 0):
        yield found.invalid(
            "spec.progressDeadlineSeconds",
            spec["progressDeadlineSeconds"],
            "must be greater than minReadySeconds",
        )


def _strategy(strategy: dict, path: str, allowed: tuple[str, ...]) -> Causes:
    if strategy.get("type") not in allowed:
        shown = {"Type": strategy.get("type"), "RollingUpdate": strategy.get("rollingUpdate")}
        yield found.unsupported(path, shown, allowed)
    if strategy.get("type") == "Recreate" and strategy.get("rollingUpdate") is not None:
        why = "may not be specified when strategy `type` is 'Recreate'"
        yield found.forbidden(f"{path}.rollingUpdate", why)


def replica_set(document: dict) -> Causes:
    """https://kubernetes.io/docs/concepts/workloads/controllers/replicaset/"""
    yield from _templated(document)


def daemon_set(document: dict) -> Causes:
    """https://kubernetes.io/docs/concepts/workloads/controllers/daemonset/"""
    yield from _templated(document)
    strategy = (document.get("spec") or {}).get("updateStrategy") or {}
    yield from _strategy(strategy, "spec.updateStrategy", DAEMON_STRATEGIES)


def pod(document: dict) -> Causes:
    """https://kubernetes.io/docs/concepts/workloads/pods/"""
    yield from pods.check(document.get("spec") or {}, "spec", is_template=False)


def check_change(document: dict, old: dict) -> Causes:
    """https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#label-selector-updates"""
    new, before = document["spec"].get("selector"), old["spec"].get("selector")
    if new != before:
        yield found.invalid("spec.selector", new, IMMUTABLE)


MUTABLE = {"activeDeadlineSeconds", "tolerations", "terminationGracePeriodSeconds", "nodeName"}
POD_FIXED = (
    "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,"
    "`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),"
    "`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)"
)


def check_pod_change(document: dict, old: dict) -> Causes:
    """https://kubernetes.io/docs/concepts/workloads/pods/#pod-update-and-replacement"""
    if _fixed(document["spec"]) != _fixed(old["spec"]):
        yield found.forbidden("spec", POD_FIXED)


def _fixed(spec: dict) -> dict:
    groups = {
        group: [{**container, "image": ""} for container in spec.get(group) or ()]
        for group in ("containers", "initContainers")
    }
    return {name: part for name, part in spec.items() if name not in MUTABLE} | groups
