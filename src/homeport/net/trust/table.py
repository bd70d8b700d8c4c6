"""All stores, in the order in which they are gone through."""

from __future__ import annotations

from collections.abc import Collection

from homeport import errors
from homeport.net.trust import contract
from homeport.net.trust.contract import Place, State, Store, Wanted
from homeport.net.trust.machine import Machine
from homeport.net.trust.stores import (
    chromium,
    containerd,
    containers,
    docker,
    firefox,
    java,
    k3s,
    keychain,
    system,
)

STORES: tuple[Store, ...] = (
    system.System(),
    keychain.Keychain(),
    firefox.Firefox(),
    chromium.Chromium(),
    java.Java(),
    docker.Docker(),
    containers.Containers(),
    containerd.Containerd(),
    k3s.K3s(),
)
NAMES = tuple(store.name for store in STORES)


def places(machine: Machine, wanted: Wanted, names: Collection[str] = ()) -> list[Place]:
    """The places of all stores of this system, or of those that are named. What can not be told of one is said of that one.

    Undone in reverse: the system's program would feed Java again with what it still has.
    """
    chosen = [store for store in STORES if not names or store.name in names]
    if wanted.is_undo:
        chosen.reverse()
    found = {store.name: _of(store, machine, wanted) for store in chosen}
    for name in names:
        found[name] = found[name] or [contract.skipped(name, machine.root, "not on this system")]
    return [place for places in found.values() for place in places]


def _of(store: Store, machine: Machine, wanted: Wanted) -> list[Place]:
    try:
        return store.places(machine, wanted)
    except errors.HomeportError as error:
        return [Place(store.name, machine.root, State.BLOCKED, why=error.what)]
    except PermissionError as error:
        state = State.BLOCKED if machine.is_root else State.ROOT
        return [Place(store.name, machine.root, state, why=f"{error.filename}: {error.strerror}")]
    except OSError as error:
        return [Place(store.name, machine.root, State.BLOCKED, why=str(error))]
