"""Which CA is meant, under which name the stores have it, and at which addresses the registry is reached."""

from __future__ import annotations

import datetime
import hashlib
import importlib
from pathlib import Path
from typing import Protocol

from homeport import clock, errors
from homeport.cli import arguments
from homeport.net import files as paths
from homeport.net import names
from homeport.net.trust import authority
from homeport.net.trust.authority import Authority
from homeport.net.trust.contract import K3S_CA, Wanted
from homeport.net.trust.files import writing
from homeport.net.trust.hosts import Host
from homeport.stack import folders, settings

_CLUSTER = "homeport.cli.kubernetes.node_config"
"""Loaded only where the CA is that of a cluster."""
_NO_PRIVILEGES = 8443
"""Where the ingress listens if the user may not on 443."""


class _Cluster(Protocol):
    def authority(self, given: arguments.Given) -> str:
        """The CA, PEM; empty where its issuer names none."""


def wanted(given: arguments.Given, chosen: settings.Settings) -> Wanted:
    """What is to be installed, or taken away. Raises `HomeportError` where there is no CA that can be used."""
    found = _authority(given, chosen)
    if found is not None and not given["undo"]:
        now = datetime.datetime.fromtimestamp(clock.SystemClock().now(), datetime.UTC)
        authority.check(found, _named(found), now)
    return Wanted(
        slot=_slot(given, chosen, found),
        authority=found,
        hosts=tuple(dict.fromkeys(_hosts(chosen))),
        k3s_file=str(chosen.kubernetes.node_ca or K3S_CA),
        is_undo=given["undo"],
    )


def _authority(given: arguments.Given, chosen: settings.Settings) -> Authority | None:
    file: Path | None = given["ca_file"]
    if file is not None:
        return _read(file.absolute())
    if chosen.target == settings.KUBERNETES:
        return _of_cluster(given)
    if chosen.tls.certificate is not None and not given["undo"]:
        raise errors.HomeportError(
            f"The certificate is your own ({chosen.tls.certificate}), and whose CA signed it is not known here.",
            hint="--ca-file FILE names that CA, if it is none that everybody trusts.",
        )
    path = paths.ca(folders.of(chosen).certificates).certificate
    if given["undo"] and not path.exists():
        return None
    return _read(
        path, hint="homeport up makes it; --data names another data folder, --ca-file a CA."
    )


def _of_cluster(given: arguments.Given) -> Authority:
    cluster: _Cluster = importlib.import_module(_CLUSTER)
    text = cluster.authority(given)
    if not text:
        raise errors.HomeportError(
            "The issuer of the registry's certificate names no CA: it is one that everybody trusts, or nobody knows.",
            hint="--ca-file takes it from a file.",
        )
    return authority.read(text.encode(), "The CA of the cluster")


def _read(path: Path, hint: str = "") -> Authority:
    content = writing.content_of(path)
    if content is None:
        raise errors.HomeportError(f"There is no CA: {path} does not exist.", hint=hint)
    return authority.read(content, str(path), path)


def _named(found: Authority) -> str:
    return str(found.source) if found.source else "The CA of the cluster"


def _slot(given: arguments.Given, chosen: settings.Settings, found: Authority | None) -> str:
    """The same for the same stack, so that its next CA takes the place of this one; a file stands for itself."""
    if given["ca_file"] is not None and found is not None:
        seed = found.fingerprint
    elif chosen.target == settings.KUBERNETES:
        its = chosen.kubernetes
        seed = f"kubernetes {its.context} {its.name} {chosen.domain}"
    else:
        seed = f"local {folders.of(chosen).certificates.resolve()}"
    return f"homeport-{hashlib.sha256(seed.encode()).hexdigest()[:8]}"


def _hosts(chosen: settings.Settings) -> list[Host]:
    """The registry by its name through the ingress, and the port that it listens on itself."""
    name = chosen.hosts.registry
    if chosen.target == settings.KUBERNETES:
        return [Host(name)]
    found: list[Host] = []
    if chosen.ingress.enabled != "false":
        # Which of the two `auto` becomes depends on who starts it, which may be another user.
        ports = (chosen.ingress.port,) if chosen.ingress.port else (443, _NO_PRIVILEGES)
        found += [Host(name, port) for port in ports]
    if chosen.registry.tls:
        direct = chosen.registry.host
        is_near = names.is_wildcard(direct) or direct.startswith("127.") or direct == "::1"
        found.append(Host("localhost" if is_near else direct, chosen.registry.port))
        if chosen.ingress.enabled == "false":
            found.append(Host(name, chosen.registry.port))
    return found
