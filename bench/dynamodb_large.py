"""DynamoDB with many items: how fast they are loaded and queried, and what memory that takes.

`HOMEPORT_BENCH_ITEMS` is how many items of 300 bytes the second table gets; 10,000,000 take some 8 GB of disk.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import threading
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from bench import load, report, servers

ITEMS = int(os.environ.get("HOMEPORT_BENCH_ITEMS", "10000000"))
QUERIED_ITEMS = 1_000_000
IN_PARTITION = 100
BATCH = 25
LOADERS = 8
FLAT_MIB = 64
PAYLOAD = "x" * 230
PUT = (
    '{"PutRequest":{"Item":{"id":{"S":"p%08d"},"n":{"N":"%d"},"text":{"S":"%s"},'
    '"is_new":{"BOOL":true}}}}'
)


def run_query() -> report.Report:
    """p99 of a query for 100 items at 1,000,000 items."""
    result = report.Report("DynamoDB Query of 100 items: 1,000,000 items, wrk -c8", list(COLUMNS))
    with servers.scratch() as folder, servers.ours("cloud", folder) as server:
        _, found = _load_and_query(result, server, QUERIED_ITEMS)
    result.bars.append(report.Bar("p99 in ms", found.p99_ms, 5.0, larger_is_better=False))
    return result


def run_load() -> report.Report:
    """10,000,000 items of 300 bytes, in flat memory."""
    result = report.Report(f"DynamoDB with {ITEMS:,} items: loaded, then queried", list(COLUMNS))
    with servers.scratch() as folder, servers.ours("cloud", folder) as server:
        grown, _ = _load_and_query(result, server, ITEMS)
    result.bars.append(
        report.Bar("MiB grown from a tenth to all items", grown, FLAT_MIB, larger_is_better=False)
    )
    return result


COLUMNS = (
    "items/s loaded",
    "MiB after a tenth",
    "MiB after all",
    "queries/s",
    "p50 ms",
    "p99 ms",
    "MiB at the end",
)


def _load_and_query(
    result: report.Report, server: servers.Server, items: int
) -> tuple[float, load.Load]:
    client = load.client("dynamodb", server)
    _make_table(client)
    headers, path = _head(client)
    started = time.perf_counter()
    _fill(server, headers, range(items // 10), items)
    early = server.rss_mib()
    _fill(server, headers, range(items // 10, items), items)
    rate, late = items / (time.perf_counter() - started), server.rss_mib()
    partitions = items // IN_PARTITION
    query = {
        "TableName": "large",
        "KeyConditionExpression": "id = :id",
        "ExpressionAttributeValues": {":id": {"S": f"p{load.NUMBER}"}},
    }
    headers |= {"X-Amz-Target": "DynamoDB_20120810.Query"}
    body = json.dumps(query).encode()
    found = load.wrk(server, "POST", path, headers, body, numbers=partitions)
    end = server.rss_mib()
    result.add("homeport", rate, early, late, found.requests_s, found.p50_ms, found.p99_ms, end)
    return max(late, end) - early, found


def _make_table(client: Any) -> None:
    client.create_table(
        TableName="large",
        AttributeDefinitions=[
            {"AttributeName": "id", "AttributeType": "S"},
            {"AttributeName": "n", "AttributeType": "N"},
        ],
        KeySchema=[
            {"AttributeName": "id", "KeyType": "HASH"},
            {"AttributeName": "n", "KeyType": "RANGE"},
        ],
        BillingMode="PAY_PER_REQUEST",
    )
    client.get_waiter("table_exists").wait(TableName="large")


def _head(client: Any) -> tuple[dict[str, str], str]:
    request = load.signed(client, "BatchWriteItem", {"RequestItems": {}})
    return load.plain_headers(request), urlsplit(request.url).path


def _fill(server: servers.Server, headers: dict[str, str], numbers: range, items: int) -> None:
    """Writes items in batches over several connections. Neighbours in a batch are of different partitions, as users' items are."""
    # `next` of one range iterator is atomic, so the threads share it.
    batches = iter([numbers[at : at + BATCH] for at in range(0, len(numbers), BATCH)])
    failures: list[str] = []
    threads = [
        threading.Thread(
            target=_send_all, args=(server, headers, batches, items // IN_PARTITION, failures)
        )
        for _ in range(LOADERS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise RuntimeError(failures[0])


def _send_all(
    server: servers.Server,
    headers: dict[str, str],
    batches: Iterator[range],
    partitions: int,
    failures: list[str],
) -> None:
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", server.port)) as connection:
        for batch in batches:
            puts = ",".join([PUT % (number % partitions, number, PAYLOAD) for number in batch])
            body = f'{{"RequestItems":{{"large":[{puts}]}}}}'
            connection.request("POST", "/", body, headers)
            answer = connection.getresponse()
            text = answer.read()
            if answer.status != 200 or text != b'{"UnprocessedItems":{}}':
                failures.append(f"{answer.status}: {text[:500]!r}")
                return
