"""The System keychain of macOS: Safari, Chrome, curl and most programs there. Written from its documentation; it was not tried.

https://support.apple.com/guide/keychain-access/add-certificates-to-a-keychain-kyca2431/mac and `man security`
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from homeport.net.trust import authority, contract
from homeport.net.trust.contract import Command, Place, Wanted
from homeport.net.trust.machine import Machine

NAME = "keychain"
KEYCHAIN = "/Library/Keychains/System.keychain"


class Keychain:
    """The one of all users."""

    name = NAME
    about = "Safari, Chrome and most programs of macOS"

    def places(self, machine: Machine, wanted: Wanted) -> list[Place]:
        """The keychain, where there is one."""
        where = machine.at(KEYCHAIN)
        program = machine.program("security")
        if machine.platform != "darwin" or program is None:
            return []
        found = _found(program, where, machine)
        is_there = wanted.has_it(found)
        if is_there != wanted.is_undo:
            return [contract.todo(NAME, where, [], machine)]
        if wanted.authority is not None and wanted.is_undo:
            # It knows certificates by that digest; nothing is kept secret by it.
            sha1 = hashlib.sha1(wanted.authority.der, usedforsecurity=False).hexdigest().upper()
            steps = [Command((program, "delete-certificate", "-t", "-Z", sha1, str(where)))]
        else:
            words = ("add-trusted-cert", "-d", "-r", "trustRoot", "-k", str(where), "/dev/stdin")
            steps = [Command((program, *words), is_fed=True)]
        return [contract.todo(NAME, where, steps, machine)]


def _found(program: str, where: Path, machine: Machine) -> list[bytes]:
    said = machine.run((program, "find-certificate", "-a", "-p", str(where)), where)
    return authority.parsed(said.encode())
