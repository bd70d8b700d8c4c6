"""A credential plugin: a program that prints who we are.

https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

NEVER, IF_AVAILABLE, ALWAYS = "Never", "IfAvailable", "Always"
MODES = (NEVER, IF_AVAILABLE, ALWAYS)
"""https://kubernetes.io/docs/reference/config-api/client-authentication.v1/#client-authentication-k8s-io-v1-ExecCredentialSpec"""


@dataclass(frozen=True, slots=True)
class Program:
    """What is to be run. Arguments and environment may hold secrets: only the command is ever told to a person."""

    command: str
    """A name that is looked for in PATH, or a path."""
    arguments: tuple[str, ...] = field(default=(), repr=False)
    environment: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    api_version: str = ""
    interactive: str = IF_AVAILABLE
    cluster: Mapping[str, Any] | None = field(default=None, repr=False)
    """What it is told of the cluster; None where it does not ask."""
    install_hint: str = ""
