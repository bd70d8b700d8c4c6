"""Events of the cluster: which are kept, and when they happened.

https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/event-v1/
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable

from homeport.targets.kubernetes.objects.kinds import Object
from homeport.targets.kubernetes.watching.parts import Part

REASONS = frozenset(
    {
        *("FailedScheduling", "Scheduled", "FailedMount", "FailedAttachVolume", "FailedCreate"),
        *("SuccessfulAttachVolume", "Pulling", "Pulled", "Created", "Started", "Failed"),
        *("ProvisioningFailed", "ProvisioningSucceeded", "Provisioning", "ExternalProvisioning"),
        *("WaitForFirstConsumer", "FailedBinding", "Unhealthy", "BackOff", "Evicted"),
        *("FailedCreatePodSandBox", "SuccessfulCreate", "IssuerNotFound", "IssuerNotReady"),
        *("Denied", "OrderFailed", "Preempting", "NodeNotReady"),
    }
)
"""What says something of a state. The rest is not kept."""

REQUESTS = ("CertificateRequest", "Order", "Challenge")
"""The objects by which cert-manager gets a certificate; their names begin with the Certificate's.
https://cert-manager.io/docs/usage/certificaterequest/"""

LIMIT = 1000
"""The most that are kept: those of pods that are gone go first, as they are the oldest."""


def seconds(text: str | None) -> float | None:
    """A time of the API in seconds since the epoch. https://www.rfc-editor.org/rfc/rfc3339"""
    return datetime.datetime.fromisoformat(text).timestamp() if text else None


def last(event: Object) -> float:
    """When it happened the last time. Some have a series or an `eventTime` only, as those of the scheduler."""
    times = (
        (event.get("series") or {}).get("lastObservedTime"),
        event.get("lastTimestamp"),
        event.get("eventTime"),
        event["metadata"].get("creationTimestamp"),
    )
    return next((found for found in map(seconds, times) if found is not None), 0.0)


def first(event: Object) -> float:
    """When it happened the first time."""
    times = (event.get("firstTimestamp"), event.get("eventTime"))
    return next((found for found in map(seconds, times) if found is not None), last(event))


def newest(events: Iterable[Object], reasons: Collection[str]) -> Object | None:
    """The last one of some reasons."""
    return max((e for e in events if e.get("reason") in reasons), key=last, default=None)


def holds(events: Collection[Object], reason: str, ended_by: Collection[str]) -> Object | None:
    """The last event of a reason, unless one came since (or in the same second) that ends it."""
    found, end = newest(events, {reason}), newest(events, ended_by)
    if found is None or (end is not None and last(end) >= last(found)):
        return None
    return found


def concerns(event: Object, parts: Iterable[Part]) -> bool:
    """Whether an event may say something of a component: a namespace can have thousands of others."""
    about = event.get("involvedObject") or {}
    name, namespace = about.get("name", ""), about.get("namespace", "")
    return event.get("reason") in REASONS and any(
        part.namespace == namespace and name.startswith((part.name, part.claim or part.name))
        for part in parts
    )


def key(event: Object) -> tuple[str, str, str, str]:
    """What an event is about. Of those with one key the newest is kept."""
    about = event.get("involvedObject") or {}
    return (
        about.get("uid", ""),
        about.get("name", ""),
        event.get("reason", ""),
        event.get("message", "")[:40],
    )
