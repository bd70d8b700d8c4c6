"""Files of a node in which others have a part: what they have there is never lost."""

from __future__ import annotations

import json
from typing import Any

from homeport import errors
from homeport.net.trust.files import registries
from homeport.targets.kubernetes.nodes import forms
from homeport.targets.kubernetes.nodes.needed import Needed


def with_registry(text: str, wanted: Needed, where: str) -> str:
    """A registries.yaml of K3s that has the registry, too. Raises `HomeportError` where it is none.

    Credentials that somebody wrote there stay where we bring none.
    """
    return registries.with_registry(text, wanted.address, forms.k3s_config(wanted), where)


def without_registry(text: str, wanted: Needed, where: str) -> str:
    """The same without it; empty where nothing else is in it."""
    return registries.without_registry(text, wanted.address, where)


def with_insecure(text: str, wanted: Needed, where: str) -> str:
    """A daemon.json of Docker that lets the registry be asked without trust."""
    data = _json(text, where)
    listed = list(data.get("insecure-registries") or ())
    if wanted.key in listed:
        return text
    return _dumped(data | {"insecure-registries": [*listed, wanted.key]})


def without_insecure(text: str, wanted: Needed, where: str) -> str:
    """The same without it; empty where nothing else is in it."""
    data = _json(text, where)
    left = [each for each in data.get("insecure-registries") or () if each != wanted.key]
    rest = {name: value for name, value in data.items() if name != "insecure-registries"}
    rest |= {"insecure-registries": left} if left else {}
    if rest == data:
        return text
    return _dumped(rest) if rest else ""


def _dumped(data: dict[str, Any]) -> str:
    return json.dumps(data, indent=2) + "\n"


def _json(text: str, where: str) -> dict[str, Any]:
    try:
        data = json.loads(text) if text.strip() else {}
    except ValueError as error:
        raise errors.HomeportError(f"{where} is no JSON: {error}", hint=registries.HINT) from error
    if not isinstance(data, dict):
        raise errors.HomeportError(f"{where} is no daemon.json of Docker.", hint=registries.HINT)
    return data
