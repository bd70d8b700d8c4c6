"""SNS: Publish to one queue, and one topic fanned out to 100 queues, acknowledged after the commit."""

from __future__ import annotations

import statistics
import time
from typing import Any

from bench import functions, load, report, servers

PUBLISHES, WARM_UP = 1000, 50
QUEUES, MESSAGES, WANTED_S = 100, 1000, 1000.0
BODY = "a message of a usual size, " * 4


def run() -> report.Report:
    """One publisher, one queue: milliseconds until Publish is answered."""
    result = report.Report("SNS Publish: one queue subscribed", ["p50 ms", "p99 ms"])
    middle = {}
    for server in functions.each(result):
        topic, _ = _subscribed(server, 1)
        sns = load.client("sns", server)
        times = sorted([_publish(sns, topic) for _ in range(WARM_UP + PUBLISHES)][WARM_UP:])
        middle[server.name] = statistics.median(times)
        result.add(server.name, middle[server.name], times[int(len(times) * 0.99)])
    if "ministack" in middle:
        ratio = middle["ministack"] / middle["homeport"]
        result.bars.append(report.Bar("p50, ministack / homeport", ratio, 1.0))
    return result


def _publish(sns: Any, topic: str) -> float:
    begun = time.perf_counter()
    sns.publish(TopicArn=topic, Message=BODY)
    return (time.perf_counter() - begun) * 1000


def run_fan_out() -> report.Report:
    """1,000 messages, published in batches of 10, until each of 100 queues has all of them."""
    result = report.Report(
        "SNS fan-out: 1,000 messages to 100 queues", ["published/s", "messages/s", "deliveries/s"]
    )
    for server in functions.each(result, ()):
        topic, urls = _subscribed(server, QUEUES)
        published_s, arrived_s = _fan_out(server, topic, urls)
        result.add(
            server.name, MESSAGES / published_s, MESSAGES / arrived_s, MESSAGES * QUEUES / arrived_s
        )
        result.bars.append(
            report.Bar("messages/s until the last queue has them", MESSAGES / arrived_s, WANTED_S)
        )
    return result


def _fan_out(server: servers.Server, topic: str, urls: list[str]) -> tuple[float, float]:
    sns, sqs = load.client("sns", server), load.client("sqs", server)
    begun = time.perf_counter()
    for first in range(0, MESSAGES, 10):
        entries = [{"Id": str(n), "Message": f"{n} {BODY}"} for n in range(first, first + 10)]
        sns.publish_batch(TopicArn=topic, PublishBatchRequestEntries=entries)
    published = time.perf_counter() - begun
    arrived = 0.0
    for url in reversed(urls):
        # To ask a queue takes time too: what is full when it is first asked was full when the one before it was.
        is_late = arrived == 0.0
        while _count(sqs, url) != MESSAGES:
            is_late = True
            time.sleep(0.01)
        if is_late:
            arrived = time.perf_counter() - begun
    return published, arrived


def _count(sqs: Any, url: str) -> int:
    name = "ApproximateNumberOfMessages"
    said = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[name])["Attributes"]
    return int(said[name])


def _subscribed(server: servers.Server, count: int) -> tuple[str, list[str]]:
    sns, sqs = load.client("sns", server), load.client("sqs", server)
    topic: str = sns.create_topic(Name="bench")["TopicArn"]
    urls = []
    for number in range(count):
        url: str = sqs.create_queue(QueueName=f"bench-{number}")["QueueUrl"]
        said = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]
        sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=said["QueueArn"])
        urls.append(url)
    return topic, urls
