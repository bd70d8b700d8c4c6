"""The files on this machine, as one of the nodes: what is done is known before it is done, and again it is nothing."""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from homeport.net.trust.files import writing
from homeport.net.trust.files.writing import Action, Step
from homeport.targets.kubernetes.nodes import documents, forms
from homeport.targets.kubernetes.nodes.forms import File, Merge
from homeport.targets.kubernetes.nodes.needed import Needed

Planning = Callable[[Needed, Iterable[File], Path], list[Step]]
"""`steps` or `removals`."""

_Change = Callable[[str, Needed, str], str]

_MERGED: Mapping[Merge, tuple[_Change, _Change]] = {
    Merge.K3S: (documents.with_registry, documents.without_registry),
    Merge.DOCKER: (documents.with_insecure, documents.without_insecure),
}


def steps(wanted: Needed, found: Iterable[File], root: Path) -> list[Step]:
    """What installing them does. Raises `HomeportError` where a file of others is none that can be added to."""
    return [_step(wanted, file, root) for file in found]


def removals(wanted: Needed, found: Iterable[File], root: Path) -> list[Step]:
    """What taking them away does."""
    return [_removal(wanted, file, root) for file in found]


def _place(file: File, root: Path) -> Path:
    """Where it is; through links, so that they stay."""
    path = root / file.path.relative_to("/")
    return path.resolve() if path.is_symlink() else path


def _step(wanted: Needed, file: File, root: Path) -> Step:
    path = _place(file, root)
    old = writing.read(path)
    if old is None:
        return Step(Action.CREATE, path, file.text, file.mode, None)
    text = file.text
    if file.merge in _MERGED:
        text = _MERGED[file.merge][0](old, wanted, str(path))
    mode = _mode(path, file.mode)
    if text == old and mode == stat.S_IMODE(path.stat().st_mode):
        return Step(Action.NONE, path, old, mode, None)
    return Step(Action.CHANGE, path, text, mode, writing.backup(path))


def _removal(wanted: Needed, file: File, root: Path) -> Step:
    path = _place(file, root)
    old = writing.read(path)
    if old is None:
        return Step(Action.NONE, path, "", file.mode, None)
    text = _MERGED[file.merge][1](old, wanted, str(path)) if file.merge in _MERGED else ""
    if text == old:
        return Step(Action.NONE, path, old, file.mode, None)
    mode = stat.S_IMODE(path.stat().st_mode)
    is_ours = file.merge not in _MERGED or old == file.text
    backup = None if is_ours else writing.backup(path)
    return Step(Action.CHANGE if text else Action.REMOVE, path, text, mode, backup)


def _mode(path: Path, wanted: int) -> int:
    """As it is, but never open to others where a password is in it."""
    has = stat.S_IMODE(path.stat().st_mode)
    return has & wanted if wanted == forms.PRIVATE else has
