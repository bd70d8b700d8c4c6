"""Files among the blobs that no row names. A start removes them; one that appears later is only reported."""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path

from homeport.registry.backend import Backend
from homeport.registry.store import blobs
from homeport.storage import names

BATCH = 1024
"""Names asked for in one question."""


async def find(backend: Backend) -> list[str]:
    """Names of files that no blob names now. Some are being pushed or sent just now; `still` says which are left."""
    unnamed: list[str] = []
    for folder in await asyncio.to_thread(_folders, backend.content.root / "files"):
        unnamed += await _unnamed(backend, await asyncio.to_thread(_names, folder))
    return unnamed


async def still(backend: Backend, suspects: list[str]) -> tuple[int, int]:
    """Those of the files that are there still and that no blob names: how many, and their bytes."""
    unnamed = await _unnamed(backend, suspects)
    sizes = await asyncio.to_thread(_sizes, [backend.content.path(name) for name in unnamed])
    return len(sizes), sum(sizes)


async def _unnamed(backend: Backend, found: list[str]) -> list[str]:
    unnamed: list[str] = []
    for start in range(0, len(found), BATCH):
        batch = found[start : start + BATCH]
        named = await backend.db.scan(lambda connection: blobs.named(connection, batch))  # noqa: B023 - awaited in its turn
        unnamed += [name for name in batch if name not in named]
    return unnamed


def _folders(root: Path) -> list[Path]:
    return [folder for folder in root.iterdir() if names.FOLDER.fullmatch(folder.name)]


def _names(folder: Path) -> list[str]:
    return [file.name for file in folder.iterdir() if names.is_name(file.name)]


def _sizes(paths: list[Path]) -> list[int]:
    sizes = []
    for path in paths:
        # A removal that was under way may be through with it by now.
        with contextlib.suppress(FileNotFoundError):
            sizes.append(path.stat().st_size)
    return sizes
