"""No secret is in the files: variables stand for it."""

import json

import pytest
from tests.tofu.export import stacks

from homeport.tofu.export import sealed
from homeport.tofu.export.wanted import Form

WORD = "not-in-the-files"


def deployment(name, value):
    container = {"name": "c", "env": [{"name": name, "value": value}]}
    metadata = {"name": "localstack", "labels": {"app.kubernetes.io/component": "cloud"}}
    spec = {"template": {"metadata": {}, "spec": {"containers": [container]}}}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata, "spec": spec}


def secret(name, *keys):
    data = dict.fromkeys(keys, "bm90LWluLXRoZS1maWxlcw==")
    return {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name}, "data": data}


@pytest.mark.parametrize("form", Form)
def test_no_file_has_one(form):
    given = {"cloud.environment": json.dumps({"A_TOKEN": WORD, "P": f"http://u:{WORD}@host"})}
    texts = stacks.files(given, form=form, names=stacks.NAMES)
    assert not any(WORD in text for text in texts.values())
    assert not any("$2b$05" in text for text in texts.values())
    assert not any("aaaaaaaa" in text for text in texts.values())


@pytest.mark.parametrize(
    ("name", "value", "is_secret"),
    [
        ("MY_PASSWORD", "x", True),
        ("GITHUB_TOKEN", "x", True),
        ("AWS_SECRET_ACCESS_KEY", "x", True),
        ("password", "x", True),
        ("PROXY", "http://user:pass@proxy:3128", True),
        ("PROXY", "http://proxy:3128", False),
        ("HOMEPORT_REGISTRY_TOKENS", "true", False),
        ("SERVICES", "s3,sqs", False),
        ("AWS_ACCESS_KEY_ID", "x", False),
        ("EMPTY_PASSWORD", "", False),
    ],
)
def test_what_is_secret_in_an_environment(name, value, is_secret):
    found = sealed.sealed([deployment(name, value)])
    text = json.dumps(found.objects)
    assert (f"var.localstack_env_{name.lower()}" in text) == is_secret
    assert bool(found.secrets) == is_secret


def test_the_objects_that_came_in_are_left_as_they_are():
    before = deployment("MY_PASSWORD", "x")
    sealed.sealed([before])
    assert before == deployment("MY_PASSWORD", "x")


def test_each_has_a_variable_of_its_own():
    found = sealed.sealed([secret("a-b", "c"), secret("a", "b-c")])
    assert [each.variable for each in found.secrets] == ["a_b_c", "a_b_c_2"]
    assert [obj["data"] for obj in found.objects] == [
        {"c": "${var.a_b_c}"},
        {"b-c": "${var.a_b_c_2}"},
    ]


def test_variables_are_sensitive_and_have_no_default():
    secret_ones = [
        each
        for each in stacks.variables(stacks.files()).values()
        if each["description"].startswith("Secret: ")
    ]
    assert [set(each) for each in secret_ones] == [
        {"description", "type", "sensitive", "nullable"}
    ], "no validation: Terraform shows the value where one fails"
    assert secret_ones[0]["sensitive"]


def test_what_is_in_a_secret_is_checked_there():
    made = stacks.resources(stacks.files(), "kubernetes_secret_v1")["registry_auth"]
    (condition,) = made["lifecycle"]["precondition"]
    assert "var.registry_auth_htpasswd" in condition["condition"]
    assert "must be lines of htpasswd" in condition["error_message"]
