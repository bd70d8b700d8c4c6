"""What to do about a fault: by the cluster's word, and by what stands in its sentence. The first that fits is taken."""

from __future__ import annotations

import re
from typing import NamedTuple

from homeport.targets.kubernetes.watching.parts import Part


class Advice(NamedTuple):
    """What helps. `{...}` are the fields of a `Part`, and `pod`."""

    reasons: str
    """A pattern of the reason."""
    words: str
    """A pattern of the message; empty fits all."""
    text: str


_PULL = "ErrImagePull|ImagePullBackOff|ErrImageNeverPull|RegistryUnavailable"
_CONFIG = "CreateContainerConfigError"

TABLE = (
    Advice(
        _PULL,
        r"x509|certificate",
        "The node does not trust that registry: homeport node-config prints what it needs.",
    ),
    Advice(
        _PULL,
        r"401|unauthorized|denied|authentication required",
        "The node may not pull it: set {image} to one that it may, or give the node credentials (homeport node-config).",
    ),
    Advice(
        _PULL,
        r"no such host|lookup|i/o timeout|connection refused|Temporary failure",
        "The node cannot reach that registry: its own DNS and network count, not the cluster's.",
    ),
    Advice(
        _PULL,
        r"toomanyrequests|rate limit|429",
        "That registry wants fewer pulls: wait, or set {image} to a copy.",
    ),
    Advice(
        _PULL,
        r"server gave HTTP response",
        "That registry speaks plain HTTP: homeport node-config --kubernetes-node-trust insecure shows how nodes are told.",
    ),
    Advice(_PULL, "", "Set {image} to an image that is there, then homeport apply."),
    Advice("InvalidImageName", "", "Set {image} to the name of an image, then homeport apply."),
    Advice(
        _CONFIG,
        r"secret|configmap|key",
        "homeport apply writes the Secrets and ConfigMaps of the stack again.",
    ),
    Advice(_CONFIG, r"non-root|runAsNonRoot", "The image runs as root: set {image} to another."),
    Advice(
        "OOMKilled",
        "",
        "It took more memory than it may: raise {memory}, then homeport apply.",
    ),
    Advice(
        "CrashLoopBackOff",
        r"AUTH_TOKEN|license|licence",
        "LocalStack starts with a token only, since March 2026: set cloud.auth_token, or cloud.engine to builtin; then homeport apply.",
    ),
    Advice(
        "CrashLoopBackOff|Error|StartError|ContainerCannotRun|RunContainerError",
        "",
        "homeport logs {component} --target kubernetes --previous shows what it wrote.",
    ),
    Advice(
        "FailedScheduling",
        r"Insufficient",
        "No node has so much left: free some, or lower the limits of {component} ({memory} and the processors beside it).",
    ),
    Advice(
        "FailedScheduling",
        r"volume node affinity",
        "Its volume is on a node that cannot take it: bring that node back (kubectl get nodes).",
    ),
    Advice(
        "FailedScheduling",
        r'persistentvolumeclaim "[^"]*" not found',
        "Its volume claim is gone: homeport apply makes it again.",
    ),
    Advice(
        "FailedScheduling",
        r"taint|unschedulable|no nodes available",
        "No node takes new pods: kubectl get nodes, then kubectl uncordon NODE.",
    ),
    Advice("FailedScheduling", "", "kubectl describe pod -n {namespace} {pod} shows each node."),
    Advice(
        "FailedMount",
        r"is not a socket file",
        "The nodes have no Docker socket there: set cloud.docker_socket to the right one, or to none "
        "(LocalStack then runs no functions of Lambda; the engine builtin does).",
    ),
    Advice(
        "FailedMount",
        r"not found|non-existent",
        "homeport apply writes the Secrets and ConfigMaps of the stack again.",
    ),
    Advice("FailedMount", "", "kubectl describe pod -n {namespace} {pod} shows what is tried."),
    Advice(
        "FailedAttachVolume",
        r"Multi-Attach",
        "Another node still has the volume: it is freed when the old pod has gone (kubectl get pods -n {namespace} -o wide).",
    ),
    Advice(
        "FailedAttachVolume", "", "kubectl describe pvc -n {namespace} {claim} shows its state."
    ),
    Advice(
        "ProvisioningFailed|FailedBinding",
        r"storageclass.* not found|no storage class",
        "Set kubernetes.storage_class to one of kubectl get storageclass, then homeport apply.",
    ),
    Advice(
        "ProvisioningFailed|FailedBinding|ClaimLost",
        "",
        "kubectl describe pvc -n {namespace} {claim} shows its state.",
    ),
    Advice(
        "FailedCreate",
        r"quota",
        "Raise the quota of the namespace (kubectl describe quota -n {namespace}), or lower {memory}.",
    ),
    Advice(
        "FailedCreate",
        r"PodSecurity",
        "The namespace allows no such pods: its label pod-security.kubernetes.io/enforce says what it allows.",
    ),
    Advice(
        "FailedCreate",
        r"terminated",
        "The namespace is still being deleted: apply again when it has gone (kubectl get namespace {namespace}).",
    ),
    Advice("FailedCreate", "", "kubectl describe replicaset -n {namespace} shows what is refused."),
    Advice(
        "IssuerNotFound|IssuerNotReady",
        "",
        "homeport doctor says what the issuer lacks; kubernetes.issuer names another.",
    ),
    Advice(
        "Expired",
        "",
        "It was not renewed: kubectl describe certificate -n {namespace} {name} says why.",
    ),
    Advice(
        "Failed|Denied|OrderFailed",
        r"\.local|rejectedIdentifier|acme",
        "No public authority signs names in .local: set kubernetes.issuer to a CA of your own, or domain to one that is yours.",
    ),
    Advice(
        "Failed|Denied|OrderFailed",
        "",
        "kubectl describe certificate -n {namespace} {name} shows each try; homeport doctor checks the issuer.",
    ),
    Advice("Evicted", "", "The node ran short of what the message names: kubectl describe nodes."),
    Advice(
        "ProgressDeadlineExceeded",
        "",
        "homeport logs {component} --target kubernetes shows what it does.",
    ),
)


def of(part: Part, reason: str, message: str, pod: str = "") -> str:
    """What to do; kubectl's own words where nothing better is known."""
    fitting = (
        advice.text
        for advice in TABLE
        if re.fullmatch(advice.reasons, reason) and re.search(advice.words, message, re.IGNORECASE)
    )
    text = next(fitting, "kubectl get events -n {namespace} shows what the cluster says.")
    return text.format(**part._asdict(), pod=pod)
