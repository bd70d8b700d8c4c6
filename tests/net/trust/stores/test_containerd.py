"""containerd: hosts.toml and the CA beside it; what others wrote there is named and left alone."""

from __future__ import annotations

import tomllib

import pytest
from tests.net.trust import cas
from tests.net.trust.conftest import HOSTS

from homeport.net.trust.contract import State
from homeport.net.trust.stores import containerd

STORE = containerd.Containerd()
FOLDER = "/etc/containerd/certs.d"
KEY, URL = HOSTS[0].key, HOSTS[0].url


@pytest.fixture(autouse=True)
def _installed(here):
    here.program("containerd")


def names(here):
    return sorted(name.removeprefix(f"{FOLDER[1:]}/") for name in here.files())


def test_comes_and_goes(here):
    assert here.do(STORE) == [State.DONE]
    wanted = [f"{host.key}/{name}" for host in HOSTS for name in ("ca.crt", "hosts.toml")]
    assert names(here) == sorted(wanted)
    assert here.do(STORE) == [State.UNCHANGED]
    assert here.do(STORE, undo=True) == [State.DONE]
    assert here.files() == {}
    assert here.do(STORE, undo=True) == [State.UNCHANGED]


def test_it_is_trusted_for_the_host_and_for_the_server(here):
    here.do(STORE)
    found = tomllib.loads(here.files()[f"{FOLDER[1:]}/{KEY}/hosts.toml"])
    assert found == {
        "server": URL,
        "ca": "ca.crt",
        "host": {URL: {"capabilities": ["pull", "resolve"], "ca": "ca.crt"}},
    }


def test_a_new_ca_takes_the_place_of_the_old_one(here):
    here.do(STORE, cas.OLDER)
    assert here.do(STORE) == [State.DONE]
    assert here.files()[f"{FOLDER[1:]}/{KEY}/ca.crt"] == cas.OURS.pem


@pytest.mark.parametrize("name", ["hosts.toml", "ca.crt"])
def test_a_half_is_mended_both_ways(here, name):
    here.do(STORE)
    half = here.root / FOLDER[1:] / KEY / name
    half.unlink()
    assert here.do(STORE) == [State.DONE]
    half.unlink()
    here.do(STORE, undo=True)
    assert here.files() == {}


FOREIGN = [
    'server = "https://elsewhere"\n',
    "server = \n",
    f'[host."{URL}"]\n  ca = "ca.crt"\n',
    f'ca = "ca.crt"\n[host."{URL}"]\n  skip_verify = true\n',
]


@pytest.mark.parametrize("text", FOREIGN)
def test_what_others_wrote_is_left_alone_and_the_rest_done(here, text):
    path = here.write(f"{FOLDER}/{KEY}/hosts.toml", text)
    assert here.do(STORE) == [State.DONE, State.BLOCKED]
    assert path.read_text() == text
    assert names(here) == [
        "localhost:5000/ca.crt",
        "localhost:5000/hosts.toml",
        f"{KEY}/hosts.toml",
    ]
    here.do(STORE, undo=True)
    assert names(here) == [f"{KEY}/hosts.toml"]


def test_one_of_node_config_with_its_password_is_enough_and_keeps_its_ca(here):
    """Taken from it, every pull would fail for want of the file."""
    text = containerd.hosts_toml(HOSTS[0], containerd.TRUST) + '[header]\n  authorization = "x"\n'
    here.write(f"{FOLDER}/{KEY}/hosts.toml", text)
    here.write(f"{FOLDER}/{KEY}/ca.crt", cas.OURS.pem)
    assert here.do(STORE) == [State.DONE]
    found = STORE.places(here.machine, here.wanted(undo=True))
    assert [each.state for each in found] == [State.TODO, State.BLOCKED]
    assert "node-config --form containerd --uninstall" in found[1].why


def test_a_ca_by_another_name_is_enough(here):
    here.write("/certs/mine.crt", cas.OURS.pem)
    path = f"{here.root}/certs/mine.crt"
    text = f'ca = "{path}"\n[host."{URL}"]\n  ca = ["{path}"]\n'
    here.write(f"{FOLDER}/{KEY}/hosts.toml", text)
    here.do(STORE)
    assert names(here) == [
        "certs/mine.crt",
        "localhost:5000/ca.crt",
        "localhost:5000/hosts.toml",
        f"{KEY}/hosts.toml",
    ]


def test_somebody_elses_ca_is_left_alone(here):
    path = here.write(f"{FOLDER}/{KEY}/ca.crt", cas.FOREIGN.pem)
    assert here.do(STORE) == [State.DONE, State.BLOCKED]
    here.do(STORE, undo=True)
    assert path.read_text() == cas.FOREIGN.pem


@pytest.mark.parametrize(
    ("config", "is_told"),
    [("", False), (f'config_path = "{FOLDER}"', True), (f'#config_path = "{FOLDER}"', False)],
)
def test_says_what_containerd_has_to_be_told(here, config, is_told):
    here.write("/etc/containerd/config.toml", f"[plugins.x.registry]\n  {config}\n")
    (found,) = STORE.places(here.machine, here.wanted())
    assert ("config_path" in found.after) is not is_told


def test_skipped_where_it_is_not(here):
    (here.bin / "containerd").unlink()
    assert here.do(STORE) == [State.SKIPPED]
