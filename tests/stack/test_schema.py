"""The published schema takes what is taken, and refuses what is refused."""

import json
import tomllib
from pathlib import Path

import jsonschema
import pytest

from homeport.stack import names
from homeport.stack.reference import schema

ROOT = Path(__file__).parent.parent.parent
VALIDATOR = jsonschema.Draft202012Validator(schema.document())


def test_the_published_schema_is_up_to_date():
    assert (ROOT / "docs/homeport.schema.json").read_text() == schema.text(), (
        "write it anew: python -c 'from homeport.stack.reference import schema; print(schema.text(), end=\"\")' > docs/homeport.schema.json"
    )


def test_it_is_a_schema():
    jsonschema.Draft202012Validator.check_schema(schema.document())


@pytest.mark.parametrize(
    "path", sorted((ROOT / "examples").glob("*.toml")), ids=lambda path: path.name
)
def test_examples(path):
    VALIDATOR.validate(tomllib.loads(path.read_text()))


WRONG = [
    "prot = 1",
    "[registry]\nprot = 1",
    "[registry]\nport = 70000",
    "[registry]\ntls = 'perhaps'",
    "[registry]\nengine = 'mine'",
    "[registry]\nquota = 'much'",
    "[registry]\ngc_grace = '7'",
    "[[registry.rules]]\nallow = ['pull']",
    "[[registry.rules]]\nrepositories = ['a/**']\nuser = ['ada']",
    "[cloud]\nservices = ['ec2']",
    "[cloud]\nenvironment = {A = 1}",
    "[cloud]\nedge_networks = ['10.0.0.1']",
    "[cloud]\ndocker_socket = 'docker.sock'",
    "[kubernetes]\nname = 'My Stack'",
]


@pytest.mark.parametrize("text", WRONG)
def test_what_is_wrong(text):
    with pytest.raises(jsonschema.ValidationError):
        VALIDATOR.validate(tomllib.loads(text))


RIGHT = [
    "domain = 'lab.example'",
    "[registry]\nquota = '30Gi'\ngc_untagged = 'none'\ndebug = 5001",
    "[[registry.rules]]\nrepositories = ['a/**']\nusers = ['ada']",
    "[registry.headers]\nA = 'b'\nC = ['d', 'e']",
    "[cloud.environment]\nA = '1'",
    "[cloud]\nedge_networks = ['10.0.0.0/8']\ndocker_socket = 'none'",
]


@pytest.mark.parametrize("text", RIGHT)
def test_what_is_right(text):
    VALIDATOR.validate(tomllib.loads(text))


def test_every_setting_has_a_description():
    for setting in names.ALL:
        group = schema.document()["properties"]
        its = group[setting.group]["properties"] if setting.group else group
        assert its[setting.name]["description"], setting.key


def test_each_default_is_taken():
    for setting in names.ALL:
        group = schema.document()["properties"]
        its = (group[setting.group]["properties"] if setting.group else group)[setting.name]
        if "default" in its:
            jsonschema.validate(its["default"], its)
            assert setting.kind.read(its["default"]) == setting.default
    assert json.loads(schema.text()) == schema.document()
