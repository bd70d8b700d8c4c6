"""A running stack for each test that asks for one."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import harness
import pytest


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[harness.Stack]:
    """A running stack of the test's own; its data goes when the test ends, since images are large."""
    with harness.Stack(tmp_path / "data").running() as made:
        yield made
    shutil.rmtree(tmp_path, ignore_errors=True)


@pytest.fixture(scope="module")
def shared_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[harness.Stack]:
    """A running stack for the tests of one file that change nothing in it."""
    with harness.Stack(tmp_path_factory.mktemp("shared") / "data").running() as made:
        yield made


@pytest.fixture
def short_path() -> Iterator[Path]:
    """A folder near the root: podman refuses a runroot of more than 50 characters, the kernel a socket's path of more than 107."""
    folder = Path(tempfile.mkdtemp(prefix="hp"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)
