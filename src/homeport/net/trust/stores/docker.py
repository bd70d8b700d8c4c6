"""Docker: the engine of root and the one of a user. It reads the files at each pull.

https://docs.docker.com/engine/security/certificates/ and https://docs.docker.com/engine/security/rootless/
"""

from __future__ import annotations

from homeport.net.trust import contract
from homeport.net.trust.contract import Place, Wanted
from homeport.net.trust.machine import Machine
from homeport.net.trust.stores import by_address

NAME = "docker"
FOLDER = "/etc/docker/certs.d"


class Docker:
    """Both engines."""

    name = NAME
    about = "Docker, for the registry's addresses"

    def places(self, machine: Machine, wanted: Wanted) -> list[Place]:
        """That of root, and that of a user where there is one."""
        own = _of_user(machine)
        folders = [machine.home(own)] if own and machine.home(own).parent.is_dir() else []
        has_engine = machine.program("dockerd", "docker") and machine.platform == "linux"
        if has_engine or machine.at("/etc/docker").is_dir():
            folders.insert(0, machine.at(FOLDER))
        if not folders:
            return [contract.skipped(NAME, machine.at(FOLDER), "not installed")]
        return [by_address.place(NAME, folder, machine, wanted) for folder in folders]


def _of_user(machine: Machine) -> str:
    """Docker Desktop copies that of macOS into its machine when it starts: https://docs.docker.com/desktop/troubleshoot-and-support/faqs/macfaqs/"""
    if machine.platform == "darwin":
        return ".docker/certs.d"
    return "" if machine.person.uid == 0 else ".config/docker/certs.d"
