"""What is not as it should be, and keeps nothing from being ready."""

from __future__ import annotations

from homeport.stack.lifecycle import State
from homeport.targets.kubernetes.watching.faults import certificates, hints, pods
from homeport.targets.kubernetes.watching.report import Warned
from homeport.targets.kubernetes.watching.snapshot import Seen


def of(seen: Seen, state: State) -> tuple[Warned, ...]:
    """The warnings about a component."""
    found = [_edge(seen), certificates.warning(seen)]
    if state in {State.READY, State.RUNNING}:
        found.append(_killed(seen))
    return tuple(each for each in found if each is not None)


def _edge(seen: Seen) -> Warned | None:
    """https://docs.k3s.io/networking/networking-services#service-load-balancer"""
    given = ((seen.edge or {}).get("status") or {}).get("loadBalancer") or {}
    if seen.edge is None or seen.edge["spec"].get("type") != "LoadBalancer" or given.get("ingress"):
        return None
    return Warned(
        f"The Service {seen.part.edge} has no address: no load balancer gives it one, or another Service has its port.",
        "kubectl get services -A shows who has the port; cloud.edge = off does without it.",
    )


def _killed(seen: Seen) -> Warned | None:
    for pod in seen.pods:
        for row in pods.statuses(pod):
            ended = (row.get("lastState") or {}).get("terminated") or {}
            if ended.get("reason") == "OOMKilled":
                hint = hints.of(seen.part, "OOMKilled", "")
                return Warned("The container was ended before, as it took too much memory.", hint)
    return None
