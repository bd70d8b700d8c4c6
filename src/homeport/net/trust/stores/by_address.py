"""Folders of Docker and of podman's family, in which each registry has one of its own, with the CAs that are trusted for it."""

from __future__ import annotations

from pathlib import Path

from homeport import errors
from homeport.net.trust import authority, contract
from homeport.net.trust.contract import Place, Wanted
from homeport.net.trust.files import writing
from homeport.net.trust.files.writing import Action, Step
from homeport.net.trust.machine import Machine

USUAL, SPARE = "ca.crt", "homeport.crt"
"""The name in everybody's documentation; and one for where somebody else's CA has that. Every `*.crt` is read."""
MODE = 0o644
MOST = 1000
"""Addresses that are looked at."""


def place(store: str, folder: Path, machine: Machine, wanted: Wanted, after: str = "") -> Place:
    """The folder, with one step for each address that lacks it or has it no longer."""
    steps: list[Step] = []
    with machine.acting(folder):
        if wanted.is_undo:
            for each, is_own in addressed(folder, wanted).items():
                steps += _removals(each, wanted, is_own=is_own)
        else:
            for host in wanted.hosts:
                steps += _additions(folder / host.key, wanted)
    empty = dict.fromkeys(each.path.parent for each in steps) if wanted.is_undo else ()
    needs = steps[0].path if steps else None
    return contract.todo(
        store, folder, steps, machine, needs=needs, after=after, empty=tuple(empty)
    )


def addressed(folder: Path, wanted: Wanted) -> dict[Path, bool]:
    """The folders of all addresses, and whether each is of this stack: it may have had others before."""
    own = {folder / host.key: True for host in wanted.hosts}
    there = sorted(folder.iterdir())[:MOST] if folder.is_dir() else []
    return {each: False for each in there if each.is_dir()} | own


def step(path: Path, wanted: Wanted, found: list[bytes] | None) -> Step:
    """Writes the certificate in one file, whatever was found in it."""
    action = Action.CREATE if found is None else Action.CHANGE
    return Step(action, path, wanted.pem, MODE, None)


def removal(path: Path) -> Step:
    """Takes one file away."""
    return Step(Action.REMOVE, path, "", MODE, None)


def certificates(path: Path) -> list[bytes] | None:
    """What is in a file; None where there is none. Raises `HomeportError` where it can not be read."""
    content = writing.content_of(path)
    return None if content is None else authority.parsed(content)


def inside(folder: Path, *suffixes: str) -> dict[Path, list[bytes]]:
    """The certificates in each file of a folder. A broken link has none; what can not be read is passed over."""
    found: dict[Path, list[bytes]] = {}
    if not folder.is_dir():
        return found
    for path in sorted(folder.iterdir()):
        if path.suffix in suffixes:
            try:
                found[path] = certificates(path) or []
            except errors.HomeportError:
                # It is not what we wrote, which all may read.
                found[path] = []
    return found


def _additions(folder: Path, wanted: Wanted) -> list[Step]:
    found = inside(folder, ".crt")
    if any(map(wanted.is_it, found.values())):
        return []
    usual = folder / USUAL
    path = usual if usual not in found or wanted.is_ours(found[usual]) else folder / SPARE
    return [step(path, wanted, found.get(path))]


def _removals(folder: Path, wanted: Wanted, *, is_own: bool) -> list[Step]:
    """A link goes, and never what it leads to. Of an address that is not this stack's, only this very certificate."""
    return [
        removal(path)
        for path, has in inside(folder, ".crt").items()
        if wanted.is_it(has) or (is_own and (path.name == SPARE or wanted.is_ours(has)))
    ]
