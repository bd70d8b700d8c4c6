"""Files in which others have a part: what they have there is never lost.

A document is changed as text where that is possible, so that comments stay; what comes out is read again and must be what was wanted.
Otherwise it is written anew, and its comments are in the backup only.
"""

from __future__ import annotations

import json
from typing import Any

import yaml

from homeport import errors
from homeport.targets.kubernetes.nodes import forms, splicing
from homeport.targets.kubernetes.nodes.needed import Needed

_TRUST = ("ca_file", "insecure_skip_verify")
_HINT = "Nothing was changed. Mend or move that file, then run the command again."


def with_registry(text: str, wanted: Needed, where: str) -> str:
    """A registries.yaml of K3s that has the registry, too. Raises `HomeportError` where it is none.

    Credentials that somebody wrote there stay where we bring none.
    """
    data = _yaml(text, where)
    mirror, config = forms.k3s_entry(wanted)
    has_mirror, has_config = (_entry(data, name, wanted.key) for name in ("mirrors", "configs"))
    others = [each for each in has_mirror.get("endpoint") or () if each != wanted.url]
    mirror = has_mirror | {"endpoint": [wanted.url, *others]}
    tls = {k: v for k, v in (has_config.get("tls") or {}).items() if k not in _TRUST}
    tls |= config.pop("tls", {})
    config = has_config | config | ({"tls": tls} if tls else {})
    if not tls:
        config.pop("tls", None)
    goal = _with(_with(data, "mirrors", wanted.key, mirror), "configs", wanted.key, config)
    return _changed(text, data, goal, wanted.key)


def without_registry(text: str, wanted: Needed, where: str) -> str:
    """The same without it; empty where nothing else is in it."""
    data = _yaml(text, where)
    goal = {name: _without(section, wanted.key) for name, section in data.items()}
    goal = {name: section for name, section in goal.items() if section or not data[name]}
    return _changed(text, data, goal, wanted.key) if goal else ""


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


def _yaml(text: str, where: str) -> dict[str, Any]:
    try:
        doubled = splicing.doubled(text)
        data = yaml.safe_load(text) or {}
    except yaml.YAMLError as error:
        said = " ".join(str(error).split())
        raise errors.HomeportError(f"{where} is no YAML: {said}", hint=_HINT) from error
    if doubled:
        raise errors.HomeportError(f"{where} has {doubled} twice.", hint=_HINT)
    sections = (
        [data, *(data.get(name) or {} for name in ("mirrors", "configs"))]
        if isinstance(data, dict)
        else [data]
    )
    if not all(isinstance(each, dict) for each in sections):
        raise errors.HomeportError(f"{where} is no registries.yaml of K3s.", hint=_HINT)
    return dict(data)


def _json(text: str, where: str) -> dict[str, Any]:
    try:
        data = json.loads(text) if text.strip() else {}
    except ValueError as error:
        raise errors.HomeportError(f"{where} is no JSON: {error}", hint=_HINT) from error
    if not isinstance(data, dict):
        raise errors.HomeportError(f"{where} is no daemon.json of Docker.", hint=_HINT)
    return data


def _entry(data: dict[str, Any], section: str, key: str) -> dict[str, Any]:
    found = (data.get(section) or {}).get(key) or {}
    return dict(found) if isinstance(found, dict) else {}


def _with(data: dict[str, Any], section: str, key: str, entry: dict[str, Any]) -> dict[str, Any]:
    return data | {section: (data.get(section) or {}) | {key: entry}}


def _without(section: Any, key: str) -> Any:
    return {k: v for k, v in section.items() if k != key} if isinstance(section, dict) else section


def _changed(text: str, data: dict[str, Any], goal: dict[str, Any], key: str) -> str:
    if goal == data:
        return text
    spliced = splicing.spliced(text, goal, ("mirrors", "configs"), key)
    if spliced is not None and yaml.safe_load(spliced) == goal:
        return spliced
    return yaml.safe_dump(goal, sort_keys=False)
