"""What an idle cloud uses: 1,000 queues, 50 receivers that wait, 20 objects' events delivered before."""

from __future__ import annotations

import contextlib
import json
import threading
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from typing import Any

from bench import load, report, servers

QUEUES, RECEIVERS = 1_000, 50
SETTLED_S, MEASURED_S = 3.0, 20.0
BAR_PERCENT = 1.0


def run() -> report.Report:
    """Processor time over 20 s in percent of a core; receivers ask again when their 20 s are over."""
    result = report.Report(
        f"Idle: {QUEUES:,} queues, {RECEIVERS} waiting receivers", ["% of a core", "MiB"]
    )
    with servers.scratch() as folder, servers.ours("cloud", folder) as server:
        sqs = load.client("sqs", server)
        urls = [
            sqs.create_queue(QueueName=f"idle-{number}")["QueueUrl"] for number in range(QUEUES)
        ]
        _deliver(server)
        with _receiving(server, urls[:RECEIVERS]):
            time.sleep(SETTLED_S)
            before = server.cpu_s()
            time.sleep(MEASURED_S)
            percent = 100 * (server.cpu_s() - before) / MEASURED_S
            result.add(server.name, percent, server.rss_mib())
    result.bars.append(
        report.Bar("percent of a core", percent, BAR_PERCENT, larger_is_better=False)
    )
    return result


def _deliver(server: servers.Server) -> None:
    """Has events of S3 carried to a queue, so that what carries them has been at work."""
    s3 = load.client("s3", server)
    s3.create_bucket(Bucket="idle")
    target = {
        "QueueArn": f"arn:aws:sqs:{s3.meta.region_name}:000000000000:idle-{QUEUES - 1}",
        "Events": ["s3:ObjectCreated:*"],
    }
    s3.put_bucket_notification_configuration(
        Bucket="idle", NotificationConfiguration={"QueueConfigurations": [target]}
    )
    for number in range(20):
        s3.put_object(Bucket="idle", Key=f"{number}", Body=b"")


@contextlib.contextmanager
def _receiving(server: servers.Server, urls: list[str]) -> Iterator[None]:
    """Receivers that wait, each on a connection of its own, until the block ends."""
    over = threading.Event()
    connections = [HTTPConnection("127.0.0.1", server.port, timeout=60) for _ in urls]
    threads = [
        threading.Thread(target=_receive, args=(connection, url, over), daemon=True)
        for connection, url in zip(connections, urls, strict=True)
    ]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        over.set()
        for connection in connections:
            connection.close()


def _receive(connection: HTTPConnection, url: str, over: threading.Event) -> None:
    body = json.dumps({"QueueUrl": url, "WaitTimeSeconds": 20})
    headers: dict[str, Any] = {
        "Content-Type": "application/x-amz-json-1.0",
        "X-Amz-Target": "AmazonSQS.ReceiveMessage",
    }
    # The end of the measurement closes the connection under the request.
    with contextlib.suppress(OSError, AttributeError, ValueError):
        while not over.is_set():
            connection.request("POST", "/", body, headers)
            connection.getresponse().read()
