"""The PVC MUST be bound before the registry starts."""

from __future__ import annotations

from collections.abc import Iterator

from homeport.stack.rules import objects
from homeport.stack.rules.rule import Cluster, Finding, Object, Planned, Rule, Running, Skipped

CLAIM, DEPLOYMENT = "registry-storage", "registry"


def on_plan(planned: Planned) -> Iterator[Finding]:
    """Claim and Deployment are applied together and the pod mounts the claim: scheduler and kubelet keep the order.

    To wait for the claim first would wait for ever where its class binds with the first consumer.
    https://kubernetes.io/docs/concepts/storage/storage-classes/#volume-binding-mode
    """
    deployment = objects.find(planned, "Deployment", DEPLOYMENT)
    claim = objects.find(planned, "PersistentVolumeClaim", CLAIM)
    volume = objects.claimed(deployment, CLAIM)
    if volume is None or not objects.mounts(deployment, volume):
        yield _mistake(f"The pod of the registry does not mount the claim {CLAIM}")
    if objects.namespace(claim) != objects.namespace(deployment):
        yield _mistake(f"The claim {CLAIM} is in another namespace than the registry")
    if (deployment["spec"].get("strategy") or {}).get("type") != "Recreate":
        yield _mistake("The Deployment registry is not recreated: two pods would share the volume")


def on_cluster(planned: Planned, cluster: Cluster) -> Iterator[Finding]:
    """The class is there, and a claim that is there can be used."""
    wanted = planned.chosen.kubernetes.storage_class
    claim = cluster.get("v1", "PersistentVolumeClaim", planned.chosen.registry.namespace, CLAIM)
    if claim is not None:
        yield from _usable(claim)
        return
    classes = cluster.list("storage.k8s.io/v1", "StorageClass")
    known = [str(each["metadata"]["name"]) for each in classes]
    if wanted not in known:
        yield Finding(
            f"The cluster has no storage class {wanted}, so that the claim {CLAIM} would stay Pending.",
            f"It has {', '.join(known) or 'none'}: write kubernetes.storage_class in homeport.toml."
            " On K3s, local-path comes with it unless it was disabled.",
        )


def on_running(planned: Planned, running: Running) -> Iterator[Finding]:
    """Each pod of the registry that runs uses a claim that is Bound."""
    if running.cluster is None:
        raise Skipped("there are no claims on this machine")
    namespace = planned.chosen.registry.namespace
    pods = [pod for pod in running.cluster.list("v1", "Pod", namespace) if _uses(pod)]
    claim = running.cluster.get("v1", "PersistentVolumeClaim", namespace, CLAIM)
    if not pods:
        yield Finding(
            f"No pod in {namespace} uses the claim {CLAIM}.", "homeport status says what there is."
        )
    elif claim is None or claim.get("status", {}).get("phase") != "Bound":
        phase = "missing" if claim is None else claim.get("status", {}).get("phase")
        yield Finding(
            f"The registry runs, and its claim {namespace}/{CLAIM} is {phase}.",
            f"kubectl -n {namespace} describe pvc {CLAIM}",
        )


def _usable(claim: Object) -> Iterator[Finding]:
    where = f"{objects.namespace(claim)}/{CLAIM}"
    if claim["metadata"].get("deletionTimestamp"):
        yield Finding(
            f"The claim {where} is being deleted.",
            "It goes when no pod uses it any more; apply again then.",
        )
    if (claim.get("status") or {}).get("phase") == "Lost":
        yield Finding(
            f"The claim {where} is Lost: the volume that it was bound to is gone.",
            "Bring the PersistentVolume back, or delete the claim and begin with an empty one.",
        )


def _uses(pod: Object) -> bool:
    used = pod["spec"].get("volumes") or ()
    claims = [(volume.get("persistentVolumeClaim") or {}).get("claimName") for volume in used]
    return CLAIM in claims and (pod.get("status") or {}).get("phase") == "Running"


def _mistake(text: str) -> Finding:
    return Finding(f"{text}.", "This is a mistake of Homeport: homeport render shows it.")


RULE = Rule(
    id="registry-volume-bound",
    title="The PVC MUST be bound before the registry starts.",
    why=(
        "A registry without its volume would write images into its container, and lose them. "
        "Claim and Deployment are applied together: no container starts before its claim is bound, and a class that binds "
        "with the first consumer, as K3s's does, never would without one."
    ),
    hint="kubectl get storageclass shows which classes there are; kubernetes.storage_class names one.",
    link="https://kubernetes.io/docs/concepts/storage/storage-classes/#volume-binding-mode",
    plan=on_plan,
    cluster=on_cluster,
    running=on_running,
)
