"""The exposure of `localstack-edge` is known and wanted."""

from __future__ import annotations

from collections.abc import Iterator

from homeport.stack.rules.rule import Finding, Level, Planned, Rule, Skipped

SERVICE = "localstack-edge"


def on_plan(planned: Planned) -> Iterator[Finding]:
    """Somebody has said yes, and knows to whom."""
    its = planned.chosen.cloud
    if its.edge == "off":
        raise Skipped("cloud.edge is off")
    whom = ", ".join(its.edge_networks) or "everyone who reaches a node"
    root = (
        " With the Docker socket mounted, that is root on the node."
        if its.engine != "builtin" and its.docker_socket is not None
        else ""
    )
    text = f"{SERVICE} opens an AWS without a password, over plain HTTP, at port {its.port} of every node to {whom}.{root}"
    if its.edge == "ask":
        yield Finding(
            text,
            'Say what is wanted in homeport.toml: cloud.edge = "open", or "off": '
            f"https://{planned.chosen.hosts.cloud} is there in any case. apply asks otherwise.",
            Level.WARNING,
        )
    elif not its.edge_networks:
        yield Finding(
            text,
            'cloud.edge_networks = ["192.168.1.0/24"] lets only those networks in.',
            Level.WARNING,
        )


RULE = Rule(
    id="cloud-edge",
    title="The exposure of localstack-edge to the network is known and wanted.",
    why="A LoadBalancer Service opens its port on every node of a K3s cluster; the cloud takes any credentials.",
    hint="cloud.edge says whether it is there, cloud.edge_networks who reaches it.",
    link="https://docs.k3s.io/networking/networking-services#service-load-balancer",
    plan=on_plan,
)
