"""What the database does by itself: counting deliveries, sweeping, and finding rows without reading all of them."""

import re

import pytest

from homeport.aws.sns.engine.model import Message
from homeport.aws.sns.store import messages, notes, secrets, subscriptions, topics
from homeport.aws.sns.store.notes import Note

QUEUE = "arn:aws:sqs:us-east-1:000000000000:q"
MESSAGE = Message(0, "arn", "id", 1, "1", *[None] * 5, is_structured=False, body="body")


async def write(client, work):
    return await client.sns.db.write(work)


async def test_a_message_is_there_until_its_last_delivery(client):
    row = await write(client, lambda connection: messages.insert(connection, MESSAGE, 2))
    await write(client, lambda connection: messages.hold(connection, row, 1))
    for left in (2, 1):
        await write(client, lambda connection: messages.release(connection, [row]))
        assert client.messages() == [("body", left)]
    await write(client, lambda connection: messages.release(connection, [row]))
    assert client.messages() == []


async def test_several_deliveries_of_a_message_end_at_once(client):
    row = await write(client, lambda connection: messages.insert(connection, MESSAGE, 3))
    await write(client, lambda connection: messages.release(connection, [row, row]))
    assert client.messages() == [("body", 1)]
    await write(client, lambda connection: messages.release(connection, [row, row]))
    assert client.messages() == []
    row = await write(client, lambda connection: messages.insert(connection, MESSAGE, 2))
    await write(client, lambda connection: messages.release(connection, [row, row]))
    assert client.messages() == []


async def test_a_message_comes_back_as_it_was(client):
    full = MESSAGE._replace(
        sequence="2",
        group="g",
        deduplication_id="d",
        subject="s",
        attributes="{}",
        is_structured=True,
    )
    row = await write(client, lambda connection: messages.insert(connection, full, 1))
    assert messages.find(client.sns.db.query, [row, 99]) == {row: full._replace(row=row)}


async def test_notes_of_one_kind_push_out_no_others(client, monkeypatch):
    monkeypatch.setattr("homeport.aws.sns.limits.KEPT_NOTES", 2)
    for kind in (notes.SMS, notes.MAIL):
        for number in range(4):
            note = Note(kind, "a", "r", "x", {"n": number})
            await write(client, lambda connection, note=note: notes.add(connection, note))
    for kind in (notes.SMS, notes.MAIL):
        found = notes.read(client.sns.db.query, kind, "a", "r")
        assert [note.document["n"] for note in found] == [2, 3]


async def test_a_secret_is_made_once(client):
    for value in (b"one", b"two"):
        await write(
            client, lambda connection, value=value: secrets.keep(connection, {"key": value})
        )
    assert secrets.find(client.sns.db.query, "key") == b"one"
    assert secrets.find(client.sns.db.query, "other") is None


async def test_only_what_is_not_confirmed_is_swept(client, topic, clock):
    await client.subscribe()
    await client.subscribe(endpoint="http://a.example/", protocol="http")
    later = client.sns.now() + 1
    await write(client, lambda connection: subscriptions.sweep(connection, later))
    assert [one.protocol for one in subscriptions.page_of_topic(client.sns.db.query, 1, 0, 9)] == [
        "sqs"
    ]


class Queries:
    """Notes the statements of reads."""

    def __init__(self, db):
        self.db = db
        self.seen = []

    def __call__(self, sql, values):
        self.seen.append((sql, values))
        return self.db.query(sql, values)


@pytest.mark.parametrize(
    "read",
    [
        lambda query: topics.find(query, ("a", "r", "n")),
        lambda query: topics.page(query, "a", "r", 0, 9),
        lambda query: subscriptions.by_uuid(query, "u"),
        lambda query: subscriptions.by_token(query, "t"),
        lambda query: subscriptions.by_endpoint(query, 1, "sqs", "e"),
        lambda query: subscriptions.by_numbers(query, [1, 2]),
        lambda query: subscriptions.confirmed(query, 1),
        lambda query: subscriptions.page_of_topic(query, 1, 0, 9),
        lambda query: subscriptions.page_of_account(query, "a", "r", 0, 9),
        lambda query: subscriptions.counts(query, 1),
        lambda query: messages.find(query, [1, 2]),
        lambda query: notes.read(query, "sms", "a", "r"),
    ],
)
async def test_no_read_goes_over_a_whole_table(client, read):
    queries = Queries(client.sns.db)
    read(queries)
    ((sql, values),) = queries.seen
    plan = client.sns.db.query(f"EXPLAIN QUERY PLAN {sql}", values)
    steps = [row[3] for row in plan]
    assert not [step for step in steps if re.match(r"SCAN (?!json_each)", step)], steps
