"""registries.yaml of K3s, in which others have a part: what they have there is never lost.

The document is changed as text where that is possible, so that comments stay; what comes out is read again and must be what was
wanted. Otherwise it is written anew, and its comments are in the backup only.
https://docs.k3s.io/installation/private-registry
"""

from __future__ import annotations

from typing import Any

import yaml

from homeport import errors
from homeport.net.trust.files import splicing
from homeport.net.trust.hosts import Host

SECTIONS = ("mirrors", "configs")
HINT = "Nothing was changed. Mend or move that file, then run the command again."
_TRUST = ("ca_file", "insecure_skip_verify")


def with_registry(text: str, host: Host, config: dict[str, Any], where: str) -> str:
    """The document that has the registry, too. Raises `HomeportError` where it is none.

    Always in both sections: K3s 1.29 made an invalid file of one without the other (https://github.com/k3s-io/k3s/issues/9983).
    Credentials that somebody wrote there stay where `config` brings none.
    """
    data = _read(text, where)
    has_mirror, has_config = (_entry(data, name, host.key) for name in SECTIONS)
    others = [each for each in has_mirror.get("endpoint") or () if each != host.url]
    mirror = has_mirror | {"endpoint": [host.url, *others]}
    tls = {k: v for k, v in (has_config.get("tls") or {}).items() if k not in _TRUST}
    tls |= config.get("tls", {})
    made = has_config | config | ({"tls": tls} if tls else {})
    if not tls:
        made.pop("tls", None)
    goal = _with(_with(data, "mirrors", host.key, mirror), "configs", host.key, made)
    return _changed(text, data, goal, host.key)


def without_registry(text: str, host: Host, where: str) -> str:
    """The same without it; empty where nothing else is in it."""
    data = _read(text, where)
    goal = {name: _without(section, host.key) for name, section in data.items()}
    return _left(text, data, goal, host.key)


def with_authority(text: str, host: Host, file: str, where: str) -> str:
    """The document in which the registry is trusted by that file, and nothing else about it is changed.

    Raises `HomeportError` where somebody has it trusted in another way.
    """
    data = _read(text, where)
    mirror, config = (_entry(data, name, host.key) for name in SECTIONS)
    tls = config.get("tls") or {}
    other = next((name for name in _TRUST if tls.get(name) not in (None, False, file)), "")
    if other:
        raise errors.HomeportError(f"{where} has another {other} for {host.key}.", hint=HINT)
    goal = _with(data, "mirrors", host.key, mirror or {"endpoint": [host.url]})
    made = config | {"tls": dict(tls) | {"ca_file": file}}
    return _changed(text, data, _with(goal, "configs", host.key, made), host.key)


def trusting(text: str, file: str, where: str) -> list[Host]:
    """The registries that are trusted by that file."""
    configs = _read(text, where).get("configs") or {}
    found = {key: _entry({"configs": configs}, "configs", key).get("tls") for key in configs}
    return [
        Host.of(str(key))
        for key, tls in found.items()
        if isinstance(tls, dict) and tls.get("ca_file") == file
    ]


def without_authority(text: str, host: Host, file: str, where: str) -> str:
    """The same, in which the registry is not trusted by that file any more; what is not about that trust stays."""
    data = _read(text, where)
    mirror, config = (_entry(data, name, host.key) for name in SECTIONS)
    tls = dict(config.get("tls") or {})
    if tls.get("ca_file") != file:
        return text
    del tls["ca_file"]
    left = {k: v for k, v in config.items() if k != "tls"} | ({"tls": tls} if tls else {})
    if not left and mirror == {"endpoint": [host.url]}:
        return without_registry(text, host, where)
    return _changed(text, data, _with(data, "configs", host.key, left), host.key)


def _left(text: str, data: dict[str, Any], goal: dict[str, Any], key: str) -> str:
    goal = {name: section for name, section in goal.items() if section or not data[name]}
    return _changed(text, data, goal, key) if goal else ""


def _read(text: str, where: str) -> dict[str, Any]:
    try:
        doubled = splicing.doubled(text)
        data = yaml.safe_load(text) or {}
    except yaml.YAMLError as error:
        said = " ".join(str(error).split())
        raise errors.HomeportError(f"{where} is no YAML: {said}", hint=HINT) from error
    if doubled:
        raise errors.HomeportError(f"{where} has {doubled} twice.", hint=HINT)
    sections = (
        [data, *(data.get(name) or {} for name in SECTIONS)] if isinstance(data, dict) else [data]
    )
    if not all(isinstance(each, dict) for each in sections):
        raise errors.HomeportError(f"{where} is no registries.yaml of K3s.", hint=HINT)
    return dict(data)


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
    spliced = splicing.spliced(text, goal, SECTIONS, key)
    if spliced is not None and yaml.safe_load(spliced) == goal:
        return spliced
    return yaml.safe_dump(goal, sort_keys=False)
