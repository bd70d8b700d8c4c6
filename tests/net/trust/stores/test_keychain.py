"""The keychain of macOS, with a stand-in for its program: what that would be called with."""

from __future__ import annotations

import dataclasses

import pytest
from tests.net.trust import cas

from homeport.net.trust.contract import State
from homeport.net.trust.stores import keychain

STORE = keychain.Keychain()


@pytest.fixture
def mac(here):
    """One that keeps certificates in a file."""
    kept = here.root / "Library/Keychains/System.keychain"
    kept.parent.mkdir(parents=True)
    kept.write_text(cas.FOREIGN.pem)
    script = f"""echo "$@" >>{here.root}/calls
case $1 in
find-certificate) cat {kept} ;;
add-trusted-cert) cat >>{kept} ;;
delete-certificate) head -n {cas.FOREIGN.pem.count(chr(10))} {kept} >{kept}.new; mv {kept}.new {kept} ;;
esac"""
    here.program("security", script)
    here.machine = dataclasses.replace(here.machine, platform="darwin")
    return kept


def test_comes_and_goes(here, mac):
    assert here.do(STORE) == [State.DONE]
    assert mac.read_text() == cas.FOREIGN.pem + cas.OURS.pem
    assert here.do(STORE) == [State.UNCHANGED]
    assert here.do(STORE, undo=True) == [State.DONE]
    assert mac.read_text() == cas.FOREIGN.pem
    assert here.do(STORE, undo=True) == [State.UNCHANGED]
    calls = (here.root / "calls").read_text()
    assert f"add-trusted-cert -d -r trustRoot -k {mac} /dev/stdin\n" in calls
    sha1 = cas.OURS.certificate.fingerprint(cas.hashes.SHA1()).hex().upper()
    assert f"delete-certificate -t -Z {sha1} {mac}\n" in calls


def test_there_is_none_on_linux(here):
    assert STORE.places(here.machine, here.wanted()) == []
