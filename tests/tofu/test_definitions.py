"""What is said of a definition before any stack is asked."""

import pytest

from homeport.tofu import definitions, engine


def said(text):
    return "\n".join(definitions.problems(text))


def test_nothing_is_wrong_with_all_that_is_by_default():
    assert said("") == ""


def test_an_unknown_setting_is_named_with_its_line():
    found = said("[registry]\nprot = 1\n")
    assert "definition:2" in found
    assert "Did you mean registry.port?" in found


def test_what_is_no_toml_is_told_where_it_is_wrong():
    assert "at the end of a table declaration" in said("[registry")


@pytest.mark.parametrize(
    ("text", "variable"),
    [
        ('admin.password = "hunter22"', "HOMEPORT_ADMIN_PASSWORD"),
        ('cloud.auth_token = "hunter22"', "HOMEPORT_CLOUD_AUTH_TOKEN"),
        ('pihole.totp = "123456"', "HOMEPORT_PIHOLE_TOTP"),
        (
            '[[registry.upstreams]]\nname = "hub"\nurl = "https://h"\npassword = "hunter22"',
            "HOMEPORT_REGISTRY_UPSTREAMS",
        ),
    ],
)
def test_a_secret_is_refused_with_the_variable_that_it_belongs_into(text, variable):
    found = said(text)
    assert variable in found
    assert "hunter22" not in found
    assert "123456" not in found


def test_an_upstream_without_a_password_is_taken():
    text = '[[registry.upstreams]]\nprefix = "hub"\nurl = "https://hub.example"\n'
    assert "is a secret" not in said(text)


def test_one_without_end_is_refused():
    assert "more than" in said("#" * (definitions.LONGEST_BYTES + 1))


def test_a_wrong_value_is_told_with_what_is_allowed():
    assert "definition:1: target" in said('target = "moon"')


def contradictions(text, **more):
    wanted = engine.Definition(**{"target": "kubernetes", "name": "demo", "text": text, **more})
    return "\n".join(definitions.contradictions(wanted))


@pytest.mark.parametrize(
    ("text", "more"),
    [
        ('kubernetes.name = "other"', {}),
        ('target = "local"', {}),
        ('kubernetes.context = "one"', {"context": "two"}),
        ('kubernetes.kubeconfig = "/one"', {"kubeconfig": "/two"}),
        ('data = "/one"', {"target": "local", "name": "/two"}),
    ],
)
def test_what_contradicts_an_attribute_is_named(text, more):
    assert "definition:1" in contradictions(text, **more)


@pytest.mark.parametrize("text", ["", 'kubernetes.name = "demo"', 'kubernetes.context = "any"'])
def test_what_says_the_same_or_more_is_taken(text):
    assert contradictions(text) == ""


def test_attributes_become_settings():
    wanted = engine.Definition("kubernetes", "demo", "", "/k", "ctx", "/d")
    assert definitions.flags(wanted) == {
        "target": "kubernetes",
        "kubernetes.name": "demo",
        "kubernetes.kubeconfig": "/k",
        "kubernetes.context": "ctx",
        "data": "/d",
    }
    assert definitions.flags(engine.Definition("local", "/d", "")) == {
        "target": "local",
        "data": "/d",
    }
