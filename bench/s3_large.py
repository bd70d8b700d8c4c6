"""S3 put and get of 64 MiB by boto3's own request over a plain socket: at least 1.5 times ministack's speed.

The client is a bare socket so that the server is measured; ours syncs each object to the disk before it answers.
"""

from __future__ import annotations

import os
import socket
import statistics
import time
from collections.abc import Callable
from contextlib import ExitStack

from bench import load, report, servers

SIZE = 64 * 1024 * 1024
ROUNDS = 7
WANTED = 1.5
HEAD_END = b"\r\n\r\n"


def exchange(port: int, head: str, body: bytes) -> tuple[int, float]:
    """Sends one request and reads the whole answer; its body's length and the seconds it took."""
    with socket.create_connection(("127.0.0.1", port)) as connection:
        started = time.perf_counter()
        connection.sendall(head.encode())
        connection.sendall(body)
        length = _read_answer(connection)
        return length, time.perf_counter() - started


def _read_answer(connection: socket.socket) -> int:
    buffer = bytearray(1 << 20)
    data = b""
    while HEAD_END not in data:
        data += connection.recv(65536)
    head, _, rest = data.partition(HEAD_END)
    if b" 200 " not in head.split(b"\r\n")[0]:
        raise RuntimeError(head.decode())
    lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    length = int(lengths[0].split(b":")[1]) if lengths else 0
    left = length - len(rest)
    while left > 0:
        left -= connection.recv_into(buffer)
    return length


def speeds(server: servers.Server, body: bytes) -> tuple[float, float]:
    """Median MiB/s of put and of get."""
    load.client("s3", server).create_bucket(Bucket="bench")
    auth = "AWS4-HMAC-SHA256 Credential=test/20261101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0"
    common = f"Host: 127.0.0.1:{server.port}\r\nAuthorization: {auth}\r\nx-amz-content-sha256: UNSIGNED-PAYLOAD\r\n"
    put = f"PUT /bench/large HTTP/1.1\r\n{common}Content-Length: {SIZE}\r\n\r\n"
    get = f"GET /bench/large HTTP/1.1\r\n{common}\r\n"
    return speed(lambda: exchange(server.port, put, body)), speed(
        lambda: exchange(server.port, get, b"")
    )


def speed(once: Callable[[], tuple[int, float]]) -> float:
    """Median MiB/s of an exchange of 64 MiB."""
    return SIZE / (1 << 20) / statistics.median(once()[1] for _ in range(ROUNDS))


def run() -> report.Report:
    result = report.Report("S3 64 MiB: MiB/s, median of 7", ["put MiB/s", "get MiB/s", "MiB after"])
    body = os.urandom(SIZE)
    measured: dict[str, tuple[float, float]] = {}
    for start in (lambda folder: servers.ours("cloud", folder), servers.ministack, servers.moto):
        try:
            with ExitStack() as stack:
                server = stack.enter_context(start(stack.enter_context(servers.scratch())))
                measured[server.name] = speeds(server, body)
                result.add(server.name, *measured[server.name], server.rss_mib())
        except servers.PeerMissing as missing:
            result.skipped.append(str(missing))
    if "ministack" in measured:
        for index, verb in enumerate(("put", "get")):
            ratio = measured["homeport"][index] / measured["ministack"][index]
            result.bars.append(report.Bar(f"{verb}, homeport / ministack", ratio, WANTED))
    return result
