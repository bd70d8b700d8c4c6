"""Removes the data of a stack: its own folders, and nothing else.

A folder is removed where it carries the stack's mark and holds nothing foreign. All is looked at before the first file goes; marks
go last, so that what was cut off can be repeated. No symbolic link is followed.
"""

from __future__ import annotations

import errno
import os
import re
import shutil
import stat
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import NamedTuple

from homeport import errors
from homeport.stack import folders, settings
from homeport.storage import disk
from homeport.targets.local import control
from homeport.targets.local.planning import definition

_LOCK = "lock"
"""Each component keeps one in its folder, and the supervisor one in `run`."""
_TEMPORARY = re.compile(r"\..+\.[0-9a-f]{16}")
"""What a write that was cut off leaves behind (`homeport.net.files`)."""
_IN_COMPONENT = re.compile(
    r"lock|[a-z0-9]+\.db(-wal|-shm|-journal)?|blobs|s3|dynamodb|lambda|rooms|root"
)
"""What components keep in their folders."""
_LOG = re.compile(
    r"(registry|cloud|registry-ui|dns|ingress|supervisor|registry-audit)\.log(\.[0-9]+)?"
)
_OF_THE_DISK = frozenset({"lost+found"})
"""What a file system of its own has by itself. https://man7.org/linux/man-pages/man8/mklost+found.8.html"""
_SHOWN = 5
_MOUNTS = Path("/proc/self/mountinfo")
_OCTAL = re.compile(rb"\\([0-7]{3})")
"""A space and the like in a path there."""

Told = Callable[[str], None]


class Removal(NamedTuple):
    """What is removed, in this order."""

    where: folders.Folders
    moved: tuple[Path, ...] = ()
    """Folders of components that the settings have put elsewhere, and log files among those of others."""
    inside: tuple[Path, ...] = ()
    """What lies in the data folder, but for the marks."""
    kept: tuple[str, ...] = ()
    """What stays, and why, in sentences."""

    @property
    def is_empty(self) -> bool:
        """Whether nothing is there to be removed."""
        return not os.path.lexists(self.where.data)


def make(chosen: settings.Settings) -> Removal:
    """What would be removed. Raises `HomeportError` that names what stands against it; nothing is removed then."""
    where = folders.of(chosen)
    if not os.path.lexists(where.data):
        return Removal(where)
    if (problem := definition.danger(where.data)) is not None:
        raise problem
    if not where.data.is_dir():
        raise errors.HomeportError(
            f"{where.data} is no folder.", hint="Nothing was removed: look what it is."
        )
    plain = folders.of(settings.Settings(data=where.data))
    moved = (*_components(where, plain), *_logs(where, plain))
    removal = Removal(where, moved, _inside(where, plain, moved), tuple(_kept(chosen)))
    for folder in (*moved, where.data):
        _check_mounts(folder)
    return removal


# What is ours


def _components(where: folders.Folders, plain: folders.Folders) -> Iterator[Path]:
    for name in ("registry", "cloud"):
        folder = where.component(name)
        if folder != plain.component(name) and os.path.lexists(folder):
            _check_component(folder, name)
            yield folder


def _check_component(folder: Path, name: str) -> None:
    if (problem := definition.danger(folder)) is not None:
        raise problem
    entries = sorted(each.name for each in folder.iterdir() if each.name not in _OF_THE_DISK)
    foreign = [each for each in entries if not _IN_COMPONENT.fullmatch(each)]
    if foreign:
        raise _foreign(folder, foreign)
    if entries and not (folder / _LOCK).is_file():
        raise errors.HomeportError(
            f"{folder} is {name}.folder, but no {name} has kept its data there: it has no lock.",
            hint="Nothing was removed. Move it away, or leave the setting out.",
        )


def _logs(where: folders.Folders, plain: folders.Folders) -> tuple[Path, ...]:
    if where.logs == plain.logs or not where.logs.is_dir():
        return ()
    if where.data in where.logs.parents:
        return (where.logs,)
    return tuple(sorted(each for each in where.logs.iterdir() if _LOG.fullmatch(each.name)))


def _inside(
    where: folders.Folders, plain: folders.Folders, moved: Collection[Path]
) -> tuple[Path, ...]:
    """What lies in the data folder, without the marks. Raises `HomeportError` where something there is foreign."""
    data, mark = where.data, where.data / definition.MARK
    own = {path for path in (*plain, *where) if path.parent == data} | {
        data / definition.NAME,
        mark,
    }
    there = sorted(each for each in data.iterdir() if each.name not in _OF_THE_DISK)
    rest = [each for each in there if each not in moved and not _holds(each, moved)]
    foreign = [each for each in rest if each not in own and not _TEMPORARY.fullmatch(each.name)]
    if foreign:
        raise _foreign(data, [each.name for each in foreign])
    if there and not where.lock.is_file() and not mark.is_file():
        raise errors.HomeportError(
            f"{data} is no stack's data folder: it has neither {where.lock.relative_to(data)} nor {mark.name}.",
            hint="Nothing was removed.",
        )
    return tuple(each for each in rest if each not in (where.run, mark))


