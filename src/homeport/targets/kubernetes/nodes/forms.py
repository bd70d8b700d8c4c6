"""The files of a node, in the form of what runs its containers.

K3s: https://docs.k3s.io/installation/private-registry
containerd: https://github.com/containerd/containerd/blob/main/docs/hosts.md
Docker: https://docs.docker.com/engine/security/certificates/
podman and CRI-O: https://github.com/containers/image/blob/main/docs/containers-certs.d.5.md
"""

from __future__ import annotations

import base64
import enum
import json
from collections.abc import Callable, Mapping
from pathlib import PurePosixPath
from typing import Any, NamedTuple

from homeport.net.trust.stores import containerd, k3s
from homeport.targets.kubernetes.nodes import needed
from homeport.targets.kubernetes.nodes.needed import Needed

PUBLIC, PRIVATE = 0o644, 0o600


class Merge(enum.Enum):
    """What is done with a file that is there."""

    REPLACE = "replace"
    """It is ours alone."""
    K3S = "k3s"
    """Others have a part in it: `mirrors` and `configs` by registry."""
    DOCKER = "docker"
    """Others have a part in it: `insecure-registries`."""


class File(NamedTuple):
    """One file of a node."""

    path: PurePosixPath
    text: str
    mode: int = PUBLIC
    merge: Merge = Merge.REPLACE


class Form(NamedTuple):
    """One of the ways."""

    files: Callable[[Needed], tuple[File, ...]]
    reload: str
    """What has to be done for it to be read."""
    check: str
    """How it is tried; `{}` is the registry."""
    login: str = ""
    """How it gets credentials, where not by a file of ours."""


K3S_FILE = PurePosixPath(k3s.FILE)
CONTAINERD = PurePosixPath(containerd.FOLDER)
DOCKER = PurePosixPath("/etc/docker")
CONTAINERS = PurePosixPath("/etc/containers")


def k3s_config(wanted: Needed) -> dict[str, Any]:
    """The registry in `configs`."""
    config: dict[str, Any] = {}
    if wanted.password:
        config["auth"] = {"username": wanted.user, "password": wanted.password}
    if wanted.trust == needed.CA:
        config["tls"] = {"ca_file": str(wanted.ca_path)}
    elif wanted.trust == needed.INSECURE:
        config["tls"] = {"insecure_skip_verify": True}
    return config


def _k3s(wanted: Needed) -> tuple[File, ...]:
    config = k3s_config(wanted)
    key = json.dumps(wanted.key) if ":" in wanted.key else wanted.key
    lines = ["mirrors:", f"  {key}:", f"    endpoint: {json.dumps([wanted.url])}", "configs:"]
    lines += [f"  {key}:" if config else f"  {key}: {{}}"]
    for part, values in config.items():
        lines += [f"    {part}:"]
        lines += [
            f"      {name}: {json.dumps(value, ensure_ascii=False)}"
            for name, value in values.items()
        ]
    if not wanted.password:
        user = json.dumps(wanted.user)
        lines += [
            f"    # auth: {{username: {user}, password: ...}}  (homeport node-config --with-password)"
        ]
    text = "".join(f"{line}\n" for line in lines)
    mode = PRIVATE if wanted.password else PUBLIC
    return (File(K3S_FILE, text, mode, Merge.K3S), *_ca(wanted, wanted.ca_path))


def _containerd(wanted: Needed) -> tuple[File, ...]:
    folder = CONTAINERD / wanted.key
    trust = {
        needed.CA: containerd.TRUST,
        needed.INSECURE: "skip_verify = true\n",
        needed.SYSTEM: "",
    }[wanted.trust]
    text = containerd.hosts_toml(wanted.address, trust)
    text += _header(f'[host."{wanted.url}".header]', wanted) + _header("[header]", wanted)
    mode = PRIVATE if wanted.password else PUBLIC
    return (File(folder / "hosts.toml", text, mode), *_ca(wanted, folder / "ca.crt"))


def _header(table: str, wanted: Needed) -> str:
    if not wanted.password:
        return ""
    word = base64.b64encode(f"{wanted.user}:{wanted.password}".encode()).decode()
    return f'\n{table}\n  authorization = "Basic {word}"\n'


def _docker(wanted: Needed) -> tuple[File, ...]:
    if wanted.trust == needed.INSECURE:
        text = json.dumps({"insecure-registries": [wanted.key]}, indent=2)
        return (File(DOCKER / "daemon.json", f"{text}\n", PUBLIC, Merge.DOCKER),)
    return _ca(wanted, DOCKER / "certs.d" / wanted.key / "ca.crt")


def _containers(wanted: Needed) -> tuple[File, ...]:
    is_insecure = "true" if wanted.trust == needed.INSECURE else "false"
    text = f'[[registry]]\nlocation = "{wanted.key}"\ninsecure = {is_insecure}\n'
    file = CONTAINERS / "registries.conf.d" / f"50-{wanted.host}.conf"
    return (File(file, text), *_ca(wanted, CONTAINERS / "certs.d" / wanted.key / "ca.crt"))


def _ca(wanted: Needed, path: PurePosixPath) -> tuple[File, ...]:
    return (File(path, wanted.ca),) if wanted.trust == needed.CA else ()


FORMS: Mapping[str, Form] = {
    "k3s": Form(
        _k3s,
        "K3s reads it when it starts: systemctl restart k3s (on agents: k3s-agent). Pods go on running.",
        "k3s crictl pull {}/NAME:TAG",
    ),
    "containerd": Form(
        _containerd,
        'containerd reads it at each pull, where its config.toml has config_path = "/etc/containerd/certs.d"'
        " in the registry table of the CRI plugin; a change of config.toml needs a restart.",
        "crictl pull {}/NAME:TAG (or ctr images pull --hosts-dir /etc/containerd/certs.d {}/NAME:TAG)",
    ),
    "docker": Form(
        _docker,
        "Docker reads certs.d at each pull; a change of daemon.json needs systemctl reload docker.",
        "docker pull {}/NAME:TAG",
        "docker login {}",
    ),
    "podman": Form(
        _containers,
        "podman reads it at each pull.",
        "podman pull {}/NAME:TAG",
        "podman login {}",
    ),
    "crio": Form(
        _containers,
        "CRI-O reads it after systemctl reload crio.",
        "crictl pull {}/NAME:TAG",
        "podman login --authfile /etc/crio/auth.json {} (global_auth_file in crio.conf names that file)",
    ),
}


def pull_secret(wanted: Needed, name: str = "homeport-registry") -> str:
    """The Secret by which pods pull where nodes have no credentials, as YAML.

    https://kubernetes.io/docs/tasks/configure-pod-container/pull-image-private-registry/
    """
    login = {"username": wanted.user, "password": wanted.password or "PASSWORD"}
    content = json.dumps({"auths": {wanted.key: login}})
    quoted = content.replace("'", "''")
    return (
        f"apiVersion: v1\nkind: Secret\nmetadata:\n  name: {name}\n"
        f"type: kubernetes.io/dockerconfigjson\nstringData:\n  .dockerconfigjson: '{quoted}'\n"
    )
