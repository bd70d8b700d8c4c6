"""Whether a new Certificate would have cert-manager write over a Secret that is somebody else's.

It takes whatever Secret has the name, and keeps nothing of what was in it.
https://cert-manager.io/docs/usage/certificate/#creating-certificate-resources (secretName)
"""

from __future__ import annotations

from homeport.targets.kubernetes.cluster import contract
from homeport.targets.kubernetes.objects import kinds, labels
from homeport.targets.kubernetes.objects.kinds import Object, Ref
from homeport.targets.kubernetes.planning import owners, remains
from homeport.targets.kubernetes.planning.plan import Problem


def problem(cluster: contract.Cluster, stack: str, wanted: Object) -> Problem | None:
    """Why a Certificate that is not there yet cannot be made; None where it can."""
    ref = kinds.ref(wanted)
    if ref.kind is not kinds.CERTIFICATE:
        return None
    secret = Ref(kinds.SECRET, ref.namespace, wanted["spec"]["secretName"])
    live = cluster.get(secret)
    if live is None or labels.is_of(live, stack) or remains.certificate(live) == ref.name:
        return None
    return Problem(
        f"It would be written into the {secret}, which is there already, managed by {owners.of(live)}.",
        "--adopt gives up what is in it; or rename or delete it.",
    )
