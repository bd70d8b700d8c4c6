"""Values of the environment are told nowhere but where somebody asks for them: not by a refusal, not beside another change."""

from __future__ import annotations

import json

import pytest
from tests.console.cloud.lambda_.conftest import path

from homeport.console.asking.troubles import Trouble
from homeport.console.cloud.lambda_ import environment

SECRETS = ['with "quotes"', "with \\ and\nlines", "gehéim 🚢", "plain-secret-text"]


def told(page, value):
    """Whether a page tells a value, or a good part of it, in whatever form."""
    text = page.body.decode()
    forms = {value, json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1]}
    return any(form in page.raw or form in text for form in forms)


@pytest.mark.parametrize("at", range(len(SECRETS)))
async def test_a_refusal_of_too_many_bytes_tells_no_value(visitor, client, make, at):
    name = make(f"-{at}", Environment={"Variables": {"KEPT": SECRETS[at]}})
    page = await visitor.post(path(name, "/environment"), {"name": "LARGE", "value": '"\n' * 2500})
    assert page.status == 400
    assert "All of them have 4096 bytes at most" in page.text
    assert not told(page, SECRETS[at])


async def test_a_refusal_of_a_name_tells_no_value_and_what_is_wrong(visitor, client, make):
    name = make(Environment={"Variables": {"KEPT": SECRETS[0]}})
    for wrong in ("x", "1st", "a-b", "AWS_REGION"):
        page = await visitor.post(path(name, "/environment"), {"name": wrong, "value": "new value"})
        assert page.status == 400
        assert "UpdateFunctionConfiguration was refused" in page.text
        assert not told(page, SECRETS[0])
    said = client.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
    assert said == {"KEPT": SECRETS[0]}


def test_a_refusal_that_has_no_value_stays_as_it_is():
    """Values such as 1 stand in many a sentence."""
    trouble = Trouble("1 validation error: too many requests", hint="Wait.", status=429)
    assert environment._without_values(trouble, {"A": "", "B": "1", "C": "other"}) is trouble


@pytest.mark.parametrize("value", ["s3cret", 'with "quotes"', "ä key", "two\nlines"])
def test_a_refusal_in_other_words_tells_no_value_either(value):
    for form in (value, json.dumps(value), json.dumps(value, ensure_ascii=False)):
        made = environment._without_values(Trouble(f"No: {form}"), {"A": value})
        assert made.what == (
            "The variables were refused. Why is not shown here, as it tells what they are."
        )


def test_a_refusal_keeps_its_hint_and_status():
    trouble = Trouble('String measured: {"A":"a \\"b\\""}', hint="AWS calls this X.", status=413)
    made = environment._without_values(trouble, {"A": 'a "b"'})
    assert "measured" not in made.what
    assert (made.hint, made.status) == ("AWS calls this X.", 413)


async def test_a_change_that_meets_another_ones_is_refused(visitor, client, make, monkeypatch):
    """The console writes all variables, so it must not write over those that were set meanwhile."""
    name = make(Environment={"Variables": {"KEPT": "1"}})
    read = environment.variables

    def slow(function):
        client.update_function_configuration(
            FunctionName=name, Environment={"Variables": {"KEPT": "1", "THEIRS": "2"}}
        )
        return read(function)

    monkeypatch.setattr(environment, "variables", slow)
    page = await visitor.post(path(name, "/environment"), {"name": "MINE", "value": "3"})
    assert page.status >= 400
    said = client.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
    assert said == {"KEPT": "1", "THEIRS": "2"}


async def test_a_reader_may_not_see_the_values(reader, make):
    name = make(Environment={"Variables": {"KEPT": SECRETS[3]}})
    page = await reader.post(path(name, "/environment/values"))
    assert page.status == 403
    assert not told(page, SECRETS[3])


async def test_a_value_is_kept_as_it_was_written(visitor, client, make):
    name = make()
    for value in (" spaces ", "", "a=b&c", "<script>", "é🚢"):
        page = await visitor.post(path(name, "/environment"), {"name": "VALUE", "value": value})
        assert page.status == 303, page.text
        said = client.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
        assert said == {"VALUE": value}
        shown = await visitor.post(path(name, "/environment/values"))
        assert shown.find("tbody").all("code")[1].raw == value
