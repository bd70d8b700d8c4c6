"""Databases of NSS, as Firefox and Chromium have them, changed by its own certutil.

https://firefox-source-docs.mozilla.org/security/nss/legacy/tools/nss_tools_certutil/index.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from homeport import errors
from homeport.net.trust import authority, contract
from homeport.net.trust.contract import Command, Place, State, Wanted
from homeport.net.trust.machine import Machine

INSTALL = "certutil is not installed: sudo apt-get install libnss3-tools (Fedora: nss-tools, Arch: nss, openSUSE: mozilla-nss-tools)"
TRUSTED = "C,,"
"""A CA of servers."""
_ROW = re.compile(r"^(?P<name>.*?\S)\s+(?P<trust>[a-zA-Z]*,[a-zA-Z]*,[a-zA-Z]*)\s*$")
_DATABASE = "cert9.db"
_MOST = 200
"""Trusted CAs that are looked at; more have not been added by hand."""


class _Row(NamedTuple):
    name: str
    trust: str


def places(
    store: str, folders: list[Path], machine: Machine, wanted: Wanted, after: str
) -> Iterator[Place]:
    """One for each database."""
    program = machine.program("certutil")
    for folder in folders:
        if program is None:
            yield contract.skipped(store, folder, INSTALL)
            continue
        try:
            steps = _steps(program, folder, machine, wanted)
        except errors.HomeportError as error:
            yield Place(store, folder, State.BLOCKED, why=error.what)
        else:
            needs = folder / _DATABASE
            yield contract.todo(store, folder, steps, machine, needs=needs, after=after)


def is_database(folder: Path) -> bool:
    """Whether there is one, in the form that NSS has had since 3.35: https://wiki.mozilla.org/NSS_Shared_DB"""
    return (folder / _DATABASE).is_file()


def _steps(program: str, folder: Path, machine: Machine, wanted: Wanted) -> list[Command]:
    database = ("-d", f"sql:{folder}")
    if not _exists(folder, machine):
        if wanted.is_undo:
            return []
        return [
            Command(("mkdir", "-p", "-m", "700", str(folder))),
            Command((program, "-N", *database, "--empty-password")),
            _addition(program, database, wanted),
        ]
    rows = _rows(machine.run((program, "-L", *database), folder))
    own = [row for row in rows if row.name == wanted.slot]
    holders = _holders(program, database, rows, folder, machine, wanted)
    if wanted.is_undo:
        gone = dict.fromkeys(row.name for row in (*own, *holders))
        return [_removal(program, database, name) for name in gone]
    if any(_is_trusted(row) for row in holders):
        return []
    made = [_removal(program, database, row.name) for row in own]
    return [*made, _addition(program, database, wanted)]


def _exists(folder: Path, machine: Machine) -> bool:
    with machine.acting(folder):
        return is_database(folder)


def _holders(
    program: str,
    database: tuple[str, str],
    rows: list[_Row],
    folder: Path,
    machine: Machine,
    wanted: Wanted,
) -> list[_Row]:
    """The entries that are this certificate: ours, and those that somebody made by hand.

    certutil shows all certificates of one subject whichever entry is asked for, so an entry of another name counts only where it
    is alone.
    """
    asked = [row for row in rows if row.name == wanted.slot or _is_trusted(row)][:_MOST]
    found: list[_Row] = []
    for row in asked:
        said = machine.run((program, "-L", *database, "-n", row.name, "-a"), folder)
        has = authority.parsed(said.encode())
        if wanted.is_it(has) or (row.name == wanted.slot and wanted.has_it(has)):
            found.append(row)
    return found


def _addition(program: str, database: tuple[str, str], wanted: Wanted) -> Command:
    words = (program, "-A", *database, "-n", wanted.slot, "-t", TRUSTED, "-a")
    # Where the database has a password that is not known, certutil adds the certificate, fails to trust it, and leaves it.
    return Command(words, is_fed=True, mend=_removal(program, database, wanted.slot).argv)


def _removal(program: str, database: tuple[str, str], name: str) -> Command:
    return Command((program, "-D", *database, "-n", name))


def _rows(said: str) -> list[_Row]:
    found = (_ROW.match(line) for line in said.splitlines())
    return [_Row(each["name"], each["trust"]) for each in found if each]


def _is_trusted(row: _Row) -> bool:
    return "C" in row.trust.partition(",")[0]
