"""All stores together: their order, and that one which cannot be told of does not stop the others."""

from __future__ import annotations

import pytest
from tests.net.trust import cas

from homeport.net.trust import table
from homeport.net.trust.contract import State


def names(here, *chosen, undo=False):
    return [each.store for each in table.places(here.machine, here.wanted(undo=undo), chosen)]


def test_those_of_this_system_in_their_order_and_undone_in_reverse(here):
    wanted = [name for name in table.NAMES if name != "keychain"]
    assert names(here) == wanted
    assert names(here, undo=True) == wanted[::-1]


def test_only_those_that_are_named(here):
    assert names(here, "k3s", "docker") == ["docker", "k3s"]


def test_one_of_another_system(here):
    (found,) = table.places(here.machine, here.wanted(), ["keychain"])
    assert (found.state, found.why) == (State.SKIPPED, "not on this system")


def test_one_that_cannot_be_told_of_does_not_stop_the_others(here):
    here.program("docker")
    here.program("k3s")
    here.write("/etc/rancher/k3s/registries.yaml", "mirrors: [")
    here.write("/etc/docker/certs.d", "a file")
    found = {each.store: each for each in table.places(here.machine, here.wanted())}
    assert found["k3s"].state is State.BLOCKED
    assert "is no YAML" in found["k3s"].why
    assert found["podman"].state is State.SKIPPED


@pytest.mark.parametrize("error", [PermissionError(13, "denied", "/x"), OSError(5, "broken", "/x")])
def test_what_is_barred_is_for_root(here, monkeypatch, error):
    def fail(*_):
        raise error

    monkeypatch.setattr(type(table.STORES[0]), "places", fail)
    found = table.places(here.machine, here.wanted())[0]
    is_barred = isinstance(error, PermissionError)
    assert found.state is (State.ROOT if is_barred else State.BLOCKED)
    assert "/x" in found.why


def test_each_store_says_who_reads_it():
    assert all(store.about for store in table.STORES)
    assert cas.OURS.name == "Homeport CA of test"