def _holds(folder: Path, moved: Collection[Path]) -> bool:
    return any(folder in path.parents for path in moved)


def _foreign(folder: Path, names: Collection[str]) -> errors.HomeportError:
    shown = ", ".join([*map(repr, list(names)[:_SHOWN]), *(["..."] if len(names) > _SHOWN else [])])
    return errors.HomeportError(
        f"{folder} has what is not the stack's: {shown}.",
        hint="Nothing was removed. Move that away first, or remove the stack without its data.",
    )


def _kept(chosen: settings.Settings) -> Iterator[str]:
    files = {
        "registry.htpasswd": chosen.registry.htpasswd,
        "registry.audit_file": chosen.registry.audit_file,
        "tls.certificate": chosen.tls.certificate,
        "tls.key": chosen.tls.key,
        "registry.certificate": chosen.registry.certificate,
        "registry.key": chosen.registry.key,
    }
    for setting, path in files.items():
        if path is not None and chosen.data not in path.parents and os.path.lexists(path):
            yield f"{path} stays: it is not in the data folder ({setting})."


def _check_mounts(top: Path) -> None:
    """Refuses where something is mounted inside: what is on it is not ours."""
    path = next(_mounts(Path(os.path.realpath(top))), None)
    if path is not None:
        raise errors.HomeportError(
            f"{path} is a file system of its own, in the stack's folder.",
            hint=f"Nothing was removed. umount {path} first.",
        )


def _mounts(top: Path) -> Iterator[Path]:
    """What is mounted below a folder; a folder of the same disk that is shown there too (`mount --bind`) looks like any other one.

    https://man7.org/linux/man-pages/man5/proc_pid_mountinfo.5.html
    """
    try:
        lines = _MOUNTS.read_bytes().splitlines()
    except FileNotFoundError:  # macOS, which has no such mounts
        yield from _disks(top)
        return
    for line in lines:
        path = Path(
            os.fsdecode(_OCTAL.sub(lambda found: bytes([int(found[1], 8)]), line.split()[4]))
        )
        if top in path.parents:
            yield path


def _disks(top: Path) -> Iterator[Path]:
    for folder, names, _ in os.walk(top):
        for path in (Path(folder, name) for name in names):
            if not path.is_symlink() and path.is_mount():
                yield path


# Removing


def carry_out(removal: Removal, told: Told) -> None:
    """Removes it. It can be repeated after any end. Raises `StorageError` where something cannot be removed."""
    if removal.is_empty:
        return
    where = removal.where
    with control.owned(where):
        for path in (*removal.moved, *removal.inside):
            told(f"Removing {path}.")
            _remove_marked(path)
        for folder in _emptied(removal):
            _remove_empty(folder)
        _remove(where.run)
    definition.forget(where.data)
    _remove_empty(where.data)
    for sentence in removal.kept:
        told(sentence)


def _emptied(removal: Removal) -> list[Path]:
    """Folders in the data folder in which moved ones were, and the one of log files, the innermost first."""
    above = {
        folder
        for path in removal.moved
        for folder in path.parents
        if removal.where.data in folder.parents or folder == removal.where.logs
    }
    return sorted(above, key=lambda folder: len(folder.parts), reverse=True)


def _remove_marked(path: Path) -> None:
    """Removes a folder with its mark last; what was begun is then still known as ours."""
    if path.is_dir() and not path.is_symlink():
        inside = (each for each in path.iterdir() if each.name not in _OF_THE_DISK)
        for each in sorted(inside, key=lambda each: (each.name == _LOCK, each.name)):
            _remove(each)
        _remove_empty(path)
    else:
        _remove(path)


def _remove(path: Path) -> None:
    try:
        if path.is_symlink() or not path.is_dir():
            path.unlink(missing_ok=True)
            return
        _open_up(path)
        shutil.rmtree(path)
    except OSError as error:
        raise disk.storage_error(f"{path} could not be removed", error) from error


def _open_up(top: Path) -> None:
    """Takes write protection off folders, such as those of unpacked code."""
    _make_writable(top)
    for folder, names, _ in os.walk(top):
        for name in names:
            _make_writable(Path(folder, name))


def _make_writable(folder: Path) -> None:
    mode = folder.lstat().st_mode
    if stat.S_ISDIR(mode) and mode & stat.S_IRWXU != stat.S_IRWXU:
        folder.chmod(stat.S_IRWXU)


def _remove_empty(folder: Path) -> None:
    """Removes a folder that is empty; one that is a file system of its own, or has something of others, stays."""
    try:
        folder.rmdir()
    except FileNotFoundError:
        return
    except OSError as error:
        if error.errno not in (errno.ENOTEMPTY, errno.EEXIST, errno.EBUSY):
            raise disk.storage_error(f"{folder} could not be removed", error) from error
