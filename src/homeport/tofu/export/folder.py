"""Writes the files: what is done is known before it is done, and what is not ours is left alone."""

from __future__ import annotations

import enum
import stat
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from homeport import errors
from homeport.net import files
from homeport.tofu.export import documents, export

_MODE = 0o644
_LARGEST = 16 * 1024 * 1024
"""More than any file of ours has."""
_SUFFIXES = (".tf.json", ".md", ".gitignore")
_IN_USE = (".terraform", "terraform.tfstate")
"""What shows that a folder was applied. https://opentofu.org/docs/language/state/"""


class Action(enum.StrEnum):
    """What is done with a file."""

    CREATE = "create"
    CHANGE = "change"
    REMOVE = "remove"
    NONE = "unchanged"


class Step(NamedTuple):
    """One file."""

    action: Action
    path: str
    """In the folder."""
    text: str


def steps(root: Path, wanted: Mapping[str, str], *, is_forced: bool) -> tuple[Step, ...]:
    """What writing does. Raises `HomeportError` where that would touch what is not ours, or was edited.

    `is_forced` writes into a folder of other things too, and over own files that were edited; never over files of others.
    """
    found = dict(_ours(root))
    if not is_forced:
        _check_folder(root, found)
    made = [_step(root, path, text, is_forced=is_forced) for path, text in wanted.items()]
    gone = [path for path in found if path not in wanted]
    for path in gone:
        _check_gone(root, path, found[path], wanted, is_forced=is_forced)
    return (*made, *(Step(Action.REMOVE, path, "") for path in sorted(gone)))


def carry_out(root: Path, planned: Sequence[Step]) -> None:
    """Does it, each file whole or not at all. Once more does the rest of what was broken off."""
    for step in planned:
        path = root / step.path
        if step.action in (Action.CREATE, Action.CHANGE):
            _make_folder(path.parent)
            files.write(path, step.text.encode(), _MODE)
    for step in planned:
        if step.action is Action.REMOVE:
            (root / step.path).unlink(missing_ok=True)


def _make_folder(path: Path) -> None:
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise errors.HomeportError(
            f"{path} could not be made: {errors.reason(error)}.", hint="Name another folder."
        ) from error


def _step(root: Path, path: str, text: str, *, is_forced: bool) -> Step:
    there = _read(root / path)
    if there is None:
        return Step(Action.CREATE, path, text)
    if not documents.is_ours(there):
        raise errors.HomeportError(
            f"{root / path} was not made by homeport tofu export, and is not touched.",
            hint="Move it away, or name another folder.",
        )
    if there.replace("\r\n", "\n") == text:
        return Step(Action.NONE, path, text)
    _check_edited(root / path, there, is_forced=is_forced)
    return Step(Action.CHANGE, path, text)


def _check_edited(path: Path, text: str, *, is_forced: bool) -> None:
    if documents.is_edited(text) and not is_forced:
        raise errors.HomeportError(
            f"{path} was edited since it was exported.",
            hint="--force writes it anew without the edits; settings belong into homeport.toml, additions into files of their own.",
        )


def _check_folder(root: Path, found: Mapping[str, str]) -> None:
    if root.is_dir() and not found and any(root.iterdir()):
        raise errors.HomeportError(
            f"{root} has other things in it, and no earlier export.",
            hint="Name a folder that is empty or not there yet; --force writes beside what is there.",
        )


def _check_gone(
    root: Path, path: str, text: str, wanted: Mapping[str, str], *, is_forced: bool
) -> None:
    """A folder that is no longer wanted is not taken from under its state."""
    _check_edited(root / path, text, is_forced=is_forced)
    folder = path.rpartition("/")[0]
    is_left = not any(other.startswith(f"{folder}/") for other in wanted)
    is_used = any((root / folder / name).exists() for name in _IN_USE)
    if folder and is_left and is_used and not is_forced:
        raise errors.HomeportError(
            f"{root / folder} is no part of the stack any more, but it was applied: without its files nothing destroys what it made.",
            hint=f"Run tofu -chdir={root / folder} destroy first; --force only removes the files.",
        )


def _ours(root: Path) -> Iterator[tuple[str, str]]:
    """Files with our mark, by their paths in the folder."""
    for folder in ("", *export.FOLDERS):
        inside = root / folder
        if inside.is_symlink() and folder:
            raise errors.HomeportError(
                f"{inside} is a link: what it leads to is not touched.", hint="Name another folder."
            )
        for path in sorted(inside.iterdir()) if inside.is_dir() else ():
            if path.name.endswith(_SUFFIXES):
                text = _read(path)
                if text is not None and documents.is_ours(text):
                    yield str(path.relative_to(root)), text


def _read(path: Path) -> str | None:
    """The text of a file; None where there is none. What is no regular file of text has no mark."""
    try:
        found = path.lstat()
        if not stat.S_ISREG(found.st_mode) or found.st_size > _LARGEST:
            return ""
        return path.read_bytes().decode(errors="replace")
    except FileNotFoundError:
        return None
    except OSError as error:
        raise errors.HomeportError(
            f"{path} could not be read: {errors.reason(error)}.", hint="Name another folder."
        ) from error
