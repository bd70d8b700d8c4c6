"""The local AWS as a process."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator

from homeport.stack import folders, settings


@contextlib.asynccontextmanager
async def open(chosen: settings.Settings, where: folders.Folders) -> AsyncIterator[str]:  # noqa: A001 - `cloud.open`
    """Opens the services on their folder and port."""
    yield ""
