"""A stack whose port or domain was changed: what it had before is found by the certificate, and goes too."""

from __future__ import annotations

import dataclasses

import pytest
from tests.net.trust import cas

from homeport.net.trust import carrying
from homeport.net.trust.contract import State
from homeport.net.trust.hosts import Host
from homeport.net.trust.stores import containerd, containers, docker, k3s

STORES = [docker.Docker(), containers.Containers(), containerd.Containerd(), k3s.K3s()]
EARLIER = (Host("localhost", 6000), Host("old.lan"))


@pytest.fixture(params=STORES, ids=lambda store: store.name)
def store(request, here):
    here.program(request.param.name)
    return request.param


def do(here, store, authority, hosts, *, undo=False):
    wanted = dataclasses.replace(here.wanted(authority, undo=undo), hosts=hosts)
    done = carrying.carry_out(here.machine, store.places(here.machine, wanted), wanted)
    assert {each.state for each in done} <= {State.DONE, State.UNCHANGED}


def test_it_goes_too(here, store):
    do(here, store, cas.OURS, EARLIER)
    here.do(store)
    assert "old.lan" in str(here.files())
    here.do(store, undo=True)
    assert [name for name in here.files() if not name.endswith(".before-homeport")] == []


def test_that_of_another_stack_stays(here, store):
    """With the same subject: two stacks of one machine."""
    if store.name == "k3s":
        pytest.skip("it has one file of one CA")
    do(here, store, cas.OLDER, EARLIER)
    before = here.files()
    here.do(store)
    here.do(store, undo=True)
    assert here.files() == before
