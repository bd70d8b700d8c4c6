"""Lambda: warm invocations, cold starts, and messages of a queue through a function, beside ministack."""

from __future__ import annotations

import io
import itertools
import statistics
import sys
import time
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from typing import Any

from bench import load, report, servers, versus

WARM_MS, WARM_RATE, COLD_MS = 4.0, 300.0, 250.0
MESSAGES, THROUGH_S = 1000, 5.0
RUNTIME = f"python3.{sys.version_info.minor}"
ROLE = "arn:aws:iam::000000000000:role/bench"
NO_OP = "def handler(event, context):\n    return event\n"
WARM_UP, INVOKES, COLD_STARTS = 50, 1000, 9

_names = itertools.count()


def package(source: str) -> bytes:
    """A zip with one module."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("main.py", source)
    return data.getvalue()


def create(client: Any, source: str = NO_OP, **more: Any) -> str:
    """A function, ready to be called; its name."""
    name = f"bench-{next(_names)}"
    client.create_function(
        FunctionName=name,
        Runtime=RUNTIME,
        Role=ROLE,
        Handler="main.handler",
        Code={"ZipFile": package(source)},
        **{"Timeout": 30, **more},
    )
    client.get_waiter("function_active_v2").wait(FunctionName=name)
    return name


def each(
    result: report.Report, peers: tuple[str, ...] = ("ministack",)
) -> Iterator[servers.Server]:
    """Ours, then each peer that can be had, one at a time on an empty folder."""
    starts = [lambda folder: servers.ours("cloud", folder), *(versus.PEERS[name] for name in peers)]
    for start in starts:
        with ExitStack() as stack:
            try:
                server = stack.enter_context(start(stack.enter_context(servers.scratch())))
            except servers.PeerMissing as missing:
                result.skipped.append(str(missing))
                continue
            yield server


def invoke(client: Any, name: str) -> float:
    """Milliseconds of one invocation, as its caller waits for it."""
    begun = time.perf_counter()
    answer = client.invoke(FunctionName=name, Payload=b'{"a": 1}')
    if answer["Payload"].read() != b'{"a": 1}' or "FunctionError" in answer:
        raise RuntimeError(f"{name} did not answer what it was sent: {answer}")
    return (time.perf_counter() - begun) * 1000


def run_warm() -> report.Report:
    """One caller after the other by botocore, then 8 at a time by wrk."""
    result = report.Report(
        "Lambda warm: a no-op Python function",
        ["p50 ms", "p99 ms", "wrk -c8 req/s", "CPU us/request", "MiB after"],
    )
    figures: dict[str, tuple[float, float]] = {}
    for server in each(result):
        client = load.client("lambda", server)
        name = create(client)
        times = sorted([invoke(client, name) for _ in range(WARM_UP + INVOKES)][WARM_UP:])
        middle = statistics.median(times)
        run = _by_wrk(server, client, name)
        figures[server.name] = middle, run.requests_s
        result.add(
            server.name,
            middle,
            times[int(len(times) * 0.99)],
            run.requests_s,
            run.cpu_us,
            server.rss_mib(),
        )
    ours = figures["homeport"]
    result.bars.append(report.Bar("warm p50 ms", ours[0], WARM_MS, larger_is_better=False))
    result.bars.append(report.Bar("invokes/s", ours[1], WARM_RATE))
    if "ministack" in figures:
        ratio = figures["ministack"][0] / ours[0]
        result.bars.append(report.Bar("warm p50, ministack / homeport", ratio, 1.0))
    return result


def _by_wrk(server: servers.Server, client: Any, name: str) -> load.Load:
    request = load.signed(client, "Invoke", {"FunctionName": name, "Payload": b'{"a": 1}'})
    path = f"/2015-03-31/functions/{name}/invocations"
    return load.wrk(server, "POST", path, load.plain_headers(request), b'{"a": 1}')


def run_cold() -> report.Report:
    """The first invocation of functions that nobody has called."""
    result = report.Report("Lambda cold: first call of a Python function", ["median ms", "most ms"])
    middle = {}
    for server in each(result):
        client = load.client("lambda", server)
        names = [create(client) for _ in range(COLD_STARTS)]
        times = [invoke(client, name) for name in names]
        middle[server.name] = statistics.median(times)
        result.add(server.name, middle[server.name], max(times))
    result.bars.append(
        report.Bar("cold start ms", middle["homeport"], COLD_MS, larger_is_better=False)
    )
    return result


def run_through() -> report.Report:
    """Messages that wait in a queue when the mapping begins, until the queue is empty."""
    result = report.Report("SQS through Lambda: 1,000 messages, batches of 10", ["s", "messages/s"])
    took: dict[str, float] = {}
    for server in each(result):
        took[server.name] = _through(server)
        result.add(server.name, took[server.name], MESSAGES / took[server.name])
    result.bars.append(
        report.Bar("s for 1,000 messages", took["homeport"], THROUGH_S, larger_is_better=False)
    )
    return result


def _through(server: servers.Server) -> float:
    client, sqs = load.client("lambda", server), load.client("sqs", server)
    name = create(client, "def handler(event, context):\n    return None\n")
    url = sqs.create_queue(QueueName="through")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]
    for first in range(0, MESSAGES, 10):
        entries = [{"Id": str(n), "MessageBody": f"message {n}"} for n in range(first, first + 10)]
        sqs.send_message_batch(QueueUrl=url, Entries=entries)
    begun = time.perf_counter()
    client.create_event_source_mapping(
        FunctionName=name, EventSourceArn=arn["QueueArn"], BatchSize=10
    )
    while _left(sqs, url):
        time.sleep(0.02)
        if time.perf_counter() - begun > 120:
            raise RuntimeError(f"{server.name} left messages in the queue after two minutes")
    return time.perf_counter() - begun


def _left(sqs: Any, url: str) -> int:
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    said: Mapping[str, str] = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)[
        "Attributes"
    ]
    return sum(int(said[each]) for each in names)
