"""What pages read of a query or form, and what a visitor may do."""

from __future__ import annotations

import pytest
from tests.console.visitor import Visitor

from homeport.console.asking.troubles import Trouble
from homeport.console.visit import FIELDS, Fields


def test_fields():
    fields = Fields("a=1&b=x%20y&b=z&empty=")
    assert fields.text("b") == "x y"
    assert fields.all("b") == ["x y", "z"]
    assert fields.text("none", "default") == "default"
    assert fields.has("a")
    assert not fields.has("empty")


def test_too_many_fields_are_refused():
    with pytest.raises(Trouble):
        Fields("a=1&" * (FIELDS + 1))


@pytest.mark.parametrize("text", ["-1", "101", "x", "1.5", "1" * 5000, "²", "--1"])
def test_a_number_out_of_its_bounds_is_named(text):
    with pytest.raises(Trouble, match="offset must be a whole number from 0 to 100"):
        Fields(f"offset={text}").number("offset", 0, 0, 100)


@pytest.mark.parametrize("text", ["0" * 20 + "9" * 30, "0" * 5000, "0" * 20 + "9" * 5000])
def test_a_number_of_many_digits_is_none(text):
    """Its beginning was looked at, and the whole of it taken."""
    with pytest.raises(Trouble, match="offset must be a whole number from 0 to 100"):
        Fields(f"offset={text}").number("offset", 0, 0, 100)


def test_a_number():
    assert Fields("offset=7").number("offset", 0, 0, 100) == 7
    assert Fields("offset=").number("offset", 5, 0, 100) == 5
    assert Fields("offset=-3").number("offset", 5, -10, 100) == -3


def test_what_is_needed_is_named():
    with pytest.raises(Trouble, match="A name is missing"):
        Fields("name=%20").needed("name", "A name")


def test_a_choice_that_is_none_is_the_default():
    assert Fields("sort=evil").choice("sort", ("name", "size"), "name") == "name"
    assert Fields("sort=size").choice("sort", ("name", "size"), "name") == "size"


async def test_what_a_reader_may_not_is_not_offered(writer, reader):
    """Who may push may change the local AWS too."""
    for who, may in ((writer, True), (reader, False)):
        await who.get("/")
        answer = await who.post("/s3", {"name": ""})
        assert (answer.status == 403) is not may


async def test_a_page_asked_for_by_a_stranger_is_not_said_to_be_there_or_not(console):
    stranger = Visitor(console)
    assert (await stranger.get("/nowhere")).status == 303
    assert (await stranger.get("/stack/nothing")).status == 303


async def test_too_many_fields_in_an_address_are_said_so(visitor):
    page = await visitor.get("/?" + "a=1&" * (FIELDS + 1))
    assert page.status == 400
    assert "more than 1000 fields" in page.text


async def test_half_a_character_costs_no_page(console, visitor, monkeypatch):
    """JSON can hold it: https://www.rfc-editor.org/rfc/rfc8259#section-8.2"""

    async def told(visit):
        return visit.page("trouble.html", trouble=Trouble("a\ud800b"), status_code=400)

    row = console._table.find("GET", "/").row
    monkeypatch.setitem(console._table._by_first, "", [(row._replace(handler=told), [""])])
    page = await visitor.get("/")
    assert page.status == 200
    assert "a?b" in page.text


async def test_a_mistake_of_the_console_is_written_down_and_said(
    console, visitor, caplog, monkeypatch
):
    async def broken(visit):
        raise ZeroDivisionError("secret detail")

    row = console._table.find("GET", "/").row
    monkeypatch.setitem(console._table._by_first, "", [(row._replace(handler=broken), [""])])
    page = await visitor.get("/")
    assert page.status == 500
    assert "homeport logs registry-ui" in page.text
    assert "secret detail" not in page.body.decode()
    assert "ZeroDivisionError" in caplog.text
