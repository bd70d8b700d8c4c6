"""The files of nodes: as K3s, containerd, Docker, podman and CRI-O read them."""

from __future__ import annotations

import dataclasses
import json
import tomllib
from pathlib import PurePosixPath

import pytest
import yaml

from homeport.targets.kubernetes.nodes import forms
from homeport.targets.kubernetes.nodes.needed import Needed

PEM = "-----BEGIN CERTIFICATE-----\nabc\n-----END CERTIFICATE-----\n"
HOST = "registry.homelab.local"
CA = PurePosixPath("/etc/rancher/k3s/homeport-ca.crt")
WANTED = Needed(HOST, "ca", CA, PEM, "admin")
KNOWN = dataclasses.replace(WANTED, password="a\"b: 'c' ü\U0001f600")


def files(form, wanted=WANTED, **changed):
    made = forms.FORMS[form].files(dataclasses.replace(wanted, **changed))
    return {str(file.path): file for file in made}


def test_k3s_in_the_shape_that_works():
    found = files("k3s", password="secret")
    document = yaml.safe_load(found["/etc/rancher/k3s/registries.yaml"].text)
    assert document == {
        "mirrors": {HOST: {"endpoint": [f"https://{HOST}"]}},
        "configs": {
            HOST: {
                "auth": {"username": "admin", "password": "secret"},
                "tls": {"ca_file": str(CA)},
            }
        },
    }
    assert found[str(CA)].text == PEM


@pytest.mark.parametrize(
    ("trust", "config"),
    [
        ("ca", {"tls": {"ca_file": str(CA)}}),
        ("system", {}),
        ("insecure", {"tls": {"insecure_skip_verify": True}}),
    ],
)
def test_k3s_always_has_mirrors_and_configs(trust, config):
    found = files("k3s", trust=trust)
    document = yaml.safe_load(found["/etc/rancher/k3s/registries.yaml"].text)
    assert document["configs"] == {HOST: config}
    assert document["mirrors"] == {HOST: {"endpoint": [f"https://{HOST}"]}}
    assert (str(CA) in found) == (trust == "ca")


@pytest.mark.parametrize(("port", "key"), [(443, HOST), (8443, f"{HOST}:8443")])
def test_keys_have_a_port_only_where_it_is_not_that_of_https(port, key):
    document = yaml.safe_load(files("k3s", port=port)["/etc/rancher/k3s/registries.yaml"].text)
    assert list(document["mirrors"]) == list(document["configs"]) == [key]
    assert document["mirrors"][key]["endpoint"] == [f"https://{key}"]


def test_any_password_survives():
    document = yaml.safe_load(files("k3s", KNOWN)["/etc/rancher/k3s/registries.yaml"].text)
    assert document["configs"][HOST]["auth"]["password"] == KNOWN.password


@pytest.mark.parametrize("form", forms.FORMS)
def test_what_holds_a_password_is_for_root_only(form):
    for file in files(form, KNOWN).values():
        has_password = "auth" in file.text
        assert file.mode == (0o600 if has_password else 0o644)
    assert not any(KNOWN.password in file.text for file in files(form).values())


def test_without_a_password_its_place_is_shown():
    text = files("k3s")["/etc/rancher/k3s/registries.yaml"].text
    assert "# auth:" in text
    assert "--with-password" in text


CERTS_D = f"/etc/containerd/certs.d/{HOST}"


@pytest.mark.parametrize(
    ("trust", "said"),
    [("ca", {"ca": "ca.crt"}), ("system", {}), ("insecure", {"skip_verify": True})],
)
def test_containerd_trusts_inside_the_host(trust, said):
    document = tomllib.loads(files("containerd", trust=trust)[f"{CERTS_D}/hosts.toml"].text)
    host = document["host"][f"https://{HOST}"]
    assert host == {"capabilities": ["pull", "resolve"], **said}
    assert {"server": f"https://{HOST}", **said} == {
        k: v for k, v in document.items() if k != "host"
    }


def test_containerd_logs_in():
    document = tomllib.loads(files("containerd", password="p")[f"{CERTS_D}/hosts.toml"].text)
    assert document["host"][f"https://{HOST}"]["header"] == {"authorization": "Basic YWRtaW46cA=="}


def test_docker():
    assert list(files("docker")) == [f"/etc/docker/certs.d/{HOST}/ca.crt"]
    assert files("docker", trust="system") == {}
    text = files("docker", trust="insecure")["/etc/docker/daemon.json"].text
    assert json.loads(text) == {"insecure-registries": [HOST]}


@pytest.mark.parametrize("form", ["podman", "crio"])
@pytest.mark.parametrize("trust", ["ca", "insecure"])
def test_containers(form, trust):
    found = files(form, trust=trust)
    document = tomllib.loads(found[f"/etc/containers/registries.conf.d/50-{HOST}.conf"].text)
    assert document == {"registry": [{"location": HOST, "insecure": trust == "insecure"}]}
    assert (f"/etc/containers/certs.d/{HOST}/ca.crt" in found) == (trust == "ca")


@pytest.mark.parametrize("wanted", [WANTED, KNOWN])
def test_the_secret_for_pods(wanted):
    found = yaml.safe_load(forms.pull_secret(wanted))
    login = json.loads(found["stringData"][".dockerconfigjson"])["auths"][HOST]
    assert found["type"] == "kubernetes.io/dockerconfigjson"
    assert login == {"username": "admin", "password": wanted.password or "PASSWORD"}
