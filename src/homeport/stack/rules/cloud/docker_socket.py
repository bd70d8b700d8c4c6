"""Docker socket access is required for Lambda execution."""

from __future__ import annotations

from collections.abc import Iterator

from homeport.stack.rules import objects
from homeport.stack.rules.cloud import choices, deployment
from homeport.stack.rules.rule import Cluster, Finding, Level, Object, Planned, Rule, Skipped


def on_plan(planned: Planned) -> Iterator[Finding]:
    """The socket of the node is mounted, and as a socket: where it is not there the pod says so."""
    _demand(planned)
    socket = planned.chosen.cloud.docker_socket
    if socket is None:
        yield Finding(
            "cloud.docker_socket is none: LocalStack starts, and no function of Lambda runs.",
            choices.functions(is_homeports=False),
            Level.WARNING,
        )
        return
    made = deployment.of(planned)
    volumes = [
        volume
        for volume in objects.volumes(made)
        if (volume.get("hostPath") or {}).get("path") == str(socket)
    ]
    if not any(objects.mounts(made, volume["name"]) for volume in volumes):
        yield Finding(
            f"The container of LocalStack does not see the Docker socket {socket}.",
            "This is a mistake of Homeport: homeport render shows the mounts.",
        )


def on_cluster(planned: Planned, cluster: Cluster) -> Iterator[Finding]:
    """The nodes run Docker; what another runtime has, has no such socket."""
    _demand(planned)
    socket = planned.chosen.cloud.docker_socket
    if socket is None:
        raise Skipped("cloud.docker_socket is none")
    nodes = cluster.list("v1", "Node")
    others = {_name(node): _runtime(node) for node in nodes if "docker" not in _runtime(node)}
    if not others:
        return
    said = ", ".join(f"{name} ({runtime})" for name, runtime in others.items())
    if len(others) == len(nodes):
        yield Finding(
            f"No node runs Docker, so that {socket} is not there: {said}. The pod of LocalStack would stay in ContainerCreating.",
            choices.functions(is_homeports=False),
        )
    else:
        yield Finding(
            f"Some nodes do not run Docker, and the pod of LocalStack does not start there: {said}.",
            choices.functions(is_homeports=False),
            Level.WARNING,
        )


def _demand(planned: Planned) -> None:
    if not deployment.is_upstream(planned.chosen):
        raise Skipped("the engine builtin runs functions without Docker")
    if "lambda" not in planned.chosen.cloud.services:
        raise Skipped("lambda is not among cloud.services")


def _name(node: Object) -> str:
    return str(node["metadata"]["name"])


def _runtime(node: Object) -> str:
    """https://kubernetes.io/docs/reference/node/node-status/#info"""
    info = (node.get("status") or {}).get("nodeInfo") or {}
    return str(info.get("containerRuntimeVersion") or "unknown")


RULE = Rule(
    id="cloud-docker-socket",
    title="Docker socket access is required for Lambda execution.",
    why=(
        "LocalStack starts a Docker container for each function. Nodes of K3s run containerd and have no Docker socket; a pod "
        "that mounts one that is not there never starts. Whoever has the socket is root on the node."
    ),
    hint="cloud.engine = builtin runs functions without Docker; cloud.docker_socket = none does without functions.",
    link="https://docs.localstack.cloud/aws/services/lambda/",
    plan=on_plan,
    cluster=on_cluster,
)
