"""The examples of the module, with a real terraform and a real tofu where they are."""

import json
import tomllib

import pytest
from tests.apiserver.fixtures import apiserver

__all__ = ["apiserver"]


@pytest.fixture
def kubeconfig(apiserver, tmp_path):
    return str(apiserver.kubeconfig(tmp_path / "kubeconfig"))


def planned(tool, **variables):
    """The plan as JSON has it."""
    tool("plan", "-input=false", "-out=plan", **variables)
    return json.loads(tool("show", "-json", "plan").partition("\n")[0])


def stack(plan):
    (change,) = plan["resource_changes"]
    assert change["address"] == "module.homeport.homeport_stack.this"
    return change["change"]["after"]


def test_minimal(example, kubeconfig):
    tool = example("minimal", KUBECONFIG=kubeconfig)
    tool("validate")
    made = stack(planned(tool))
    assert made["name"] == "homeport"
    assert document_of(made) == {"cloud": {"engine": "builtin"}}
    assert "to create" in made["plan"]


def test_homelab(example, kubeconfig):
    tool = example("homelab")
    tool("validate")
    made = stack(planned(tool, kubeconfig=kubeconfig, dns_provider="print"))
    assert made["name"] == "homelab"
    assert document_of(made) == {
        "domain": "home.arpa",
        "registry": {
            "engine": "builtin",
            "volume": "50Gi",
            "realm": "homelab",
            "retention": [{"repositories": ["ci/*"], "keep_last": 10}],
        },
        "cloud": {
            "engine": "builtin",
            "volume": "10Gi",
            "edge": "off",
            "environment": {"PRICE": '5 $ or "more"'},
        },
        "dns": {"provider": "print", "address": "192.168.1.20"},
        "pihole": {"url": "http://pi.hole"},
    }


def test_local(example, tmp_path):
    tool = example("local")
    tool("validate")
    made = stack(planned(tool, folder=str(tmp_path / "stack")))
    assert made["target"] == "local"
    assert made["data"] == str(tmp_path / "stack")
    assert document_of(made) == {"cloud": {"services": ["s3", "sqs"]}}
    assert not (tmp_path / "stack").exists()


def test_a_wrong_input_is_named(example, kubeconfig):
    tool = example("minimal", KUBECONFIG=kubeconfig)
    text = (tool.folder / "main.tf").read_text()
    (tool.folder / "main.tf").write_text(
        text.replace("cloud_engine", 'name = "No Label"\n  cloud_engine')
    )
    assert "name must be a label" in tool("plan", "-input=false", code=1)


def document_of(made):
    return tomllib.loads(made["definition"])
