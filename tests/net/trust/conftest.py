"""A machine of a test's own: a root folder, a home, and the programs that the test puts there."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tests.net.trust import cas

from homeport.net.trust import carrying
from homeport.net.trust.contract import State, Wanted
from homeport.net.trust.hosts import Host
from homeport.net.trust.machine import Machine, Person

HOSTS = (Host("registry.homelab.local"), Host("localhost", 5000))


class Here:
    """The machine, and what is done with a store on it."""

    def __init__(self, folder: Path) -> None:
        self.root, self.home, self.bin = folder / "root", folder / "home", folder / "bin"
        for made in (self.root, self.home, self.bin):
            made.mkdir()
        person = Person("ann", 1000, 1000, self.home)
        self.machine = Machine(person, self.root, path=str(self.bin))

    def program(self, name: str, text: str = "exit 0") -> None:
        """One that does as it is told."""
        path = self.bin / name
        path.write_text(f"#!/bin/sh\nPATH=/usr/bin:/bin\n{text}\n")
        path.chmod(0o755)

    def real(self, name: str) -> None:
        """One of this machine; skips where there is none."""
        found = shutil.which(name, path="/usr/sbin:/usr/bin:/bin")
        if found is None:
            pytest.skip(f"{name} is not installed here")
        (self.bin / name).symlink_to(found)

    def write(self, path: str, text: str) -> Path:
        made = self.root / path.lstrip("/")
        made.parent.mkdir(parents=True, exist_ok=True)
        made.write_text(text)
        return made

    def wanted(self, authority=cas.OURS, *, undo=False) -> Wanted:
        return Wanted("homeport-12345678", authority, HOSTS, is_undo=undo)

    def do(self, store, authority=cas.OURS, *, undo=False):
        """The states afterwards; failures say why."""
        wanted = self.wanted(authority, undo=undo)
        places = store.places(self.machine, wanted)
        done = list(carrying.carry_out(self.machine, places, wanted))
        assert [each.why for each in done if each.state is State.FAILED] == []
        return [each.state for each in done]

    def files(self) -> dict[str, str]:
        """Everything that lies in the root and in the home."""
        return {
            str(path.relative_to(top)): path.read_text(errors="replace")
            for top in (self.root, self.home)
            for path in sorted(top.rglob("*"))
            if path.is_file()
        }


@pytest.fixture
def here(tmp_path):
    return Here(tmp_path)
