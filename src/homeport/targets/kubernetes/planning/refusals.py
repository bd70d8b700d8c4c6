"""What an API server refuses, as problems that say what to do.

The texts by which they are told apart are Kubernetes' own:
https://github.com/kubernetes/kubernetes/blob/v1.35.0/pkg/apis/core/validation/validation.go
https://github.com/kubernetes/kubernetes/blob/v1.35.0/plugin/pkg/admission/storage/persistentvolume/resize/admission.go
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

from homeport.targets.kubernetes.cluster import errors
from homeport.targets.kubernetes.objects import kinds
from homeport.targets.kubernetes.objects.kinds import Ref
from homeport.targets.kubernetes.planning.plan import Problem

_STORAGE = "spec.resources.requests.storage"
_SETTINGS = {"registry-storage": "registry", "localstack-storage": "cloud"}
"""Whose settings `volume` and `quota` are the size of which claim."""


class _Refusal(NamedTuple):
    """A refusal that is known by its text."""

    kind: type[errors.ClusterError]
    texts: tuple[str, ...]
    hint: Callable[[Ref], str]


def _size(ref: Ref) -> str:
    group = _SETTINGS.get(ref.name)
    if not group:
        return "Set its size to what the volume has"
    return f"Set {group}.volume to what the volume has: it follows {group}.quota otherwise"


def _shrink(ref: Ref) -> str:
    return f"A volume never shrinks. {_size(ref)}."


def _grow(ref: Ref) -> str:
    return (
        f"{_size(ref)}; or move the data to a volume of a class that allows expansion"
        " (kubectl get storageclass)."
    )


def _fixed(ref: Ref) -> str:
    if ref.kind is kinds.CLAIM:
        return (
            "A volume keeps its class and access mode. Set kubernetes.storage_class and"
            " kubernetes.access_mode back; to move, copy the data, then homeport destroy --delete-data."
        )
    return "--replace deletes it and creates it anew; volumes are never replaced."


def _quota(ref: Ref) -> str:
    return f"Raise the quota (kubectl describe quota -n {ref.namespace}), or ask for less in the settings."


def _webhook(_: Ref) -> str:
    return "A policy of this cluster refuses it; whoever keeps the policy can say what it wants."


def _rights(_: Ref) -> str:
    return (
        "Use a user of the cluster who may do this (kubernetes.context), or let an admin apply it."
    )


_TRIED = re.compile(r"\ACould not try [^:]*: ")
"""Which object it is stands before it already."""

_STRATEGY = "may not be specified when strategy"
"""What the server filled in for another strategy belongs to nobody, so an apply cannot take it away:
https://github.com/kubernetes/kubernetes/issues/24198"""

_KNOWN = (
    _Refusal(
        errors.ClusterError,
        ("can not be less than", "may not be less than", "less than status"),
        _shrink,
    ),
    _Refusal(errors.Forbidden, ("only dynamically provisioned pvc can be resized",), _grow),
    _Refusal(errors.Invalid, ("immutable", "may not be changed", "updates to", _STRATEGY), _fixed),
    _Refusal(errors.Forbidden, ("exceeded quota", "must specify limits"), _quota),
    _Refusal(
        errors.ClusterError,
        ("denied the request", "violates PodSecurity", "ValidatingAdmission"),
        _webhook,
    ),
    _Refusal(errors.Forbidden, ("cannot ",), _rights),
)

_FROM: Mapping[str, str] = {
    "traefik.io": "K3s brings Traefik with it; on another cluster install it with its"
    " CustomResourceDefinitions: https://doc.traefik.io/traefik/getting-started/install-traefik/",
    "cert-manager.io": "Install cert-manager: https://cert-manager.io/docs/installation/",
}
"""Where the kinds of others come from."""


def problem(ref: Ref, error: errors.ClusterError) -> Problem:
    """Why an object is refused. Raises the error where it is none of the object's."""
    if isinstance(error, errors.Conflict) and error.causes:
        return _conflict(error)
    if not isinstance(error, errors.Invalid | errors.Forbidden | errors.NotFound | errors.Conflict):
        raise error
    said = " ".join([error.what, *(cause.message for cause in error.causes)])
    for known in _KNOWN:
        if isinstance(error, known.kind) and any(text in said for text in known.texts):
            return Problem(_words(error), known.hint(ref))
    return Problem(_words(error), error.hint or "homeport render shows the object as it was sent.")


def missing(ref: Ref) -> Problem:
    """The cluster has no such kind."""
    api_version, name = ref.kind.api_version, ref.kind.name
    hint = _FROM.get(api_version.partition("/")[0], "Check the version of the cluster.")
    return Problem(f"The cluster does not know {name} ({api_version}).", hint)


def is_fixed(error: errors.ClusterError) -> bool:
    """Whether a field cannot be changed, but the object could be replaced."""
    said = " ".join([error.what, *(cause.message for cause in error.causes)])
    return isinstance(error, errors.Invalid) and ("immutable" in said or _STRATEGY in said)


def _conflict(error: errors.ClusterError) -> Problem:
    fields = "; ".join(f"{cause.field}: {cause.message}" for cause in error.causes)
    return Problem(
        f"Others have set fields of it: {fields}.",
        "--force-conflicts takes them over; or let the other one give them up.",
    )


def _words(error: errors.ClusterError) -> str:
    """The API server's own words for each field, without the comparison that it writes below some of them."""
    if not error.causes:
        return _TRIED.sub("", error.what)
    said = [(cause.field, cause.message.partition("\n")[0]) for cause in error.causes]
    return "; ".join(f"{field}: {message}" if field else message for field, message in said)
