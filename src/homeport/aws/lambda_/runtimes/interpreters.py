"""Programs of this machine that run functions: where they are looked for, and what belongs to them."""

from __future__ import annotations

import os
import re
import shutil
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

_SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib64")
"""Every environment sees these."""


def named(*names: str) -> Iterator[Path]:
    """Programs of these names on the search path, and where systems keep them."""
    folders = [*os.environ.get("PATH", "").split(os.pathsep), "/usr/local/bin", "/usr/bin"]
    for name in names:
        for folder in dict.fromkeys(folders):
            found = shutil.which(name, path=folder)
            if found:
                yield Path(found)


def matching(folder: Path, pattern: str) -> list[Path]:
    """Files below a folder, the latest version first."""
    if not folder.is_dir():
        return []
    return sorted(folder.glob(pattern), key=_by_numbers, reverse=True)


def _by_numbers(path: Path) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", str(path))]


def real(candidates: Iterable[Path]) -> Iterator[Path]:
    """The programs that are meant, without the scripts that stand for them (those of pyenv, rbenv, asdf)."""
    seen = set()
    for candidate in candidates:
        path = candidate.resolve()
        if path not in seen and _is_program(path):
            seen.add(path)
            yield path


def _is_program(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(4) == b"\x7fELF" and os.access(path, os.X_OK)
    except OSError:
        return False


def roots(program: Path) -> tuple[Path, ...]:
    """What an environment must see beside the system to run a program: the folder it was installed to."""
    if str(program).startswith(tuple(f"{folder}/" for folder in _SYSTEM)):
        return ()
    prefix = program.parent.parent
    if prefix in (Path("/"), Path.home()) or not (prefix / "lib").is_dir():
        return (program,)  # a program by itself: what lies beside it is not its own
    if prefix == Path.home() / ".local":
        return (prefix / "bin", prefix / "lib")  # and not what programs keep in `share` and `state`
    return (prefix,)


def closed_folder(program: Path) -> Path | None:
    """A folder on the way to a program that other users may not enter."""
    return next(
        (folder for folder in program.parents if not folder.stat().st_mode & stat.S_IXOTH), None
    )
