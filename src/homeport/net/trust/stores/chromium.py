"""Chromium, Chrome, Brave and Edge on Linux: one database of a user for all of them. It is read when they start.

https://chromium.googlesource.com/chromium/src/+/main/docs/linux/cert_management.md
"""

from __future__ import annotations

from pathlib import Path

from homeport.net.trust import contract
from homeport.net.trust.contract import Place, Wanted
from homeport.net.trust.machine import Machine
from homeport.net.trust.stores import nss

NAME = "chromium"
USUAL = ".pki/nssdb"
OTHERS = (
    # Where newer releases make it if there is none yet.
    ".local/share/pki/nssdb",
    "snap/chromium/current/.pki/nssdb",
    ".var/app/org.chromium.Chromium/.pki/nssdb",
    ".var/app/com.google.Chrome/.pki/nssdb",
)
"""Also of the snap and the flatpaks."""
PROGRAMS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "brave-browser",
    "microsoft-edge",
)


class Chromium:
    """All databases of the user."""

    name = NAME
    about = "Chromium, Chrome, Brave and Edge on Linux"

    def places(self, machine: Machine, wanted: Wanted) -> list[Place]:
        """Those that are there; the usual one is made where the browser has not made it yet."""
        usual = machine.home(USUAL)
        if machine.platform != "linux":
            return [contract.skipped(NAME, usual, "browsers here read the keychain")]
        found = _databases(machine)
        is_installed = machine.program(*PROGRAMS) is not None
        if not found and not is_installed:
            return [contract.skipped(NAME, usual, "not installed")]
        after = "Chromium reads it when it starts: restart it."
        return list(nss.places(NAME, found or [usual], machine, wanted, after))


def _databases(machine: Machine) -> list[Path]:
    folders = [machine.home(each) for each in (USUAL, *OTHERS)]
    with machine.acting(folders[0]):
        return [each for each in folders if nss.is_database(each)]
