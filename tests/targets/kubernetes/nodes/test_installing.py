"""Installing on a node: nothing of others is lost, again it is nothing, and it can be taken away."""

from __future__ import annotations

import dataclasses
import json
import stat
from pathlib import PurePosixPath

import pytest
import yaml

from homeport import errors
from homeport.net.trust.files import writing
from homeport.net.trust.files.writing import Action
from homeport.targets.kubernetes.nodes import documents, forms, installing
from homeport.targets.kubernetes.nodes.needed import Needed

HOST = "registry.homelab.local"
CA = PurePosixPath("/etc/rancher/k3s/homeport-ca.crt")
WANTED = Needed(HOST, "ca", CA, "PEM\n", "admin")
KNOWN = dataclasses.replace(WANTED, password="secret")

OTHERS = """\
# mirrors of the house
mirrors:
  docker.io:            # through the cache
    endpoint:
      - "https://cache.lan"
  "*":
    endpoint: ["https://any.lan"]

configs:
  # the cache wants a login
  "cache.lan":
    auth:
      username: ada
      password: "lovelace"
"""
"""What somebody has written there before."""

FORMS = [
    "",
    "# nothing yet\n",
    "{}\n",
    OTHERS,
    OTHERS.replace("  ", "    "),
    "mirrors: {docker.io: {endpoint: [https://cache.lan]}}\n",
    "mirrors:\nconfigs:\n",
    'mirrors:\n  docker.io:\n    endpoint: ["https://cache.lan"]\n    rewrite:\n      "^x/(.*)": "y/$1"',
    f"mirrors:\n  {HOST}:\n    endpoint: [https://old.lan]\n  quay.io:\n    endpoint: [https://q.lan]\n",
    f"configs:\n  {HOST}:\n    auth: {{username: eve, password: kept}}\n    tls: {{insecure_skip_verify: true, cert_file: /c}}\n",
]


@pytest.fixture
def node(tmp_path):
    path = tmp_path / "etc/rancher/k3s/registries.yaml"
    path.parent.mkdir(parents=True)
    return path


def install(root, wanted=WANTED, form="k3s"):
    steps = installing.steps(wanted, forms.FORMS[form].files(wanted), root)
    writing.carry_out(steps)
    return [step.action for step in steps]


def uninstall(root, wanted=WANTED, form="k3s"):
    steps = installing.removals(wanted, forms.FORMS[form].files(wanted), root)
    writing.carry_out(steps)
    return [step.action for step in steps]


def without(document):
    """What is not about our registry."""
    return {
        name: rest
        for name, section in (document or {}).items()
        if (rest := {k: v for k, v in (section or {}).items() if k != HOST})
    }


def test_on_a_fresh_node(tmp_path):
    assert install(tmp_path) == [Action.CREATE, Action.CREATE]
    assert install(tmp_path) == [Action.NONE, Action.NONE]
    assert (tmp_path / "etc/rancher/k3s/homeport-ca.crt").read_text() == "PEM\n"
    assert uninstall(tmp_path) == [Action.REMOVE, Action.REMOVE]
    assert uninstall(tmp_path) == [Action.NONE, Action.NONE]


@pytest.mark.parametrize("text", FORMS)
def test_nothing_of_others_is_lost(text):
    before, after = yaml.safe_load(text), yaml.safe_load(documents.with_registry(text, KNOWN, "f"))
    assert without(after) == without(before)
    assert after["mirrors"][HOST]["endpoint"][0] == f"https://{HOST}"
    assert after["configs"][HOST]["auth"] == {"username": "admin", "password": "secret"}
    assert after["configs"][HOST]["tls"]["ca_file"] == str(CA)


@pytest.mark.parametrize("text", FORMS)
def test_again_it_is_nothing(text):
    once = documents.with_registry(text, WANTED, "f")
    assert documents.with_registry(once, WANTED, "f") == once


@pytest.mark.parametrize("text", FORMS)
def test_taken_away_the_others_are_left(text):
    there = documents.with_registry(text, WANTED, "f")
    left = documents.without_registry(there, WANTED, "f")
    assert without(yaml.safe_load(left)) == without(yaml.safe_load(text))
    assert HOST not in left


def test_comments_and_order_stay():
    made = documents.with_registry(OTHERS, WANTED, "f")
    assert all(line in made.splitlines() for line in OTHERS.splitlines())
    assert documents.without_registry(made, WANTED, "f") == OTHERS


def test_credentials_that_somebody_wrote_stay():
    made = yaml.safe_load(documents.with_registry(FORMS[-1], WANTED, "f"))["configs"][HOST]
    assert made == {
        "auth": {"username": "eve", "password": "kept"},
        "tls": {"cert_file": "/c", "ca_file": str(CA)},
    }


BAD = [
    ("mirrors: [", "no YAML"),
    ("- a list\n", "no registries.yaml"),
    ("mirrors: text\n", "no registries.yaml"),
    ("mirrors:\n  a: {}\n  a: {}\n", "twice"),
    ("a: 1\n---\nb: 2\n", "no YAML"),
]


@pytest.mark.parametrize(("text", "why"), BAD)
def test_what_cannot_be_understood_is_left_alone(tmp_path, node, text, why):
    node.write_text(text)
    with pytest.raises(errors.HomeportError, match=why):
        install(tmp_path)
    assert node.read_text() == text
    assert list(node.parent.iterdir()) == [node]


def test_the_file_as_it_was_is_kept(tmp_path, node):
    node.write_text(OTHERS)
    install(tmp_path)
    install(tmp_path, KNOWN)
    first = node.with_name("registries.yaml.before-homeport")
    assert first.read_text() == OTHERS
    assert node.with_name("registries.yaml.before-homeport-2").exists()
    assert uninstall(tmp_path) == [Action.CHANGE, Action.REMOVE]
    assert node.read_text() == OTHERS


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_a_password_closes_the_file(tmp_path, node):
    node.write_text(OTHERS)
    node.chmod(0o644)
    install(tmp_path)
    assert mode(node) == 0o644
    install(tmp_path, KNOWN)
    assert mode(node) == 0o600
    node.chmod(0o640)
    assert install(tmp_path, KNOWN) == [Action.CHANGE, Action.NONE]
    assert mode(node) == 0o600


def test_a_link_stays_one(tmp_path, node):
    real = tmp_path / "kept.yaml"
    real.write_text(OTHERS)
    node.symlink_to(real)
    install(tmp_path)
    assert node.is_symlink()
    assert HOST in real.read_text()


def test_dockers_own_settings_stay(tmp_path):
    path = tmp_path / "etc/docker/daemon.json"
    path.parent.mkdir(parents=True)
    before = {"debug": True, "insecure-registries": ["other.lan"]}
    path.write_text(json.dumps(before))
    wanted = dataclasses.replace(WANTED, trust="insecure")
    install(tmp_path, wanted, "docker")
    assert json.loads(path.read_text()) == before | {"insecure-registries": ["other.lan", HOST]}
    assert install(tmp_path, wanted, "docker") == [Action.NONE]
    uninstall(tmp_path, wanted, "docker")
    assert json.loads(path.read_text()) == before


@pytest.mark.parametrize("form", forms.FORMS)
def test_every_form_comes_and_goes(tmp_path, form):
    install(tmp_path, form=form)
    assert set(install(tmp_path, form=form)) == {Action.NONE}
    uninstall(tmp_path, form=form)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
