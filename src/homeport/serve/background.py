"""Work beside the requests, such as the recovery after a start."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Coroutine
from typing import Any

from homeport import errors

logger = logging.getLogger(__name__)


@contextlib.asynccontextmanager
async def running(name: str, work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Runs `work` until it ends, or this context does. Where it fails that is written down; requests go on."""
    task = asyncio.create_task(_guarded(name, work))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])


async def _guarded(name: str, work: Coroutine[Any, Any, None]) -> None:
    try:
        await work
    except errors.HomeportError as error:
        logger.error("The %s failed: %s", name, error)  # noqa: TRY400 - the text says it all
    except Exception:
        logger.exception("The %s failed", name)
