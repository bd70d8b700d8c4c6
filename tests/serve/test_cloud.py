"""The local AWS in this process, opened and closed as its own process does."""

import asyncio
import json
import socket
import time

from homeport.serve import cloud
from homeport.stack import folders, settings

WAITING = 20
AUTHORIZATION = (
    "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/sqs/aws4_request, "
    "SignedHeaders=host, Signature=0"
)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def chosen(tmp_path, **its):
    its = settings.Cloud(port=free_port(), **its)
    return settings.Settings(data=tmp_path, cloud=its, log=settings.Log(access=False))


def head(operation, body):
    return (
        f"POST / HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-amz-json-1.0\r\n"
        f"X-Amz-Target: AmazonSQS.{operation}\r\nAuthorization: {AUTHORIZATION}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n{body}"
    ).encode()


async def ask(port, operation, **params):
    """Status and body of one call, on a connection of its own that is kept open."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(head(operation, json.dumps(params)))
    status = int((await reader.readline()).split()[1])
    length = 0
    while line := (await reader.readline()).strip().lower():
        if line.startswith(b"content-length:"):
            length = int(line.partition(b":")[2])
    body = await reader.readexactly(length)
    writer.close()
    return status, json.loads(body or "null")


async def test_a_stop_answers_receivers_that_wait_at_once(tmp_path):
    its = chosen(tmp_path)
    port = its.cloud.port
    async with cloud.open(its, folders.of(its)):
        made = await ask(port, "CreateQueue", QueueName="q")
        url = made[1]["QueueUrl"]
        waiting = [
            asyncio.ensure_future(ask(port, "ReceiveMessage", QueueUrl=url, WaitTimeSeconds=20))
            for _ in range(WAITING)
        ]
        # All of them wait once a call on the same loop that came after theirs was answered, and then some.
        await asyncio.sleep(0.1)
        await ask(port, "ListQueues")
        assert not any(one.done() for one in waiting)
        begin = time.monotonic()
    assert time.monotonic() - begin < 1
    assert await asyncio.gather(*waiting) == [(200, {})] * WAITING
