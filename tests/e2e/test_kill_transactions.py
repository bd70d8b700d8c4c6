"""`kill -9` in the middle of transactions: each is there as a whole or not at all, and what was acknowledged is there."""

from __future__ import annotations

import contextlib
import os
import random
import threading
import time

import botocore.exceptions
import pytest
from test_kill import client, kill_one

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]
ROUNDS = int(os.environ.get("HOMEPORT_KILL_ROUNDS", "20"))
WRITERS = 4
PARTS = 5
GONE = (botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError, OSError)


class Writer:
    """Writes transactions of several items each, under one number, until the server is gone."""

    def __init__(self, stack, name):
        self.stack, self.name, self.done = stack, name, []
        self.thread = threading.Thread(target=self._run)
        self.thread.start()

    def _run(self):
        dynamodb = client(self.stack, "dynamodb")
        with contextlib.suppress(*GONE):
            for number in range(1_000_000):
                transaction = f"{self.name}-{number}"
                dynamodb.transact_write_items(TransactItems=list(parts(transaction)))
                self.done.append(transaction)


def parts(transaction):
    """One transaction: items of their own, and a sum over all of them."""
    for part in range(PARTS):
        item = {"id": {"S": f"{transaction}/{part}"}, "of": {"S": transaction}}
        yield {"Put": {"TableName": "items", "Item": item}}
    yield {
        "Update": {
            "TableName": "sums",
            "Key": {"id": {"S": "all"}},
            "UpdateExpression": "ADD written :parts",
            "ExpressionAttributeValues": {":parts": {"N": str(PARTS)}},
        }
    }


def make(dynamodb, name, **more):
    dynamodb.create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
        **more,
    )


def prepare(dynamodb):
    of = {"AttributeName": "of", "AttributeType": "S"}
    own = {"AttributeName": "id", "AttributeType": "S"}
    index = {
        "IndexName": "by_transaction",
        "KeySchema": [{"AttributeName": "of", "KeyType": "HASH"}],
        "Projection": {"ProjectionType": "KEYS_ONLY"},
    }
    make(dynamodb, "items", AttributeDefinitions=[own, of], GlobalSecondaryIndexes=[index])
    make(dynamodb, "sums", AttributeDefinitions=[own])


def counted(dynamodb, **more):
    """How many items each transaction has, in the table or an index."""
    counts = {}
    for page in dynamodb.get_paginator("scan").paginate(TableName="items", **more):
        for item in page["Items"]:
            name = item["of"]["S"]
            counts[name] = counts.get(name, 0) + 1
    return counts


def check(dynamodb, acknowledged):
    counts = counted(dynamodb)
    assert set(counts.values()) <= {PARTS}
    assert set(acknowledged) <= counts.keys()
    assert counted(dynamodb, IndexName="by_transaction") == counts
    sums = dynamodb.get_item(TableName="sums", Key={"id": {"S": "all"}}).get("Item", {})
    assert int(sums.get("written", {"N": "0"})["N"]) == PARTS * len(counts)


def test_all_or_nothing(stack):
    prepare(client(stack, "dynamodb"))
    choose, acknowledged = random.Random(3), []
    for number in range(ROUNDS):
        writers = [Writer(stack, f"round{number}-{writer}") for writer in range(WRITERS)]
        time.sleep(choose.uniform(0.1, 0.6))
        kill_one(stack, choose.choice(["cloud", "cloud", "supervisor"]))
        for writer in writers:
            writer.thread.join(20)
            acknowledged += writer.done
        check(client(stack, "dynamodb"), acknowledged)
    assert len(acknowledged) > ROUNDS
