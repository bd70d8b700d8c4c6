"""How programs log in as a robot, as texts to be copied. Where a text holds the secret, that is said beside it."""

from __future__ import annotations

import base64
import json
from typing import NamedTuple


class Snippet(NamedTuple):
    """One way."""

    title: str
    note: str
    text: str


def snippets(host: str, user: str, secret: str, name: str) -> list[Snippet]:
    """All ways, for a registry that clients call `host`."""
    return [
        Snippet(
            "Docker or podman",
            "It asks for the password: paste the secret there, so that no history of the shell has it.",
            f"docker login {host} --username {user}",
        ),
        Snippet(
            "A script",
            "With the secret in the environment, as secrets of CI are.",
            f'printf %s "$REGISTRY_SECRET" | docker login {host} --username {user} --password-stdin',
        ),
        Snippet(
            "GitHub Actions",
            "Keep the secret as REGISTRY_SECRET among the secrets of the repository. https://github.com/docker/login-action",
            _actions(host, user),
        ),
        Snippet(
            "GitLab CI",
            "Keep the secret as a masked variable REGISTRY_SECRET. https://docs.gitlab.com/ci/variables/",
            _gitlab(host, user),
        ),
        Snippet(
            "Kubernetes",
            "This holds the secret. Save it, run kubectl apply -f on it, delete it; then name it in pods, or in their service account."
            " https://kubernetes.io/docs/tasks/configure-pod-container/pull-image-private-registry/",
            _pull_secret(host, user, secret, name),
        ),
        Snippet(
            "In a Pod",
            "What goes into its specification.",
            f"imagePullSecrets:\n  - name: {resource(name)}",
        ),
        Snippet(
            "K3s",
            "This holds the secret. It goes into /etc/rancher/k3s/registries.yaml of each node. https://docs.k3s.io/installation/private-registry",
            _k3s(host, user, secret),
        ),
    ]


def resource(name: str) -> str:
    """A name that Kubernetes takes: https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-subdomain-names"""
    plain = "".join(letter if letter.isalnum() and letter.isascii() else "-" for letter in name)
    return f"registry-{plain.strip('-').lower()}"


def docker_config(host: str, user: str, secret: str) -> str:
    """What Docker keeps of a login, and Kubernetes takes.

    https://kubernetes.io/docs/concepts/configuration/secret/#docker-config-secrets
    """
    auth = base64.b64encode(f"{user}:{secret}".encode()).decode()
    entry = {"username": user, "password": secret, "auth": auth}
    return json.dumps({"auths": {host: entry}})


def _pull_secret(host: str, user: str, secret: str, name: str) -> str:
    config = base64.b64encode(docker_config(host, user, secret).encode()).decode()
    return "\n".join(
        [
            "apiVersion: v1",
            "kind: Secret",
            "metadata:",
            f"  name: {resource(name)}",
            "type: kubernetes.io/dockerconfigjson",
            "data:",
            f"  .dockerconfigjson: {config}",
        ]
    )


def _k3s(host: str, user: str, secret: str) -> str:
    return "\n".join(
        [
            "configs:",
            f"  {json.dumps(host)}:",
            "    auth:",
            f"      username: {json.dumps(user)}",
            f"      password: {json.dumps(secret)}",
        ]
    )


def _actions(host: str, user: str) -> str:
    return "\n".join(
        [
            "- uses: docker/login-action@v3",
            "  with:",
            f"    registry: {host}",
            f"    username: {user}",
            "    password: ${{ secrets.REGISTRY_SECRET }}",
        ]
    )


def _gitlab(host: str, user: str) -> str:
    return "\n".join(
        [
            "before_script:",
            f'  - printf %s "$REGISTRY_SECRET" | docker login {host} --username {user} --password-stdin',
        ]
    )
