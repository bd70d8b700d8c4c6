"""K3s: one file for all registries, in which others have theirs."""

from __future__ import annotations

import pytest
import yaml
from tests.net.trust import cas
from tests.net.trust.conftest import HOSTS

from homeport.net.trust.contract import State
from homeport.net.trust.stores import k3s

STORE = k3s.K3s()
FOLDER = "etc/rancher/k3s"
CA = "/etc/rancher/k3s/homeport-ca.crt"
KEY, URL = HOSTS[0].key, HOSTS[0].url
OTHERS = """\
# mirrors of the house
mirrors:
  docker.io:   # through the cache
    endpoint: ["https://cache.lan"]
configs:
  # the cache wants a login
  "cache.lan":
    auth: {username: ada, password: lovelace}
"""


@pytest.fixture(autouse=True)
def _installed(here):
    here.program("k3s")


def registries(here):
    return here.files().get(f"{FOLDER}/registries.yaml")


def test_comes_and_goes(here):
    assert here.do(STORE) == [State.DONE]
    assert here.files()[f"{FOLDER}/homeport-ca.crt"] == cas.OURS.pem
    document = yaml.safe_load(registries(here))
    assert document["mirrors"] == {host.key: {"endpoint": [host.url]} for host in HOSTS}
    assert document["configs"] == {host.key: {"tls": {"ca_file": CA}} for host in HOSTS}
    assert here.do(STORE) == [State.UNCHANGED]
    assert here.do(STORE, undo=True) == [State.DONE]
    assert here.files() == {}
    assert here.do(STORE, undo=True) == [State.UNCHANGED]


def test_others_are_byte_for_byte_as_they_were(here):
    path = here.write(f"{FOLDER}/registries.yaml", OTHERS)
    path.chmod(0o600)
    here.do(STORE)
    assert all(line in registries(here).splitlines() for line in OTHERS.splitlines())
    assert path.stat().st_mode & 0o777 == 0o600
    here.do(STORE, undo=True)
    assert registries(here) == OTHERS
    assert path.with_name("registries.yaml.before-homeport").read_text() == OTHERS


def test_what_somebody_set_for_the_same_registry_stays(here):
    own = {
        "mirrors": {KEY: {"endpoint": ["https://near.lan"]}},
        "configs": {KEY: {"auth": {"username": "eve", "password": "kept"}}},
    }
    here.write(f"{FOLDER}/registries.yaml", yaml.safe_dump(own))
    here.do(STORE)
    made = yaml.safe_load(registries(here))
    assert made["mirrors"][KEY] == own["mirrors"][KEY]
    assert made["configs"][KEY] == own["configs"][KEY] | {"tls": {"ca_file": CA}}
    here.do(STORE, undo=True)
    assert yaml.safe_load(registries(here)) == own


@pytest.mark.parametrize("tls", [{"ca_file": "/other"}, {"insecure_skip_verify": True}])
def test_another_trust_is_left_alone(here, tls):
    text = yaml.safe_dump({"configs": {KEY: {"tls": tls}}})
    here.write(f"{FOLDER}/registries.yaml", text)
    with pytest.raises(Exception, match="has another"):
        STORE.places(here.machine, here.wanted())
    here.do(STORE, undo=True)
    assert here.files() == {f"{FOLDER}/registries.yaml": text}


def test_a_new_ca_takes_the_place_of_the_old_one(here):
    here.do(STORE, cas.OLDER)
    before = registries(here)
    assert here.do(STORE) == [State.DONE]
    assert registries(here) == before
    assert here.files()[f"{FOLDER}/homeport-ca.crt"] == cas.OURS.pem


def test_somebody_elses_ca_is_left_alone(here):
    path = here.write(CA, cas.FOREIGN.pem)
    assert here.do(STORE) == [State.BLOCKED]
    assert here.do(STORE, undo=True) == [State.UNCHANGED]
    assert path.read_text() == cas.FOREIGN.pem


def test_a_half_is_mended(here):
    here.do(STORE)
    (here.root / FOLDER / "homeport-ca.crt").unlink()
    assert here.do(STORE) == [State.DONE]
    (here.root / FOLDER / "homeport-ca.crt").unlink()
    assert here.do(STORE, undo=True) == [State.DONE]
    assert here.files() == {}


def test_a_linked_file_stays_one(here):
    real = here.write("/kept.yaml", OTHERS)
    link = here.write(f"{FOLDER}/registries.yaml", "")
    link.unlink()
    link.symlink_to(real)
    here.do(STORE)
    assert link.is_symlink()
    assert KEY in real.read_text()


def test_skipped_where_it_is_not(here):
    (here.bin / "k3s").unlink()
    assert here.do(STORE) == [State.SKIPPED]
