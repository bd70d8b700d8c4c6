"""What settings mean together: what contradicts itself, and what a person should know."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from homeport.stack import settings


def conflicts(chosen: settings.Settings) -> list[str]:
    """What cannot be, each with what to do."""
    return [
        *_ports(chosen),
        *_certificates(chosen),
        *_users(chosen.registry),
        *_acme(chosen.ingress),
    ]


def _ports(chosen: settings.Settings) -> Iterator[str]:
    ports = {"registry.port": chosen.registry.port, "cloud.port": chosen.cloud.port}
    if chosen.registry.debug is not None:
        ports["registry.debug"] = chosen.registry.debug.port
    given = {
        "ingress.port": chosen.ingress.port,
        "ingress.plain_port": chosen.ingress.plain_port,
        "dns.port": chosen.dns.port,
        "ui.port": chosen.ui.port,
    }
    ports |= {name: port for name, port in given.items() if port is not None}
    seen: dict[int, str] = {}
    for name, port in ports.items():
        if port in seen:
            yield f"{seen[port]} and {name} are both {port}. Give one of them another port."
        seen.setdefault(port, name)


def _certificates(chosen: settings.Settings) -> Iterator[str]:
    its = chosen.registry
    yield from _halves("tls", chosen.tls.certificate, chosen.tls.key)
    yield from _halves("registry", its.certificate, its.key)
    if its.certificate is not None and its.key is not None and not its.tls:
        yield (
            "registry.certificate is given and registry.tls is off. Write registry.tls = true, or leave the certificate out."
        )


def _halves(group: str, certificate: Path | None, key: Path | None) -> Iterator[str]:
    given = {f"{group}.certificate": certificate, f"{group}.key": key}
    there = [name for name, path in given.items() if path is not None]
    missing = [name for name, path in given.items() if path is None]
    if there and missing:
        yield f"{there[0]} is given and {missing[0]} is not. Give both, or neither."


def _users(its: settings.Registry) -> Iterator[str]:
    if its.rules and not its.auth:
        yield (
            "registry.rules are given and registry.auth is off, where everyone may do everything. "
            "Write registry.auth = true, or leave the rules out."
        )


def _acme(its: settings.Ingress) -> Iterator[str]:
    if its.acme_email and not its.acme_provider:
        yield (
            "ingress.acme_email is given and ingress.acme_provider is not. Give both: a domain is proved to be yours by its DNS records."
        )


def remarks(chosen: settings.Settings) -> list[str]:
    """What is allowed, and better known."""
    found = []
    if not chosen.registry.tls:
        found.append("The registry speaks plain HTTP (registry.tls is off).")
    if not chosen.registry.auth:
        found.append("The registry lets everyone in (registry.auth is off).")
    return found
