"""Each name shows a certificate that is trusted, its own and good for a while."""

from __future__ import annotations

from collections.abc import Iterator

from homeport.stack.rules.rule import Certificate, Finding, Level, Planned, Rule, Running

SOON_S = 7 * 86_400.0
"""cert-manager renews when two thirds of the time are over, and Homeport 30 days before the end: what is nearer was forgotten.
https://cert-manager.io/docs/usage/certificate/#issuance-triggers"""


def on_running(planned: Planned, running: Running) -> Iterator[Finding]:
    """The chain is verified, the name is in it, and it does not end soon."""
    chosen = planned.chosen
    hosts = [chosen.hosts.registry, chosen.hosts.cloud]
    if chosen.ui.enabled and running.is_reached(chosen.hosts.ui):
        hosts.append(chosen.hosts.ui)
    for host in hosts:
        yield from _judged(host, running.certificate(host), running.now())


def _judged(host: str, shown: Certificate, now: float) -> Iterator[Finding]:
    if not any(_is_named(host, name) for name in shown.names):
        yield Finding(
            f"The certificate of {host} is for {', '.join(shown.names) or 'no name'}.",
            "The Certificate's dnsNames must have it: homeport plan shows what changed.",
        )
    left_s = shown.ends - now
    life_s = shown.ends - shown.begins
    if left_s < min(SOON_S, life_s / 3):
        yield Finding(
            f"The certificate of {host} ends in {left_s / 86_400:.1f} days, and was not renewed.",
            "kubectl get certificate -A, and homeport logs of cert-manager; on this machine a start of the stack renews it.",
            Level.WARNING,
        )


def _is_named(host: str, name: str) -> bool:
    """https://www.rfc-editor.org/rfc/rfc9525#section-6.3"""
    return name == host or (name.startswith("*.") and host.partition(".")[2] == name[2:])


RULE = Rule(
    id="ingress-certificates",
    title="Each name shows a certificate that is trusted, names it, and does not end soon.",
    why="Docker, containerd and AWS clients refuse anything else, with words that few understand.",
    hint="kubectl get certificate -A shows which one is not ready, and why.",
    link="https://www.rfc-editor.org/rfc/rfc5280#section-6",
    running=on_running,
)
