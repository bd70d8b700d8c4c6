"""Faults of the certificate, in cert-manager's words.

https://cert-manager.io/docs/troubleshooting/
"""

from __future__ import annotations

from homeport.targets.kubernetes.objects import kinds
from homeport.targets.kubernetes.objects.kinds import Object
from homeport.targets.kubernetes.watching import events, snapshot
from homeport.targets.kubernetes.watching.faults.fault import Fault
from homeport.targets.kubernetes.watching.report import Warned
from homeport.targets.kubernetes.watching.snapshot import Seen

PATIENCE_S = 60
"""How long an issuer may be missing or not ready: those that are made in the same apply need a moment."""

_COMPLAINTS = ("IssuerNotFound", "IssuerNotReady", "OrderFailed", "Denied", "Failed")


def is_good(seen: Seen) -> bool:
    """Whether there is a certificate that holds."""
    return snapshot.condition(seen.certificate, "Ready").get("status") == "True" and not _is_over(
        seen
    )


def find(seen: Seen) -> Fault | None:
    """The fault of the component's certificate."""
    certificate = seen.certificate
    if certificate is None or is_good(seen):
        return None
    if _is_over(seen):
        until = certificate["status"]["notAfter"]
        return Fault("Expired", f"Certificate expired on {until}.", events.seconds(until))
    refused = _refused(certificate)
    if refused is not None:
        return refused
    event = complaint(seen)
    begun = snapshot.created(certificate)
    if event is None or begun is None or seen.now - begun < PATIENCE_S:
        return None
    return Fault(event["reason"], event.get("message") or "", events.first(event))


def waiting(seen: Seen) -> Fault:
    """What is being waited for, while it is no fault."""
    row = snapshot.condition(seen.certificate, "Ready")
    event = complaint(seen)
    reason = event["reason"] if event else row.get("reason") or "Issuing"
    message = (event.get("message") if event else row.get("message")) or ""
    return Fault(reason, message, snapshot.moved(row))


def warning(seen: Seen) -> Warned | None:
    """A renewal that failed while the certificate still holds."""
    refused = _refused(seen.certificate) if seen.certificate and is_good(seen) else None
    if refused is None:
        return None
    where = f"kubectl describe certificate -n {seen.part.namespace} {seen.part.name}"
    return Warned(f"The certificate could not be renewed: {refused.message}", f"{where} says why.")


def complaint(seen: Seen) -> Object | None:
    """The last complaint about one of the requests for it; the Certificate itself does not tell of an issuer that is missing."""
    name = f"{seen.part.name}-"
    told = [
        event
        for event in seen.snapshot.objects.get(kinds.EVENT, ())
        if _is_request(event, name, seen.part.namespace)
        and events.last(event) >= (snapshot.created(seen.certificate) or 0.0)
    ]
    return events.newest(told, _COMPLAINTS)


def _is_request(event: Object, beginning: str, namespace: str) -> bool:
    """Whether it is about `registry-1` or an order below it, and not about one of `registry-ui`."""
    about = event.get("involvedObject") or {}
    rest = str(about.get("name", "")).removeprefix(beginning)
    return (
        about.get("kind") in events.REQUESTS
        and about.get("namespace", "") == namespace
        and about.get("name", "").startswith(beginning)
        and rest[:1].isdigit()
    )


def _refused(certificate: Object) -> Fault | None:
    row = snapshot.condition(certificate, "Issuing")
    if row.get("status") != "False" or not row.get("reason"):
        return None
    return Fault(row["reason"], row.get("message") or "", snapshot.moved(row))


def _is_over(seen: Seen) -> bool:
    end = events.seconds(((seen.certificate or {}).get("status") or {}).get("notAfter"))
    return end is not None and end <= seen.now
