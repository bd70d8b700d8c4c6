"""Texts mean themselves."""

import pytest

from homeport.tofu.export import template


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("plain $1 100%", "plain $1 100%"),
        ("${x}", "$${x}"),
        ("$${x}", "$$${x}"),
        ("%{if}", "%%{if}"),
        ("$(x)", "$(x)"),
    ],
)
def test_texts(text, written):
    assert template.literal(text) == written
    assert template.literal([{text: (text,)}]) == [{written: [written]}]


def test_expressions_are_written_as_they_are():
    assert template.literal({"a": [template.expression("var.x")]}) == {"a": ["${var.x}"]}


def test_numbers_and_flags_stay_what_they_are():
    assert template.literal({"a": 1, "b": True, "c": None}) == {"a": 1, "b": True, "c": None}


@pytest.mark.parametrize(
    "value", [{"a": [{"b": template.expression("x")}]}, (template.expression("x"),)]
)
def test_expressions_are_found(value):
    assert template.has_expression(value)
    assert not template.has_expression({"a": ["${x}", 1]})
