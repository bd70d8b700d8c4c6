"""A registry in a process of its own."""

from __future__ import annotations

import pytest
from tests.e2e.registry import serving


@pytest.fixture
async def process(tmp_path):
    """It answers."""
    made = serving.Process(tmp_path / "registry")
    await made.start()
    yield made
    await made.kill()
