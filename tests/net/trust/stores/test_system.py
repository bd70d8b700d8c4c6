"""The families of Linux systems: the file where each has it, and its program run when that is needed and else not."""

from __future__ import annotations

import dataclasses

import pytest
from tests.net.trust import cas

from homeport.net.trust.contract import Command, State
from homeport.net.trust.machine import Machine
from homeport.net.trust.stores import system

STORE = system.System()
FILE = "homeport-12345678"


@pytest.fixture(params=system.FAMILIES, ids=["fedora", "arch", "suse", "debian"])
def family(request, here):
    """A program that makes the bundle of what is in the folder, as those do."""
    found = request.param
    folder, bundle = here.root / found.folder[1:], here.root / found.bundle[1:]
    for made in (folder, bundle.parent):
        made.mkdir(parents=True)
    script = f'echo "$@" >>{here.root}/calls; cat {folder}/* >{bundle} 2>/dev/null; exit 0'
    here.program(found.update[0], script)
    return found


def calls(here):
    path = here.root / "calls"
    return path.read_text().splitlines() if path.exists() else []


def test_comes_and_goes(here, family):
    assert here.do(STORE) == [State.DONE]
    path = here.root / family.folder[1:] / f"{FILE}{family.suffix}"
    assert path.read_text() == cas.OURS.pem
    assert here.do(STORE) == [State.UNCHANGED]
    assert here.do(STORE, undo=True) == [State.DONE]
    assert not path.exists()
    assert here.do(STORE, undo=True) == [State.UNCHANGED]
    words = [family.update, family.undo or family.update]
    assert calls(here) == [" ".join(each[1:]) for each in words]


def test_others_stay(here, family):
    other = here.write(f"{family.folder}/corporate.crt", cas.FOREIGN.pem)
    both = here.write(f"{family.folder}/both.crt", cas.FOREIGN.pem + cas.OURS.pem)
    here.do(STORE)
    here.do(STORE, undo=True)
    assert other.read_text() == cas.FOREIGN.pem
    assert both.read_text() == cas.FOREIGN.pem + cas.OURS.pem


def test_one_that_was_put_there_by_hand_is_enough_and_goes(here, family):
    path = here.write(f"{family.folder}/mine.crt", cas.OURS.pem)
    assert here.do(STORE) == [State.DONE], "the bundle lacks it"
    assert here.do(STORE) == [State.UNCHANGED]
    here.do(STORE, undo=True)
    assert not path.exists()


def test_a_new_ca_takes_the_place_of_the_old_one(here, family):
    here.do(STORE, cas.OLDER)
    here.do(STORE)
    bundle = (here.root / family.bundle[1:]).read_text()
    assert cas.OURS.pem in bundle
    assert cas.OLDER.pem not in bundle


def test_a_run_that_was_cut_off_is_mended(here, family):
    """The file was written or taken away, and the program was not run."""
    own = here.write(f"{family.folder}/{FILE}{family.suffix}", cas.OURS.pem)
    assert here.do(STORE) == [State.DONE]
    own.unlink()
    assert here.do(STORE, undo=True) == [State.DONE]
    assert len(calls(here)) == 2


def test_undone_when_the_ca_is_gone(here, family):
    here.do(STORE)
    assert here.do(STORE, None, undo=True) == [State.DONE]
    assert (here.root / family.bundle[1:]).read_text() == ""


def test_a_failing_program_is_a_failure(here, family):
    here.program(family.update[0], "echo no; exit 1")
    with pytest.raises(AssertionError, match="failed: no"):
        here.do(STORE)


def test_only_root_may(here, family, monkeypatch):
    monkeypatch.setattr(Machine, "can_write", lambda *_: False)
    (found,) = STORE.places(here.machine, here.wanted())
    assert found.state is State.ROOT
    assert isinstance(found.steps[-1], Command)


def test_an_unknown_system_is_skipped_and_another_has_none(here):
    assert here.do(STORE) == [State.SKIPPED]
    other = dataclasses.replace(here.machine, platform="darwin")
    assert STORE.places(other, here.wanted()) == []
