"""Ports and protocols.

https://github.com/kubernetes/kubernetes/blob/v1.35.0/staging/src/k8s.io/apimachinery/pkg/util/validation/validation.go
"""

from __future__ import annotations

import re

from tests.apiserver.rules import found
from tests.apiserver.rules.found import Causes

PROTOCOLS = ("SCTP", "TCP", "UDP")
OUT_OF_RANGE = "must be between 1 and 65535, inclusive"
NAME_LIMIT = 15


def number(path: str, port: int) -> Causes:
    """A port's number."""
    if not 1 <= port <= 65535:
        yield found.invalid(path, port, OUT_OF_RANGE)


def name(path: str, port: str) -> Causes:
    """A port's name: https://www.rfc-editor.org/rfc/rfc6335#section-5.1"""
    if len(port) > NAME_LIMIT:
        yield found.invalid(path, port, f"must be no more than {NAME_LIMIT} characters")
    if re.fullmatch("[-a-z0-9]+", port) is None:
        yield found.invalid(
            path, port, "must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)"
        )
    if re.search("[a-z]", port) is None:
        yield found.invalid(path, port, "must contain at least one letter (a-z)")
    if "--" in port:
        yield found.invalid(path, port, "must not contain consecutive hyphens")
    if port[:1] == "-" or port[-1:] == "-":
        yield found.invalid(path, port, "must not begin or end with a hyphen")


def number_or_name(path: str, port: int | str) -> Causes:
    """What a service or a probe points to."""
    yield from name(path, port) if isinstance(port, str) else number(path, port)


def protocol(path: str, given: str | None) -> Causes:
    """One of three."""
    if given not in PROTOCOLS:
        yield found.unsupported(path, given, PROTOCOLS)
