"""The page says what the schema says, and has no attribute more or less."""

import re
from pathlib import Path

import pytest

from homeport.tofu import installing, schema

PAGE = (Path(__file__).parent.parent.parent / "docs/opentofu.md").read_text("utf-8")
ROWS = dict(re.findall(r"^\| `(\w+)` \| (.*) \|$", PAGE, re.MULTILINE))


def attributes():
    return [*schema.provider().attributes, *schema.stack().attributes]


@pytest.mark.parametrize("attribute", schema.stack().attributes, ids=lambda each: each.name)
def test_each_attribute_of_a_stack_is_described_as_terraform_describes_it(attribute):
    assert f"| `{attribute.name}` | {attribute.description} |" in PAGE


@pytest.mark.parametrize("attribute", schema.provider().attributes, ids=lambda each: each.name)
def test_each_attribute_of_the_provider_too(attribute):
    assert f"| `{attribute.name}` | {attribute.description} |" in PAGE


def test_nothing_else_is_described():
    assert set(ROWS) == {each.name for each in attributes()}


def test_the_page_names_the_address_that_is_installed():
    assert f'source = "{installing.ADDRESS}"' in PAGE
