"""Databases of NSS, changed by a real certutil: Firefox's in each profile, Chromium's in the home."""

from __future__ import annotations

import os
import re
import subprocess

import pytest
from tests.net.trust import cas
from tests.net.trust.test_machine import NOBODY, root_only, sudo

from homeport.net.trust import carrying
from homeport.net.trust.contract import State
from homeport.net.trust.stores import chromium, firefox, nss

CHROMIUM, FIREFOX = chromium.Chromium(), firefox.Firefox()
PROFILE = ".mozilla/firefox/abc.default-esr"
NAME = "homeport-12345678"
__all__ = ["sudo"]


@pytest.fixture(autouse=True)
def _installed(here):
    here.real("certutil")
    here.real("mkdir")


def certutil(*words, given=""):
    done = subprocess.run(
        ["certutil", *map(str, words)], input=given, capture_output=True, text=True, check=True
    )
    return done.stdout


def database(folder, *flags):
    folder.mkdir(parents=True, exist_ok=True)
    certutil("-N", "-d", f"sql:{folder}", *(flags or ("--empty-password",)))
    return folder


def add(folder, name, authority, trust="C,,"):
    words = ("-A", "-d", f"sql:{folder}", "-n", name, "-t", trust, "-a")
    certutil(*words, given=authority.pem)


def entries(folder):
    said = certutil("-L", "-d", f"sql:{folder}")
    return dict(re.findall(r"^(.*\S) +(\S*,\S*,\S*) *$", said, re.MULTILINE))


def certificate(folder, name):
    return certutil("-L", "-d", f"sql:{folder}", "-n", name, "-a").replace("\r", "")


@pytest.mark.parametrize(("store", "path"), [(CHROMIUM, chromium.USUAL), (FIREFOX, PROFILE)])
def test_comes_and_goes_beside_those_of_others(here, store, path):
    folder = database(here.home / path)
    add(folder, "Corporate CA", cas.FOREIGN, "CT,C,C")
    assert here.do(store) == [State.DONE]
    assert entries(folder) == {"Corporate CA": "CT,C,C", NAME: "C,,"}
    assert certificate(folder, NAME) == cas.OURS.pem
    assert here.do(store) == [State.UNCHANGED]
    assert here.do(store, undo=True) == [State.DONE]
    assert entries(folder) == {"Corporate CA": "CT,C,C"}
    assert certificate(folder, "Corporate CA") == cas.FOREIGN.pem
    assert here.do(store, undo=True) == [State.UNCHANGED]


@pytest.mark.parametrize("folder", firefox.FOLDERS)
def test_profiles_of_every_kind(here, folder):
    profiles = [database(here.home / folder / name) for name in ("a.default", "b.work")]
    (here.home / folder / "Crash Reports").mkdir()
    assert here.do(FIREFOX) == [State.DONE, State.DONE]
    assert [entries(profile) for profile in profiles] == [{NAME: "C,,"}] * 2


@pytest.mark.parametrize("folder", chromium.OTHERS)
def test_chromium_of_every_kind(here, folder):
    made = database(here.home / folder)
    assert here.do(CHROMIUM) == [State.DONE]
    assert entries(made) == {NAME: "C,,"}
    assert not (here.home / chromium.USUAL).exists()


def test_a_database_is_made_where_the_browser_was_not_started_yet(here):
    here.program("chromium")
    assert here.do(CHROMIUM) == [State.DONE]
    folder = here.home / chromium.USUAL
    assert entries(folder) == {NAME: "C,,"}
    assert folder.stat().st_mode & 0o777 == 0o700


def test_a_new_ca_takes_the_place_of_the_old_one(here):
    folder = database(here.home / PROFILE)
    here.do(FIREFOX, cas.OLDER)
    assert here.do(FIREFOX) == [State.DONE]
    assert entries(folder) == {NAME: "C,,"}
    assert certificate(folder, NAME) == cas.OURS.pem


def test_the_ca_of_another_stack_stays(here):
    """It has the same subject, and certutil shows both for either name."""
    folder = database(here.home / PROFILE)
    add(folder, "homeport-87654321", cas.OLDER)
    assert here.do(FIREFOX) == [State.DONE]
    assert here.do(FIREFOX) == [State.UNCHANGED]
    here.do(FIREFOX, undo=True)
    assert entries(folder) == {"homeport-87654321": "C,,"}
    assert certificate(folder, "homeport-87654321") == cas.OLDER.pem


def test_one_that_somebody_added_by_hand_is_enough_and_goes(here):
    folder = database(here.home / PROFILE)
    add(folder, "by hand", cas.OURS)
    assert here.do(FIREFOX) == [State.UNCHANGED]
    assert here.do(FIREFOX, undo=True) == [State.DONE]
    assert entries(folder) == {}


def test_one_that_is_there_and_not_trusted_is_mended(here):
    folder = database(here.home / PROFILE)
    add(folder, NAME, cas.OURS, ",,")
    assert here.do(FIREFOX) == [State.DONE]
    assert entries(folder) == {NAME: "C,,"}


def test_a_password_that_is_not_known_leaves_nothing_half_done(here, tmp_path):
    (tmp_path / "word").write_text("secret\n")
    folder = database(here.home / PROFILE, "-f", tmp_path / "word")
    places = FIREFOX.places(here.machine, here.wanted())
    (found,) = carrying.carry_out(here.machine, places, here.wanted())
    assert found.state is State.FAILED
    assert "SEC_ERROR_BAD_PASSWORD" in found.why
    assert entries(folder) == {}


def test_a_broken_database_does_not_stop_the_other_profiles(here):
    database(here.home / PROFILE)
    broken = here.home / ".mozilla/firefox/z.broken/cert9.db"
    broken.parent.mkdir()
    broken.write_bytes(b"no database")
    assert here.do(FIREFOX) == [State.DONE, State.BLOCKED]


def test_undone_when_the_ca_is_gone(here):
    folder = database(here.home / PROFILE)
    here.do(FIREFOX)
    assert here.do(FIREFOX, None, undo=True) == [State.DONE]
    assert entries(folder) == {}


@pytest.mark.parametrize("store", [CHROMIUM, FIREFOX])
def test_what_is_missing_is_said(here, store):
    (found,) = store.places(here.machine, here.wanted())
    assert (found.state, found.why) == (State.SKIPPED, "not installed")
    for path in (PROFILE, chromium.USUAL):
        database(here.home / path)
    (here.bin / "certutil").unlink()
    (found,) = store.places(here.machine, here.wanted())
    assert (found.state, found.why) == (State.SKIPPED, nss.INSTALL)


@root_only
def test_under_sudo_the_database_stays_its_owners(sudo, here):
    here.program("chromium")
    machine = sudo
    places = CHROMIUM.places(machine, here.wanted())
    (found,) = carrying.carry_out(machine, places, here.wanted())
    assert (found.state, found.why) == (State.DONE, "")
    made = [here.home / ".pki", *(here.home / ".pki").rglob("*")]
    assert {path.stat().st_uid for path in made} == {NOBODY}
    assert os.geteuid() == 0
