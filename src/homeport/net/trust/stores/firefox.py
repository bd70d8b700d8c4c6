"""Firefox: a database in each profile. It is read when Firefox starts.

https://support.mozilla.org/en-US/kb/setting-certificate-authorities-firefox
"""

from __future__ import annotations

from pathlib import Path

from homeport.net.trust import contract
from homeport.net.trust.contract import Place, Wanted
from homeport.net.trust.machine import Machine
from homeport.net.trust.stores import nss

NAME = "firefox"
FOLDERS = (
    ".mozilla/firefox",
    # https://www.mozilla.org/en-US/firefox/147.0/releasenotes/ (the folders of the XDG specification)
    ".config/mozilla/firefox",
    "snap/firefox/common/.mozilla/firefox",
    ".var/app/org.mozilla.firefox/.mozilla/firefox",
    ".var/app/org.mozilla.firefox/config/mozilla/firefox",
    "Library/Application Support/Firefox/Profiles",
)
"""Of the package, the snap, the flatpak, and on macOS."""
_MOST = 50


class Firefox:
    """All profiles."""

    name = NAME
    about = "Firefox, each profile"

    def places(self, machine: Machine, wanted: Wanted) -> list[Place]:
        """One for each profile."""
        found = _profiles(machine)
        if not found:
            why = "no profile yet: start it once" if _is_installed(machine) else "not installed"
            return [contract.skipped(NAME, machine.home(FOLDERS[0]), why)]
        after = "Firefox reads it when it starts: restart it."
        return list(nss.places(NAME, found, machine, wanted, after))


def _profiles(machine: Machine) -> list[Path]:
    found: list[Path] = []
    for folder in map(machine.home, FOLDERS):
        with machine.acting(folder):
            if folder.is_dir():
                found += [each for each in sorted(folder.iterdir()) if nss.is_database(each)]
    return found[:_MOST]


def _is_installed(machine: Machine) -> bool:
    return machine.program("firefox", "firefox-esr") is not None
