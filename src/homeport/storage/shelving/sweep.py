"""Start-up recovery: removes the content files that no commit names."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from homeport.storage import disk, names
from homeport.storage.shelving.shelf import Shelf

BATCH = 1024
"""Names asked for in one question."""

Named = Callable[[list[str]], set[str]]


class Swept(NamedTuple):
    """What a sweep removed."""

    files: int
    bytes: int


def sweep(shelf: Shelf, is_named: Named, is_staged_named: Named) -> Swept:
    """Removes what nobody names, in the published and in the staging folder. Files that are not ours stay.

    Safe beside running requests: names written by this process are left alone. Raises `StorageError`.
    """
    try:
        found = _sweep_folder(shelf, shelf.staging, is_staged_named)
        for folder in shelf.disk.names(shelf.files):
            if names.FOLDER.fullmatch(folder):
                found += _sweep_folder(shelf, f"{shelf.files}/{folder}", is_named)
    except OSError as error:
        raise disk.storage_error(
            f"The content files in {shelf.files} could not be swept", error
        ) from error
    with shelf.lock:
        shelf.touched = None
    return Swept(len(found), sum(found))


def _sweep_folder(shelf: Shelf, folder: str, is_named: Named) -> list[int]:
    found = [name for name in shelf.disk.names(folder) if names.is_name(name)]
    removed: list[int] = []
    for start in range(0, len(found), BATCH):
        batch = found[start : start + BATCH]
        named = is_named(batch)
        sizes = (_remove(shelf, folder, name) for name in batch if name not in named)
        removed += (size for size in sizes if size is not None)
    return removed


def _remove(shelf: Shelf, folder: str, name: str) -> int | None:
    path = f"{folder}/{name}"
    with shelf.lock:
        if shelf.touched is None or name in shelf.touched:
            return None
        size = shelf.disk.size(path)
        if size is not None:
            shelf.disk.unlink(path)
            shelf.swept[name] = size
        return size
