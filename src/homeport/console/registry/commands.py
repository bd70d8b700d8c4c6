"""Commands by which an image is pulled and pushed, ready to be copied. Names and tags have passed their grammar, so they need no quotes."""

from __future__ import annotations

import urllib.parse
from typing import NamedTuple

from homeport.console.options import Options
from homeport.console.registry.reading.address import Address
from homeport.console.visit import Visit

PULL_SECRET = "homeport"  # noqa: S105 - the name of an object of Kubernetes
"""https://kubernetes.io/docs/tasks/configure-pod-container/pull-image-private-registry/"""


class Command(NamedTuple):
    """What one client is told."""

    client: str
    text: str

    @property
    def is_long(self) -> bool:
        """Whether it has several lines."""
        return "\n" in self.text


def host(options: Options) -> str:
    """What commands name: the registry as people reach it."""
    return options.registry_host or urllib.parse.urlsplit(options.registry.url).netloc


def pull(visit: Visit, address: Address, kind: str) -> list[Command]:
    """How each client gets it; the first one is the one for this kind."""
    whole = f"{host(visit.options)}/{address.text}"
    if kind == "helm":
        return [
            *_helm(visit, address),
            Command("oras", f"oras pull {whole}"),
            _skopeo(whole, address),
        ]
    if kind not in {"image", "index"}:
        return [Command("oras", f"oras pull {whole}"), _skopeo(whole, address)]
    name = visit.who.name
    return [
        Command("docker", f"docker pull {whole}"),
        Command("podman", f"podman pull {whole}"),
        Command("nerdctl", f"nerdctl pull {whole}"),
        # It asks for the password: https://github.com/containerd/containerd/blob/main/docs/hosts.md
        Command(
            "ctr",
            f"ctr images pull --user {name} {whole}"
            if _is_plain(name)
            else f"ctr images pull {whole}",
        ),
        Command("crictl", f"crictl pull {whole}"),
        _skopeo(whole, address),
        Command("buildah", f"buildah pull {whole}"),
        Command("Dockerfile", f"FROM {whole}"),
        Command("Kubernetes", pod(whole, address)),
        Command("Pull secret", secret(visit)),
    ]


def push(visit: Visit, name: str) -> list[Command]:
    """How a first image comes here."""
    whole = f"{host(visit.options)}/{name}:latest"
    return [
        Command(
            "docker",
            f"docker login {host(visit.options)}\ndocker tag IMAGE {whole}\ndocker push {whole}",
        ),
        Command("podman", f"podman login {host(visit.options)}\npodman push IMAGE {whole}"),
        Command("skopeo", f"skopeo copy docker://docker.io/library/alpine:latest docker://{whole}"),
        Command(
            "helm",
            f"helm push CHART.tgz oci://{host(visit.options)}/{name.rpartition('/')[0] or 'charts'}",
        ),
        Command("oras", f"oras push {whole} FILE"),
    ]


def pod(whole: str, address: Address) -> str:
    """A Pod that runs it: https://kubernetes.io/docs/concepts/containers/images/#specifying-imagepullsecrets-on-a-pod"""
    name = address.name.rpartition("/")[2].replace("_", "-").replace(".", "-")[:63].strip("-")
    lines = (
        "apiVersion: v1",
        "kind: Pod",
        "metadata:",
        f"  name: {name}",
        "spec:",
        "  imagePullSecrets:",
        f"    - name: {PULL_SECRET}",
        "  containers:",
        f"    - name: {name}",
        f"      image: {whole}",
    )
    return "\n".join(lines)


def secret(visit: Visit) -> str:
    """What the Pod's `imagePullSecrets` names; the password is read from the terminal, so that no history has it."""
    name = visit.who.name if _is_plain(visit.who.name) else "NAME"
    return (
        "read -rs PASSWORD\n"
        f"kubectl create secret docker-registry {PULL_SECRET} \\\n"
        f"    --docker-server={host(visit.options)} \\\n"
        f'    --docker-username={name} --docker-password="$PASSWORD"'
    )


def _helm(visit: Visit, address: Address) -> list[Command]:
    chart = f"oci://{host(visit.options)}/{address.name}"
    # Helm writes the + of a version as _, which a tag can have: https://helm.sh/docs/topics/registries/#oci-feature-deprecation-and-behavior-changes-with-v370
    version = address.reference.replace("_", "+")
    what = f"{chart}@{address.reference}" if address.is_digest else f"{chart} --version {version}"
    release = address.name.rpartition("/")[2].replace("_", "-").replace(".", "-")
    return [
        Command("helm", f"helm pull {what}"),
        Command("helm install", f"helm install {release} {what}"),
    ]


def _skopeo(whole: str, address: Address) -> Command:
    folder = address.name.rpartition("/")[2]
    return Command("skopeo", f"skopeo copy docker://{whole} oci:{folder}")


def _is_plain(name: str) -> bool:
    return name.isascii() and name.replace("-", "").replace("_", "").replace(".", "").isalnum()
