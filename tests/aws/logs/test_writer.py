"""What functions print."""

import asyncio
import logging

import pytest

from homeport.aws.logs import limits
from homeport.errors import StorageFull

NOW = 1_750_000_000_000
PLACE = ("000000000000", "us-east-1", "/aws/lambda/f", "2025/06/15/[$LATEST]0123")


def read(client):
    return client.messages(PLACE[2], PLACE[3])


async def test_group_and_stream_are_made_where_they_are_missing(client):
    client.logs.writer.write(*PLACE, [(NOW, "START"), (NOW + 1, "END")])
    assert await read(client) == ["START", "END"]
    group = await client.group("/aws/lambda/f")
    assert group["logGroupArn"].endswith(":log-group:/aws/lambda/f")
    client.logs.writer.write(*PLACE, [(NOW + 1, "again")])
    assert await read(client) == ["START", "END", "again"]
    assert len((await client("DescribeLogGroups"))["logGroups"]) == 1


async def test_nothing_is_written_until_company_had_its_time(client, clock):
    for number in range(10):
        client.logs.writer.write(*PLACE, [(NOW, str(number))])
    assert client.logs.db.query("SELECT count(*) FROM event") == [(0,)]
    before = client.logs.db.commits
    await clock.advance(limits.WRITER_DELAY_S)
    await client.logs.writer.flush()
    assert client.logs.db.query("SELECT count(*) FROM event") == [(10,)]
    assert client.logs.db.commits == before + 1


async def test_what_was_written_is_durable_at_the_stop(client):
    client.logs.writer.write(*PLACE, [(NOW, "m")])
    await client.restart()
    assert await read(client) == ["m"]


@pytest.mark.parametrize(
    "look",
    [
        lambda client: client.found("/aws/lambda/f"),
        lambda client: client.messages(PLACE[2], PLACE[3]),
        lambda client: client("DescribeLogStreams", logGroupName="/aws/lambda/f"),
        lambda client: client.group("/aws/lambda/f"),
    ],
    ids=["filter", "get", "streams", "groups"],
)
async def test_who_looks_sees_all_that_was_written_before(client, look):
    client.logs.writer.write(*PLACE, [(NOW, "m")])
    assert await look(client)


async def test_a_deleted_group_is_made_anew(client):
    client.logs.writer.write(*PLACE, [(NOW, "m")])
    await client("DeleteLogGroup", logGroupName="/aws/lambda/f")
    client.logs.writer.write(*PLACE, [(NOW, "n")])
    assert await read(client) == ["n"]


async def test_the_oldest_go_where_there_are_too_many(client, caplog):
    message = "x" * 250_000
    count = limits.WRITER_BYTES // (250_030 + limits.WRITER_LINE_BYTES) + 5
    for number in range(count):
        client.logs.writer.write(*PLACE, [(NOW + number, f"{number:04}{message}")])
    with caplog.at_level(logging.WARNING):
        await client.logs.writer.close()
    (record,) = caplog.records
    assert record.getMessage().startswith("5 log events of functions were dropped")
    ((first, stored),) = client.logs.db.query(
        "SELECT min(substr(message, 1, 4)), count(*) FROM event"
    )
    assert (first, stored) == ("0005", count - 5)


async def test_a_full_quota_drops_and_says_so(client, caplog):
    client.quota.limit = 100
    client.logs.writer.write(*PLACE, [(NOW, "x" * 100)])
    with caplog.at_level(logging.ERROR):
        await client.logs.writer.close()
    assert "1 log events of functions were dropped: The quota of 100 bytes" in caplog.text
    with pytest.raises(StorageFull):
        await client.make("g", "s")
    client.quota.limit = None
    client.logs.writer.write(*PLACE, [(NOW, "m")])
    assert await read(client) == ["m"]


async def test_long_texts_are_cut_into_events(client):
    text = "ä" * 600_000
    client.logs.writer.write(*PLACE, [(NOW, text), (NOW, "")])
    await client.logs.writer.flush()
    rows = client.logs.db.query("SELECT message, bytes FROM event ORDER BY id")
    assert "".join(message for message, _ in rows) == text
    assert all(size <= limits.BATCH_BYTES for _, size in rows)


async def test_writes_while_a_flush_is_under_way_are_written_too(client, clock):
    client.logs.writer.write(*PLACE, [(NOW, "a")])
    flushing = asyncio.ensure_future(client.logs.writer.flush())
    await asyncio.sleep(0)
    client.logs.writer.write(*PLACE, [(NOW, "b")])
    await flushing
    assert await read(client) == ["a", "b"]
    assert client.logs.writer._timer is None
