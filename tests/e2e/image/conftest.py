"""One podman for all tests of the image that a process runs."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.e2e.image import built, containers


@pytest.fixture(scope="session")
def podman() -> Iterator[containers.Podman]:
    """A podman with the image, and storage of its own."""
    made = containers.loaded()
    yield made
    made("rm", "--all", "--force", "--time=0", check=False)
    built.remove(made.folder)
