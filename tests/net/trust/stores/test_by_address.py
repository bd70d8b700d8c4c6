"""Docker and podman's family: a folder for each address, in which others may have files."""

from __future__ import annotations

import dataclasses

import pytest
from tests.net.trust import cas
from tests.net.trust.conftest import HOSTS

from homeport.net.trust.contract import State
from homeport.net.trust.machine import Person
from homeport.net.trust.stores import containers, docker

STORES = [
    (docker.Docker(), "/etc/docker/certs.d", ".config/docker/certs.d"),
    (containers.Containers(), "/etc/containers/certs.d", ".config/containers/certs.d"),
]
KEYS = [host.key for host in HOSTS]


@pytest.fixture(params=STORES, ids=["docker", "podman"])
def kind(request, here):
    for name in ("docker", "podman"):
        here.program(name)
    (here.home / ".config/docker").mkdir(parents=True)
    return request.param


def test_comes_and_goes(here, kind):
    store, system, own = kind
    assert here.do(store) == [State.DONE, State.DONE]
    assert here.files() == {
        f"{folder}/{key}/ca.crt": cas.OURS.pem for folder in (system[1:], own) for key in KEYS
    }
    assert here.do(store) == [State.UNCHANGED, State.UNCHANGED]
    assert here.do(store, undo=True) == [State.DONE, State.DONE]
    assert here.files() == {}
    assert list((here.root / system[1:]).iterdir()) == []
    assert here.do(store, undo=True) == [State.UNCHANGED, State.UNCHANGED]


def test_a_new_ca_takes_the_place_of_the_old_one(here, kind):
    store, *_ = kind
    here.do(store, cas.OLDER)
    here.do(store)
    assert set(here.files().values()) == {cas.OURS.pem}
    assert len(here.files()) == 4


def test_somebody_elses_stays_as_it_is(here, kind):
    store, system, _ = kind
    theirs = here.write(f"{system}/{KEYS[0]}/ca.crt", cas.FOREIGN.pem)
    key = here.write(f"{system}/{KEYS[0]}/client.key", "secret")
    here.do(store)
    assert theirs.with_name("homeport.crt").read_text() == cas.OURS.pem
    here.do(store, undo=True)
    assert {path: path.read_text() for path in theirs.parent.iterdir()} == {
        theirs: cas.FOREIGN.pem,
        key: "secret",
    }


def test_one_that_somebody_put_there_by_another_name_is_enough(here, kind):
    store, system, _ = kind
    for key in KEYS:
        here.write(f"{system}/{key}/mine.crt", f"# a remark\n{cas.OURS.pem}")
    assert here.do(store)[0] is State.UNCHANGED
    assert here.do(store, undo=True)[0] is State.DONE
    assert [name for name in here.files() if name.endswith("mine.crt")] == []


def test_a_file_with_others_too_is_theirs(here, kind):
    store, system, _ = kind
    both = here.write(f"{system}/{KEYS[0]}/ca.crt", cas.FOREIGN.pem + cas.OURS.pem)
    here.do(store)
    here.do(store, undo=True)
    assert both.read_text() == cas.FOREIGN.pem + cas.OURS.pem


def test_a_link_goes_and_never_what_it_leads_to(here, kind):
    store, system, _ = kind
    real = here.write("/data/certs/ca.crt", cas.OURS.pem)
    for key in KEYS:
        link = here.write(f"{system}/{key}/ca.crt", "")
        link.unlink()
        link.symlink_to(real)
    assert here.do(store)[0] is State.UNCHANGED
    here.do(store, undo=True)
    assert real.read_text() == cas.OURS.pem
    assert not link.is_symlink()


def test_undone_when_the_ca_is_gone(here, kind):
    store, system, _ = kind
    here.do(store)
    theirs = here.write(f"{system}/{KEYS[0]}/theirs.crt", cas.FOREIGN.pem)
    assert here.do(store, None, undo=True) == [State.DONE, State.DONE]
    assert list(here.files().values()) == [cas.FOREIGN.pem]
    assert theirs.exists()


def test_what_is_no_file_is_not_waited_for(here, kind):
    store, system, _ = kind
    folder = here.write(f"{system}/{KEYS[0]}/x", "").parent
    (folder / "ca.crt").mkdir()
    assert here.do(store)[0] is State.DONE
    assert (folder / "homeport.crt").read_text() == cas.OURS.pem


def test_root_has_one_folder_only(here, kind):
    store, system, _ = kind
    machine = dataclasses.replace(here.machine, person=Person("root", 0, 0, here.home))
    found = store.places(machine, here.wanted())
    assert [each.where for each in found] == [here.root / system[1:]]


def test_what_is_not_installed_is_skipped(here):
    for store, *_ in STORES:
        (found,) = store.places(here.machine, here.wanted())
        assert (found.state, found.why) == (State.SKIPPED, "not installed")


def test_docker_desktop_of_macos(here):
    (here.home / ".docker").mkdir()
    machine = dataclasses.replace(here.machine, platform="darwin")
    (found,) = docker.Docker().places(machine, here.wanted())
    assert found.where == here.home / ".docker/certs.d"
