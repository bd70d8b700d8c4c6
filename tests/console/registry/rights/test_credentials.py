"""How programs log in as a robot."""

import base64
import json

import pytest

from homeport.console.registry.rights import credentials

HOST, USER, SECRET = "registry.lan:5000", "robot+ci", "hprobot_x-y_z"


@pytest.fixture
def texts():
    return {each.title: each for each in credentials.snippets(HOST, USER, SECRET, "ci")}


def test_the_secret_of_kubernetes_is_the_login_of_docker(texts):
    line = texts["Kubernetes"].text.splitlines()[-1]
    config = json.loads(base64.b64decode(line.partition(": ")[2]))
    entry = config["auths"][HOST]
    assert (entry["username"], entry["password"]) == (USER, SECRET)
    assert base64.b64decode(entry["auth"]).decode() == f"{USER}:{SECRET}"


def test_only_texts_that_say_so_hold_the_secret(texts):
    encoded = base64.b64encode(SECRET.encode()).decode()[:12]
    for each in texts.values():
        has_it = SECRET in each.text or encoded in each.text or ".dockerconfigjson" in each.text
        assert has_it == ("This holds the secret" in each.note), each.title


def test_no_command_has_the_secret_among_its_arguments(texts):
    for each in texts.values():
        if "docker login" in each.text:
            assert SECRET not in each.text


@pytest.mark.parametrize(("name", "wanted"), [("ci", "registry-ci"), ("a_b.c", "registry-a-b-c")])
def test_the_name_of_the_secret_is_one_of_kubernetes(name, wanted):
    assert credentials.resource(name) == wanted
