"""The cloud in a container, seen as the stacks of other tests are, so that their suites run against it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import harness
from tests.e2e.image.containers import Container, Podman


class Cloud(harness.Stack):
    """A stack of which only the cloud is there, as a container."""

    def __init__(self, container: Container, folder: Path) -> None:
        super().__init__(folder)
        self.container = container
        self.cloud_port = container.port

    @property
    def log(self) -> str:
        return self.container.log

    def up(self, *arguments: str) -> None:
        self.container.podman("start", self.container.name)
        self.container.wait()

    def down(self) -> None:
        assert self.container.stop() == 0


@contextlib.contextmanager
def serving(podman: Podman, *flags: str) -> Iterator[Cloud]:
    """A cloud that runs while the block does, with a volume of its own."""
    volume = f"--volume={podman.volume()}:/var/lib/localstack"
    with podman.serving("cloud", volume, *flags) as container:
        yield Cloud(container, podman.folder)
