"""A running stack for each test that asks for one."""

from __future__ import annotations

import shutil
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
