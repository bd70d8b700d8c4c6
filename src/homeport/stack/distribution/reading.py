"""Reads config.yml and the `REGISTRY_*` variables. Loaded by those who have some.

Each key is followed, or not needed here, or said at the start not to be followed, or refused where the registry would not be
what was asked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from homeport import errors
from homeport.stack import sources
from homeport.stack.distribution import environment, keys, storage, tree
from homeport.stack.distribution import found as finding


def read(path: Path | None, environ: Mapping[str, str]) -> sources.Found:
    """The settings that they mean; `path` is that of a config.yml."""
    found = finding.Found()
    root = tree.Entry({}, "")
    try:
        if path is not None:
            root = _file(path, found)
    except tree.Unreadable as error:
        found.problems.append(str(error))
    environment.expand(root)
    found.problems += environment.overlay(root, sources.distribution(environ))
    environment.expand(root)
    if not isinstance(root.value, dict):
        found.problem(root, "it must be a mapping.")
    _walk(found, root, "")
    if path is not None and not found.problems:
        _defaults(found, root, path)
    _sum_up(found, path)
    return found


def _file(path: Path, found: finding.Found) -> tree.Entry:
    try:
        with path.open(encoding="utf-8") as file:
            text = file.read(tree.TEXT_BYTES + 1)
    except (OSError, UnicodeDecodeError) as error:
        raise errors.SettingsError(
            f"The configuration {path} cannot be read: {errors.reason(error)}.",
            hint="Name another one with registry.config, or make it readable.",
        ) from error
    source = tree.Source(str(path), has_lines=True)
    root = tree.parse(text, source)
    found.notes += [f"{place} is written twice; the last one holds." for place in source.doubles]
    if root.value is None:
        root.value = {}
    if "version" not in root.table:
        found.problem(
            root, "there is no version: 0.1 in it, so it is no configuration of registry v2."
        )
    return root


def _walk(found: finding.Found, at: tree.Entry, path: str) -> None:
    for name, entry in at.table.items():
        inner = f"{path}.{name}" if path else name
        key = keys.ALL.get(inner)
        if key is not None:
            # `inmemory:` alone is a driver; any other key without a value says nothing.
            if entry.is_given or inner in keys.NAMES:
                key.follow(found, entry)
        elif inner in keys.SECTIONS:
            if entry.is_given and not entry.table:
                found.problem(entry, "it must be a mapping.")
            _walk(found, entry, inner)
        elif _is_variable(entry):
            found.unknown.append(entry.origin)
        else:
            found.note(entry, f"registry v2 has no such key.{keys.meant(inner)}")


def _is_variable(entry: tree.Entry) -> bool:
    return entry.origin.startswith("REGISTRY_") and ":" not in entry.origin


def _defaults(found: finding.Found, root: tree.Entry, path: Path) -> None:
    """What a configuration means by what it does not say."""
    silent = tree.Entry(None, str(path))
    for setting, value in (("registry.delete", False), ("registry.tls", False)):
        if setting not in found.values:
            found.set(setting, value, silent)
    store = root.table.get("storage", silent).table
    if "filesystem" in store and "registry.folder" not in found.values:
        found.set("registry.folder", storage.DEFAULT_FOLDER, silent)
    if not root.table.get("auth", silent).table:
        found.note(
            silent,
            "it asks for no passwords; Homeport does, for its own users, unless registry.auth is off.",
        )


def _sum_up(found: finding.Found, path: Path | None) -> None:
    if found.needless:
        told = ", ".join(dict.fromkeys(found.needless))
        found.notes.append(f"{path or 'REGISTRY_*'}: not needed here: {told}.")
    if found.unknown:
        told = ", ".join(dict.fromkeys(found.unknown))
        found.notes.append(f"Not followed, as registry v2 has no such keys: {told}.")
