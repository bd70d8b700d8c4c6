"""What is to be exported: objects and names, as `homeport.cli` finds them in the settings."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from typing import NamedTuple

from homeport.tofu.export.needs import Object


class Form(enum.StrEnum):
    """How objects become resources."""

    RESOURCES = "resources"
    """As the resources that the provider has for their kinds; custom kinds as `kubernetes_manifest`."""
    MANIFEST = "manifest"
    """As `kubernetes_manifest`, word for word what Homeport applies; but not namespaces, volumes and what holds a secret."""


class Names(NamedTuple):
    """The records that a Pi-hole is to have."""

    url: str
    """Where the Pi-hole is."""
    target: str
    aliases: tuple[str, ...]
    address: str
    """Of the target; empty where it is not known yet."""


class Wanted(NamedTuple):
    """A stack and how it is written."""

    stack: str
    objects: tuple[Object, ...]
    """As they are applied. What is inside of Secrets is not read."""
    endpoints: Mapping[str, str]
    """URLs by component."""
    timeout_s: int
    kubeconfig: str = "~/.kube/config"
    context: str = ""
    names: Names | None = None
    form: Form = Form.RESOURCES
