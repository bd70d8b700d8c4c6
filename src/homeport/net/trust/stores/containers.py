"""podman, skopeo, buildah and CRI-O. They read the files at each pull, those of the user first.

https://github.com/containers/image/blob/main/docs/containers-certs.d.5.md
"""

from __future__ import annotations

from homeport.net.trust import contract
from homeport.net.trust.contract import Place, Wanted
from homeport.net.trust.machine import Machine
from homeport.net.trust.stores import by_address

NAME = "podman"
FOLDER = "/etc/containers/certs.d"


class Containers:
    """The folder of root, and the one of a user."""

    name = NAME
    about = "podman, skopeo, buildah and CRI-O, for the registry's addresses"

    def places(self, machine: Machine, wanted: Wanted) -> list[Place]:
        """Root needs one of them."""
        folder = machine.at(FOLDER)
        if not machine.program("podman", "skopeo", "buildah", "crio") and not folder.is_dir():
            return [contract.skipped(NAME, folder, "not installed")]
        folders = [folder]
        if machine.person.uid != 0:
            folders.append(machine.home(".config/containers/certs.d"))
        return [by_address.place(NAME, each, machine, wanted) for each in folders]
