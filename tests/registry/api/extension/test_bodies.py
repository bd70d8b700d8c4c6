"""JSON that comes in."""

import json

import pytest

from homeport.edge import http
from homeport.registry import errors
from homeport.registry.api.extension import bodies

FIELDS = {
    "flag": bodies.flag,
    "time": bodies.seconds,
    "text": bodies.text,
    "texts": bodies.texts,
}


async def read(content, needed=()):
    return await bodies.read(http.BytesBody(content), FIELDS, needed)


@pytest.mark.parametrize(
    "value",
    [
        {},
        {"flag": True, "time": 1.5, "text": "x", "texts": ["x"]},
        {"time": None},
        {"time": 0},
        {"time": bodies.SECONDS, "text": "x" * bodies.TEXT, "texts": ["x"] * bodies.LIST},
    ],
)
async def test_what_is_right_comes_through_as_it_is(value):
    assert await read(json.dumps(value).encode()) == value


async def test_no_body_has_no_fields():
    assert await read(b"") == await read(b" \n") == {}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"{", "the body is not JSON"),
        (b"\xff", "the body is not JSON"),
        (b"[" * 30_000, "the body is not JSON"),
        (b"[]", "the body must be a JSON object"),
        (b'{"flg": 1}', "'flg' is no field here"),
        (b'{"flag": 1}', "flag must be true or false"),
        (b'{"time": true}', "time must be a number of seconds"),
        (b'{"time": -1}', "time must be a number of seconds"),
        (b'{"time": NaN}', "time must be a number of seconds"),
        (b'{"time": 1e999}', "time must be a number of seconds"),
        (b'{"text": ""}', "text must be a text"),
        (b'{"text": "a\\u0000b"}', "text must be a text"),
        (b'{"texts": "x"}', "texts must be a list"),
        (b'{"texts": []}', "texts must be a list"),
        (b'{"texts": ["x", 1]}', "texts must be a list"),
    ],
)
async def test_what_is_wrong_is_named(content, said):
    with pytest.raises(errors.Failure) as raised:
        await read(content)
    assert raised.value.status == 400
    assert raised.value.errors[0]["code"] == "UNSUPPORTED"
    assert said in raised.value.errors[0]["message"]


async def test_all_that_is_wrong_is_named_at_once():
    with pytest.raises(errors.Failure) as raised:
        await read(b'{"flag": 0, "time": "1h", "other": 1}', needed=("text",))
    said = " ".join(entry["message"] for entry in raised.value.errors)
    assert all(name in said for name in ("flag", "time", "'other'", "text is missing"))


async def test_a_name_is_not_repeated_without_end():
    with pytest.raises(errors.Failure) as raised:
        await read(json.dumps({"x" * 1000 + str(number): 1 for number in range(50)}).encode())
    assert len(json.dumps(raised.value.errors)) < 5000


async def test_a_body_has_an_end(tools):
    for body in (
        http.BytesBody(b"x" * (bodies.BYTES + 1)),
        tools.Stream(b"x" * bodies.BYTES, b"x"),
    ):
        with pytest.raises(http.BodyTooLarge):
            await bodies.read(body, FIELDS)
