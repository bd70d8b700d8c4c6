"""containerd, and nerdctl: a hosts.toml for each address, with the CA beside it. It is read at each pull.

https://github.com/containerd/containerd/blob/main/docs/hosts.md
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from homeport.net.trust import contract
from homeport.net.trust.contract import Place, State, Wanted
from homeport.net.trust.files import writing
from homeport.net.trust.files.writing import Action, Step
from homeport.net.trust.hosts import Host
from homeport.net.trust.machine import Machine
from homeport.net.trust.stores import by_address

NAME = "containerd"
FOLDER = "/etc/containerd/certs.d"
TRUST = f'ca = "{by_address.USUAL}"\n'
"""Its path is that from the file's own folder."""
_HOSTS = "hosts.toml"
_AFTER = (
    'containerd reads it where its config.toml has config_path = "/etc/containerd/certs.d" in the registry table of the CRI'
    " plugin; after a change of that, restart it: systemctl restart containerd"
)


def hosts_toml(host: Host, trust: str) -> str:
    """Tells containerd whom to trust there.

    What is said before the table is for `server`, which is asked last and has the last word: it needs the CA, too. The CA alone at
    the top is not enough (seen with containerd 1.6): the host of the table has its own.
    """
    text = f'server = "{host.url}"\n{trust}\n[host."{host.url}"]\n'
    text += '  capabilities = ["pull", "resolve"]\n'
    return text + (f"  {trust}" if trust else "")


class Containerd:
    """One folder for each address."""

    name = NAME
    about = "containerd and nerdctl, for the registry's addresses"

    def places(self, machine: Machine, wanted: Wanted) -> list[Place]:
        """One for all addresses; and one for each whose file is somebody else's."""
        folder = machine.at(FOLDER)
        if not machine.program("containerd") and not machine.at("/etc/containerd").is_dir():
            return [contract.skipped(NAME, folder, "not installed")]
        plan = _removed if wanted.is_undo else _added
        steps: list[Step] = []
        blocked: list[Place] = []
        for host in _hosts(folder, wanted):
            own = folder / host.key
            try:
                steps += plan(own, host, wanted)
            except _Foreign as why:
                blocked.append(Place(NAME, own / _HOSTS, State.BLOCKED, why=str(why)))
        needs = steps[0].path if steps else folder / _HOSTS
        empty = dict.fromkeys(each.path.parent for each in steps) if wanted.is_undo else ()
        after = "" if wanted.is_undo or _is_told(machine) else _AFTER
        made = contract.todo(
            NAME, folder, steps, machine, needs=needs, after=after, empty=tuple(empty)
        )
        return blocked if blocked and not steps else [made, *blocked]


def _hosts(folder: Path, wanted: Wanted) -> list[Host]:
    """Those of this stack; undone, also those that it had before, which have this very certificate."""
    if not wanted.is_undo:
        return list(wanted.hosts)
    return [
        Host.of(path.name)
        for path, is_own in by_address.addressed(folder, wanted).items()
        if is_own or wanted.is_it(by_address.inside(path, ".crt").get(path / by_address.USUAL, []))
    ]


class _Foreign(Exception):
    """A file of somebody else's stands in the way, and why."""


def _added(own: Path, host: Host, wanted: Wanted) -> list[Step]:
    text, ca = writing.read(own / _HOSTS), own / by_address.USUAL
    made: list[Step] = []
    if text is None:
        whole = hosts_toml(host, TRUST)
        made.append(Step(Action.CREATE, own / _HOSTS, whole, by_address.MODE, None))
    else:
        named = _named(text, host, own)
        if any(wanted.is_it(by_address.certificates(each) or []) for each in named):
            return []
        if ca not in named:
            raise _Foreign(
                f'it is not ours: add ca = "{ca.name}" at its top and in [host."{host.url}"], and copy the CA beside it'
            )
    has = by_address.certificates(ca)
    if has is None or wanted.is_ours(has):
        # The certificate first: a hosts.toml that names what is not there makes every pull fail.
        is_there = has is not None and wanted.is_it(has)
        return made if is_there else [by_address.step(ca, wanted, has), *made]
    raise _Foreign(f"{ca} is somebody else's")


def _removed(own: Path, host: Host, wanted: Wanted) -> list[Step]:
    ca = own / by_address.USUAL
    has, text = by_address.certificates(ca), writing.read(own / _HOSTS)
    is_made_by_us = text == hosts_toml(host, TRUST)
    if has is None:
        # A half of an undoing that was cut off.
        return [by_address.removal(own / _HOSTS)] if is_made_by_us else []
    if not wanted.is_ours(has):
        return []
    if text is None:
        return [by_address.removal(ca)]
    if is_made_by_us:
        return [by_address.removal(own / _HOSTS), by_address.removal(ca)]
    if by_address.USUAL not in text:
        return [by_address.removal(ca)]
    raise _Foreign(
        "it has more than we wrote and needs ca.crt: homeport node-config --form containerd --uninstall, or mend it by hand"
    )


def _named(text: str, host: Host, own: Path) -> set[Path]:
    """The files of CAs that a hosts.toml names both for the host and for `server`."""
    data = _read(text)
    hosts = data.get("host")
    found = hosts.get(host.url) if isinstance(hosts, dict) else None
    return _files(data, own) & _files(found, own) if isinstance(found, dict) else set()


def _files(table: dict[str, Any], own: Path) -> set[Path]:
    named = table.get("ca")
    listed = named if isinstance(named, list) else [named]
    return {own / each for each in listed if isinstance(each, str)}


def _read(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _Foreign(f"it is no TOML: {error}") from error


def _is_told(machine: Machine) -> bool:
    """Whether containerd looks there. Its file has that setting under other names in each version, so it is looked for as text."""
    text = writing.read(machine.at("/etc/containerd/config.toml")) or ""
    lines = [line.strip() for line in text.splitlines()]
    return any(line.startswith("config_path") and FOLDER in line for line in lines)
