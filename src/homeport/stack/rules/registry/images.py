"""An image that is pushed can be pulled by tag and by digest, and deleted."""

from __future__ import annotations

from collections.abc import Iterator

from homeport.stack.rules.registry import content
from homeport.stack.rules.rule import Finding, Level, Planned, Rule, Running, Skipped


def on_running(planned: Planned, running: Running) -> Iterator[Finding]:
    """Pushes an image, pulls it, deletes it, and sees that nothing is left."""
    its = planned.chosen.registry
    if its.readonly:
        raise Skipped("registry.readonly is on")
    client, image = content.Client(running, planned), content.new(running)
    with client.removing(image, may_delete=its.delete):
        client.push(image)
        client.pull(image)
    if not its.delete:
        yield Finding(
            f"The image {client.repository}:{image.tag} stays: registry.delete is off.",
            "It has some hundred bytes.",
            Level.WARNING,
        )
        return
    for reference in (image.tag, image.digest):
        client.ask("HEAD", f"manifests/{reference}", (404,))


RULE = Rule(
    id="registry-images",
    title="An image that is pushed can be pulled by tag and by digest, byte for byte, and deleted.",
    why="That is what the registry is for, and it needs route, password, upload addresses and volume to be right.",
    hint="homeport logs registry tells what it was asked and what it answered.",
    link="https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md",
    running=on_running,
)
