"""NextToken, Limit and pages of 1 MB."""

import json
from base64 import b64decode, b64encode

import pytest

from homeport.aws.dynamodb.partiql import errors


@pytest.fixture
async def filled(run):
    for partition in "pqr":
        for number in range(4):
            await run.client.put({"id": {"S": partition}, "num": {"N": str(number)}}, "comp")
    return run


async def pages(run, statement, **members):
    """All pages, as lists of the sort keys."""
    found = []
    answer = await run.answer(statement, **members)
    while True:
        found.append([int(item["num"]["N"]) for item in answer["Items"]])
        if "NextToken" not in answer:
            return found
        answer = await run.answer(statement, NextToken=answer["NextToken"], **members)


async def test_limit_counts_what_is_looked_at(filled):
    statement = "SELECT * FROM comp WHERE id = 'p' AND nope = 1"
    assert await pages(filled, statement, Limit=2) == [[], [], []]
    assert await pages(filled, "SELECT * FROM comp WHERE id = 'p'", Limit=3) == [[0, 1, 2], [3]]
    statement = "SELECT * FROM comp WHERE id = 'p' ORDER BY num DESC"
    assert await pages(filled, statement, Limit=3) == [[3, 2, 1], [0]]


async def test_pages_go_on_from_key_to_key(filled):
    statement = "SELECT * FROM comp WHERE id IN ['p', 'q'] AND num IN [1, 3] ORDER BY id, num"
    assert await pages(filled, statement, Limit=1) == [[1], [3], [1], [3], []]
    statement = "SELECT * FROM comp WHERE id IN ['p', 'q', 'r'] ORDER BY id DESC, num DESC"
    assert await pages(filled, statement, Limit=5) == [[3, 2, 1, 0, 3], [2, 1, 0, 3, 2], [1, 0]]


async def test_a_scan_goes_on(filled):
    found = await pages(filled, "SELECT * FROM comp", Limit=5)
    assert [len(page) for page in found] == [5, 5, 2]


async def test_an_index_goes_on(filled):
    for number in range(3):
        await filled.client.put(
            {"id": {"S": "x"}, "num": {"N": str(number)}, "g": {"S": "g"}}, "comp"
        )
    assert await pages(filled, "SELECT * FROM comp.by_g WHERE g = 'g'", Limit=2) == [[0, 1], [2]]
    assert await pages(filled, "SELECT * FROM comp.keys_of_g", Limit=2) == [[0, 1], [2]]


async def test_the_last_key_stands_beside_the_token(filled):
    answer = await filled.answer("SELECT num FROM comp.by_g WHERE g = 'g'", Limit=1)
    assert answer == {"Items": []}
    answer = await filled.answer("SELECT num FROM comp WHERE id = 'p'", Limit=1)
    assert answer["LastEvaluatedKey"] == {"id": {"S": "p"}, "num": {"N": "0"}}


async def test_a_page_has_a_megabyte(filled):
    for number in range(10, 16):
        item = {"id": {"S": "big"}, "num": {"N": str(number)}, "text": {"S": "x" * 300_000}}
        await filled.client.put(item, "comp")
    found = await pages(filled, "SELECT num FROM comp WHERE id = 'big'")
    assert found == [[10, 11, 12, 13], [14, 15]]
    found = await pages(
        filled, "SELECT num FROM comp WHERE id IN ['big', 'p'] ORDER BY id DESC, num"
    )
    assert found == [[0, 1, 2, 3, 10, 11, 12, 13], [14, 15]]


async def test_a_token_is_for_its_statement(filled):
    statement = "SELECT num FROM comp WHERE id = ?"
    answer = await filled.answer(statement, {"S": "p"}, Limit=1)
    token = answer["NextToken"]
    for other, value in ((statement, {"S": "q"}), (statement.replace("num", "id"), {"S": "p"})):
        assert await filled.invalid(other, value, NextToken=token) == errors.NEXT_OTHER
    assert len(await filled(statement, {"S": "p"}, NextToken=token, Limit=2)) == 2


@pytest.mark.parametrize(
    "token", ["garbage", "Z2FyYmFnZQ==", b64encode(b"[1, 2]").decode(), "e30=", "\u00fc"]
)
async def test_what_is_no_token(filled, token):
    assert await filled.invalid("SELECT * FROM comp", NextToken=token) == errors.NEXT_INVALID


@pytest.mark.parametrize(
    "rest",
    ["9, {}", '"0", {}', "0, {}", '0, {"id": {"S": "q"}, "num": {"N": "1"}}', "0, 5", "-1, {}"],
)
async def test_tokens_that_were_tampered_with(filled, rest):
    from_ours = await filled.answer("SELECT * FROM comp WHERE id = 'p'", Limit=1)
    digest = json.loads(b64decode(from_ours["NextToken"]))[0]
    token = b64encode(f'["{digest}", {rest}]'.encode()).decode()
    statement = "SELECT * FROM comp WHERE id = 'p'"
    assert await filled.invalid(statement, NextToken=token) == errors.NEXT_INVALID
