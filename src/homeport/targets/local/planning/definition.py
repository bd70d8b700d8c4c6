"""The definition of a stack that is declared: the settings file in its data folder, which is written by nothing else.

`homeport --config FOLDER/homeport.toml status` and every other command speak of exactly that stack.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from homeport import errors
from homeport.net import files
from homeport.stack import document, load, names, settings, sources
from homeport.storage import disk
from homeport.targets.local.planning import texts

NAME = sources.FILE_NAME
MARK = "applied.json"
"""Says that the file is ours, and what it last meant."""
LONGEST_BYTES = 2**20
"""Far more than any settings file has."""

_HEAD = "# Written by apply of OpenTofu or Terraform, and by each one anew: change the definition there.\n"
_DATA = 'data = "."\n'
_FOLLOWED = ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME")


class Definition(NamedTuple):
    """A stack as it is wanted."""

    folder: Path
    text: str
    """The whole file."""
    settings: settings.Settings
    notes: tuple[str, ...] = ()


def folder_of(name: str) -> Path:
    """The data folder that a stack is called by. Raises `HomeportError` for what can be none."""
    if not name.isprintable() or not Path(name).is_absolute() or ".." in Path(name).parts:
        raise errors.SettingsError(
            f"{name!r} does not name a stack of this machine.",
            hint="It is called by its data folder, an absolute path such as /srv/homeport.",
        )
    if (problem := danger(Path(name))) is not None:
        raise problem
    return Path(name)


def danger(folder: Path) -> errors.HomeportError | None:
    """Why a folder can be none of a stack's: it could not be removed again."""
    if folder.is_symlink():
        return errors.HomeportError(
            f"{folder} is a symbolic link, which is not followed.",
            hint=f"Name the folder itself: {os.path.realpath(folder)}",
        )
    home = Path(os.path.realpath(os.path.expanduser("~")))  # noqa: PTH111 - Path.home() raises where there is none
    real = Path(os.path.realpath(folder))
    if real == Path(real.anchor) or real == home or real in home.parents:
        return errors.HomeportError(
            f"{folder} holds more than a stack.",
            hint=f"Name a folder of its own, such as {folder / 'homeport'}.",
        )
    return None


def of(folder: Path, text: str, environ: Mapping[str, str]) -> Definition:
    """What a definition means. Raises `SettingsError` that names all that is wrong with it.

    The environment gives secrets and nothing else: the same definition means the same wherever it is applied.
    """
    if len(text.encode()) > LONGEST_BYTES:
        raise errors.SettingsError(f"The definition has more than {LONGEST_BYTES} bytes.")
    found = document.parse(folder / NAME, text)
    problems = list(_contradictions(folder, found))
    if problems:
        raise errors.SettingsError("\n".join(problems), hint="Take it out of the definition.")
    loaded = load.load(
        {"data": str(folder), "target": settings.LOCAL},
        _environment(environ),
        config=str(folder / NAME),
        text=text,
    )
    data = "" if "data" in found.values else _DATA
    return Definition(folder, f"{_HEAD}{data}{text}", loaded.settings, loaded.notes)


def _contradictions(folder: Path, found: sources.Found) -> Iterator[str]:
    data, target = found.values.get("data"), found.values.get("target")
    if data is not None and not _is_same(folder, data.value):
        yield f"{data.origin}: data is {data.value!r}, and the stack is that of {folder}."
    if target is not None and target.value != settings.LOCAL:
        yield f"{target.origin}: target is {target.value!r}, and the stack is one of this machine."


def _is_same(folder: Path, data: object) -> bool:
    return isinstance(data, str) and os.path.normpath(folder / data) == str(folder)


def _environment(environ: Mapping[str, str]) -> dict[str, str]:
    secret = {setting.variable for setting in names.ALL if setting.is_secret}
    return {name: text for name, text in environ.items() if name in secret or name in _FOLLOWED}


# What was applied


def stored(folder: Path) -> str | None:
    """The text of the file; None where there is none."""
    content = _content(folder / NAME)
    return None if content is None else content.decode(errors="replace")


def is_ours(folder: Path) -> bool:
    """Whether a definition was applied to the folder, and not taken away since."""
    return os.path.lexists(folder / MARK)


def applied(folder: Path, environ: Mapping[str, str]) -> settings.Settings | None:
    """What was applied last; None where nothing was. Where the file is broken by now, what it meant without its secrets."""
    if not is_ours(folder):
        return None
    text = stored(folder)
    try:
        if text is not None:
            return of(folder, text, environ).settings
    except errors.SettingsError:
        pass  # somebody has broken the file: the mark knows what it was
    return _marked(folder)


def _marked(folder: Path) -> settings.Settings:
    content = _content(folder / MARK)
    try:
        kept = json.loads(content or b"{}")["settings"]
        made = texts.settings_of({**kept, "data": str(folder)})
    except (ValueError, KeyError, TypeError, errors.SettingsError) as error:
        raise errors.HomeportError(
            f"{folder / NAME} and {folder / MARK} are broken, so what was applied is not known.",
            hint="Apply the definition again: both are written anew.",
        ) from error
    return made


def keep(wanted: Definition) -> None:
    """Writes the file, for its owner only. Raises `HomeportError` where somebody else's is there."""
    if (problem := foreign(wanted)) is not None:
        raise problem
    kept = {"settings": texts.all_of(wanted.settings)}
    # The mark first: of a file that is there without it nobody knows whose it is.
    files.write(wanted.folder / MARK, json.dumps(kept, indent=2).encode(), 0o600)
    if stored(wanted.folder) != wanted.text:
        files.write(wanted.folder / NAME, wanted.text.encode(), 0o600)


def foreign(wanted: Definition) -> errors.HomeportError | None:
    """What stands against writing the file."""
    path = wanted.folder / NAME
    if not os.path.lexists(path) or is_ours(wanted.folder) or stored(wanted.folder) == wanted.text:
        return None
    return errors.HomeportError(
        f"{path} is there already and was not written by an apply, which would overwrite it.",
        hint="Move it away once the definition says what it says.",
    )


def forget(folder: Path) -> None:
    """Removes the file and its mark. What was not written by an apply stays."""
    if is_ours(folder):
        for name in (NAME, MARK):
            _unlink(folder / name)


def _unlink(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise disk.storage_error(f"{path} could not be removed", error) from error


def _content(path: Path) -> bytes | None:
    try:
        with path.open("rb") as file:
            return file.read(2 * LONGEST_BYTES)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise disk.storage_error(f"{path} could not be read", error) from error
