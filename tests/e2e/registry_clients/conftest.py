"""Real clients, started once for all tests that use them; and an image."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import images
import pytest
from tests.e2e.registry_clients import clients


@pytest.fixture(scope="session")
def docker() -> Iterator[clients.Docker]:
    with clients.docker() as made:
        yield made


@pytest.fixture(scope="session")
def ctr() -> Iterator[clients.Ctr]:
    with clients.ctr() as made:
        yield made


@pytest.fixture(scope="session")
def podman() -> Iterator[clients.Tool]:
    with clients.stored("podman") as made:
        yield made


@pytest.fixture(scope="session")
def buildah() -> Iterator[clients.Tool]:
    with clients.stored("buildah") as made:
        yield made


@pytest.fixture(scope="session")
def skopeo() -> Iterator[clients.Tool]:
    with clients.skopeo() as made:
        yield made


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A small image in a layout, as skopeo names it; no client has its layers from the tests of another file."""
    folder = tmp_path_factory.mktemp("image")
    images.image(folder / "in", [20_000, 3_000])
    yield f"oci:{folder}/in:latest"
    shutil.rmtree(folder, ignore_errors=True)
