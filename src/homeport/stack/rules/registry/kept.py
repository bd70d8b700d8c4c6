"""Images are there after a restart of the registry."""

from __future__ import annotations

from collections.abc import Iterator

from homeport.stack.rules.registry import content
from homeport.stack.rules.rule import Finding, Planned, Rule, Running, Skipped


def on_running(planned: Planned, running: Running) -> Iterator[Finding]:
    """Pushes an image, restarts the registry, pulls the image."""
    its = planned.chosen.registry
    if not running.can_restart:
        raise Skipped("it restarts the registry: --restart allows that")
    if its.readonly or not its.delete:
        raise Skipped(
            "an image would stay behind, as registry.delete is off or registry.readonly on"
        )
    client, image = content.Client(running, planned), content.new(running)
    with client.removing(image, may_delete=True):
        client.push(image)
        running.restart("registry")
        client.pull(image)
    yield from ()


RULE = Rule(
    id="registry-kept",
    title="Images are there after a restart of the registry.",
    why="A registry that writes beside its volume works until its pod moves, and has lost everything then.",
    hint="The claim registry-storage must be mounted where config.yml has storage.filesystem.rootdirectory.",
    link="https://distribution.github.io/distribution/about/configuration/#storage",
    running=on_running,
)
