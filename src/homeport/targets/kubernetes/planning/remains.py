"""What else lives in a namespace: it is not ours to delete with it.

A namespace goes with all that is in it, of kinds that nobody here has heard of too: so all kinds are asked for.
https://kubernetes.io/docs/concepts/overview/kubernetes-api/#discovery-api
"""

from __future__ import annotations

from collections.abc import Collection

from homeport.targets.kubernetes.cluster import contract, errors
from homeport.targets.kubernetes.objects import kinds, labels, names
from homeport.targets.kubernetes.objects.kinds import Kind, Object, Ref
from homeport.targets.kubernetes.planning import together

_PASSING = {"Event", "Endpoints", "EndpointSlice"}
"""Kinds that tell of others, and go with them."""
_METRICS = "metrics.k8s.io"
"""Measurements, which are asked from elsewhere: https://kubernetes.io/docs/reference/external-api/metrics.v1beta1/"""
_UNSEEN = "(may not be listed)"
"""Stands for what we have no right to see."""

_IN_EACH = {
    ("ConfigMap", "kube-root-ca.crt"),
    ("ConfigMap", "istio-ca-root-cert"),
    ("ConfigMap", "openshift-service-ca.crt"),
    ("ServiceAccount", "default"),
}
"""What controllers put into every namespace.
https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/#legacy-serviceaccount-token-controller"""
_TOKEN = "kubernetes.io/service-account-token"  # noqa: S105 - a type
CERTIFICATE_NAME = "cert-manager.io/certificate-name"
"""Whose certificate a Secret holds. https://cert-manager.io/docs/reference/annotations/"""
_CERTIFICATES = {names.REGISTRY, names.UI, names.CLOUD}


def foreign(cluster: contract.Cluster, namespace: str, stack: str) -> list[Ref]:
    """The objects in a namespace that are not the stack's, nor made by the cluster or for the stack."""
    asked = _all_kinds(cluster)
    listed = together.each(lambda kind: _listed(cluster, kind, namespace), asked)
    found = [pair for rows in listed for pair in rows if not labels.is_of(pair[1], stack)]
    theirs = {ref.name for ref, _ in found if ref.kind is kinds.CERTIFICATE}
    known = {_named(kind.api_version, kind.name) for kind in asked}
    return [
        ref
        for ref, obj in found
        if not _is_owned(obj, known)
        and not _is_made_by_cluster(ref, obj)
        and not _is_left_over(obj, stack, theirs)
    ]


def certificate(obj: Object) -> str:
    """The name of the Certificate that a Secret holds; empty where it holds none."""
    return str((obj["metadata"].get("annotations") or {}).get(CERTIFICATE_NAME, ""))


def _all_kinds(cluster: contract.Cluster) -> list[Kind]:
    """Those of namespaces, each once: ours in our version."""
    versions = [each for each in cluster.versions() if not _group(each).endswith(_METRICS)]
    served = [kind for row in together.each(cluster.kinds, versions) for kind in row]
    found: dict[tuple[str, str], Kind] = {}
    for kind in (*(kind for kind in kinds.APPLIED if kind.is_namespaced), *served):
        if kind.name not in _PASSING:
            found.setdefault(_named(kind.api_version, kind.name), kind)
    return list(found.values())


def _group(api_version: str) -> str:
    return api_version.rpartition("/")[0]


def _named(api_version: str, kind: str) -> tuple[str, str]:
    return _group(api_version), kind


def _listed(cluster: contract.Cluster, kind: Kind, namespace: str) -> list[tuple[Ref, Object]]:
    try:
        items = cluster.list(kind, namespace).items
    except errors.Forbidden:
        return [(Ref(kind, namespace, _UNSEEN), {"metadata": {}})]
    return [(Ref(kind, namespace, obj["metadata"]["name"]), obj) for obj in items]


def _is_owned(obj: Object, known: Collection[tuple[str, str]]) -> bool:
    """Whether it goes with another object of the namespace, which is among the rest, or is on its way out.

    https://kubernetes.io/docs/concepts/architecture/garbage-collection/#owners-dependents
    """
    owners = obj["metadata"].get("ownerReferences") or ()
    return any(_named(owner["apiVersion"], owner["kind"]) in known for owner in owners)


def _is_left_over(obj: Object, stack: str, theirs: Collection[str]) -> bool:
    """Whether it is the Secret of a Certificate of ours that is gone."""
    name = certificate(obj)
    return name in {*_CERTIFICATES, names.ca(stack)} and name not in theirs


def _is_made_by_cluster(ref: Ref, obj: Object) -> bool:
    return (ref.kind.name, ref.name) in _IN_EACH or obj.get("type") == _TOKEN
