"""K3s on this machine: registries.yaml, in which others may have a part, and a file of the CA.

https://docs.k3s.io/installation/private-registry
"""

from __future__ import annotations

import stat
from pathlib import Path

from homeport.net.trust import contract
from homeport.net.trust.contract import Place, State, Wanted
from homeport.net.trust.files import registries, writing
from homeport.net.trust.files.writing import Action, Step
from homeport.net.trust.machine import Machine
from homeport.net.trust.stores import by_address

NAME = "k3s"
FILE = "/etc/rancher/k3s/registries.yaml"
_AFTER = "K3s reads it when it starts: sudo systemctl restart k3s (on agents: k3s-agent). Pods go on running."


class K3s:
    """A node that this machine is."""

    name = NAME
    about = "K3s on this machine, for the registry's addresses"

    def places(self, machine: Machine, wanted: Wanted) -> list[Place]:
        """The file of all registries, and the CA's."""
        path = machine.at(FILE)
        if not machine.program("k3s") and not path.parent.is_dir():
            return [contract.skipped(NAME, path, "not installed")]
        path = path.resolve() if path.is_symlink() else path
        ca = machine.at(wanted.k3s_file)
        has = by_address.certificates(ca)
        if has is not None and not wanted.is_ours(has):
            if wanted.is_undo:
                return [Place(NAME, path, State.UNCHANGED, why=f"{ca} is another CA")]
            why = f"{ca} is somebody else's: kubernetes.node_ca names another file"
            return [Place(NAME, path, State.BLOCKED, why=why)]
        steps = _merged(path, wanted)
        if wanted.is_undo:
            steps += [by_address.removal(ca)] if has is not None else []
        elif has is None or not wanted.is_it(has):
            steps.insert(0, by_address.step(ca, wanted, has))
        return [contract.todo(NAME, path, steps, machine, after=_AFTER)]


def _merged(path: Path, wanted: Wanted) -> list[Step]:
    """What is done with the file that others have a part in; as it is now, it is kept beside it."""
    old = writing.read(path)
    text, where = old or "", str(path)
    for host in (
        registries.trusting(text, wanted.k3s_file, where) if wanted.is_undo else wanted.hosts
    ):
        if wanted.is_undo:
            text = registries.without_authority(text, host, wanted.k3s_file, where)
        else:
            text = registries.with_authority(text, host, wanted.k3s_file, where)
    if text == (old or ""):
        return []
    if old is None:
        return [Step(Action.CREATE, path, text, by_address.MODE, None)]
    mode = stat.S_IMODE(path.stat().st_mode)
    action = Action.CHANGE if text else Action.REMOVE
    # A file that was ours alone is made again by the same command.
    backup = writing.backup(path) if text or "#" in (old or "") else None
    return [Step(action, path, text, mode, backup)]
