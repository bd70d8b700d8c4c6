"""What processes are handed on, as texts."""

import ast
import json
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from tests.stack import test_handing_on as arbitrary
from tests.targets.planning import declared

import homeport
from homeport.stack import checks, load, names
from homeport.targets.local.planning import texts

SECRET = "never to be seen"
WEBHOOK = f"""
[[registry.webhooks]]
name = "chat"
url = "https://chat.test/hook"
headers = {{ Authorization = "{SECRET}" }}
"""
UPSTREAM = """
[[registry.upstreams]]
prefix = "hub"
url = "https://hub.test"
"""
HANDED_ON = [setting for setting in names.ALL if setting.is_handed_on]
OPEN = [setting for setting in HANDED_ON if not setting.is_secret]
SOURCES = Path(homeport.__file__).parent


def texts_of(wanted, known=None):
    known = (known or texts.nobody()).with_those_of(wanted.settings)
    return texts.of(wanted.settings, known), known


def test_no_secret_is_among_them(tmp_path):
    found, known = texts_of(declared.of(tmp_path, WEBHOOK, HOMEPORT_ADMIN_PASSWORD=SECRET))
    assert SECRET not in json.dumps([found, known.seen])
    assert found["registry.webhooks"] == "1"
    assert "admin.password" not in known.seen


def test_a_secret_that_changes_is_another_number(tmp_path):
    _, known = texts_of(declared.of(tmp_path, WEBHOOK))
    same, known = texts_of(declared.of(tmp_path, WEBHOOK), known)
    none, known = texts_of(declared.of(tmp_path, ""), known)
    again, known = texts_of(declared.of(tmp_path, WEBHOOK), known)
    other, known = texts_of(declared.of(tmp_path, WEBHOOK.replace(SECRET, "other")), known)
    numbers = [each.get("registry.webhooks") for each in (same, none, again, other)]
    assert numbers == ["1", None, "1", "2"]


def test_a_mark_tells_nothing_without_its_key(tmp_path):
    wanted = declared.of(tmp_path, WEBHOOK)
    marks = {texts_of(wanted)[1].seen["registry.webhooks"].mark for _ in range(2)}
    assert len(marks) == 2


@given(arbitrary.chosen_settings())
def test_settings_are_the_same_again(chosen):
    assume(not checks.conflicts(chosen))
    found = texts.of(chosen, texts.nobody().with_those_of(chosen))
    again = texts.settings_of(found)
    for setting in OPEN:
        assert setting.of(again) == setting.of(chosen), setting.key


@given(arbitrary.chosen_settings())
def test_the_same_settings_are_no_change(chosen):
    known = texts.nobody().with_those_of(chosen)
    first, second = texts.of(chosen, known), texts.of(chosen, known.with_those_of(chosen))
    assert texts.digests(("registry", "cloud"), first) == texts.digests(
        ("registry", "cloud"), second
    )


COMPONENTS = ("registry", "cloud", "registry-ui", "dns", "ingress")


@given(arbitrary.chosen_settings(), st.data())
def test_one_change_shows_in_exactly_the_components_that_it_is_for(chosen, data):
    setting = data.draw(st.sampled_from(HANDED_ON))
    value = data.draw(arbitrary.of_kind(setting.kind).filter(lambda one: one != setting.of(chosen)))
    changed = declared.with_setting(
        declared.definition.Definition(chosen.data, "", chosen), setting.key, value
    )
    known = texts.nobody().with_those_of(chosen)
    before = texts.digests(COMPONENTS, texts.of(chosen, known))
    after = texts.digests(
        COMPONENTS, texts.of(changed.settings, known.with_those_of(changed.settings))
    )
    differing = {name.removeprefix("component/") for name in before if before[name] != after[name]}
    assert differing == {
        name for name in (*COMPONENTS, texts.SUPERVISOR) if texts.is_for(name, setting.key)
    }
    assert differing & set(COMPONENTS), "a setting that is handed on and read by nobody"


@pytest.mark.parametrize("setting", HANDED_ON, ids=lambda setting: setting.key)
def test_a_setting_is_for_the_component_of_its_name(setting):
    if setting.group in COMPONENTS:
        assert texts.is_for(setting.group, setting.key)


def read_by(*modules: str) -> set[str]:
    """The tables of settings that modules read, by `chosen.TABLE`."""
    trees = [ast.parse((SOURCES / f"{module}.py").read_text()) for module in modules]
    return {
        node.attr
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and (ast.unparse(node.value).rpartition(".")[2] or "") == "chosen"
        and node.attr in names.GROUPS
    }


def test_what_a_component_reads_is_for_it():
    shared = ("serve/edge", "serve/process", "serve/room")
    registry = read_by("serve/registry", "serve/proxies", *shared)
    services = [f"serve/services/{path.stem}" for path in SOURCES.glob("serve/services/*.py")]
    cloud = read_by("serve/cloud", "serve/opening", *services, *shared)
    console = read_by("serve/registry_ui", "serve/proxies", *shared)
    assert {"registry", "admin", "log", "up"} <= registry
    assert {"registry", "cloud", "ui", "log"} <= console
    assert {"cloud", "functions", "registry"} <= cloud
    assert all(texts.is_for("registry", f"{group}.any") for group in registry)
    assert all(texts.is_for("cloud", f"{group}.any") for group in cloud)
    assert all(texts.is_for("registry-ui", f"{group}.any") for group in console)


def test_a_component_gets_no_less_than_its_environment_says(tmp_path):
    chosen = declared.of(tmp_path, WEBHOOK + UPSTREAM).settings
    given = load.process_environment(chosen, {}, "registry")
    found = texts.of(chosen, texts.nobody().with_those_of(chosen))
    assert {names.BY_KEY[key].variable for key in found if key in names.BY_KEY} == {
        name for name in given if name != names.CONFIG_VARIABLE
    }


def test_differences():
    found = texts.differences({"a": "1", "b": "2"}, {"b": "3", "c": "4"})
    assert [(one.key, one.before, one.after) for one in found] == [
        ("a", "1", None),
        ("b", "2", "3"),
        ("c", None, "4"),
    ]
