"""100 pushes at a time, then 100 pulls: the memory of the registry stays flat."""

from __future__ import annotations

import concurrent.futures
import hashlib
import os
import socket
import ssl
import threading
import time
from collections.abc import Callable
from contextlib import suppress

from bench import report, servers
from bench.registry import client, peers

MIB = 1 << 20
CLIENTS, SIZE, TAIL = 100, 64 * MIB, 16
LOOK_S = 0.02
GROWTH_MIB = {peers.PLAIN: 96.0, peers.Mode(tls=True): 192.0}
"""Beside what an idle registry takes: one read and one write of each client, and with TLS what encrypts them."""
HEAD_END = b"\r\n\r\n"


def run() -> report.Report:
    columns = ["idle MiB", "pushing MiB", "pulling MiB", "after MiB", "push s", "pull s", "CPU s"]
    result = report.Report(f"Registry parallel: {CLIENTS} clients, 64 MiB each", columns)
    body = os.urandom(SIZE - TAIL)
    for mode in GROWTH_MIB:
        for name in peers.NAMES:
            try:
                _measure(result, name, mode, body)
            except servers.PeerMissing as missing:
                peers.skip(result, missing)
    return result


def _measure(result: report.Report, name: str, mode: peers.Mode, body: bytes) -> None:
    common = hashlib.sha256(body)
    with peers.running(name, mode) as registry:
        with client.connected(registry) as pusher:
            pusher.push_image("bench/image", "latest", b"layer")
        idle = registry.server.rss_mib()
        tails = [os.urandom(TAIL) for _ in range(CLIENTS)]
        digests = [_digest(common, tail) for tail in tails]
        with client.connected(registry) as pusher:
            places = [pusher.begin(f"bench/image{number}") for number in range(CLIENTS)]

        def push(number: int) -> None:
            target = client.closing(places[number], digests[number])
            _exchange(registry, _head("PUT", target, SIZE), body, tails[number])

        def pull(number: int) -> None:
            target = f"/v2/bench/image{number}/blobs/{digests[number]}"
            _exchange(registry, _head("GET", target, 0))

        cpu = registry.server.cpu_s()
        pushing, push_s = _peak(registry, push)
        pulling, pull_s = _peak(registry, pull)
        cpu = registry.server.cpu_s() - cpu
        after = registry.server.rss_mib()
        result.add(f"{name}, {mode.text}", idle, pushing, pulling, after, push_s, pull_s, cpu)
    if name == peers.OURS:
        text = f"MiB more than idle, {mode.text}"
        growth = max(pushing, pulling) - idle
        result.bars.append(report.Bar(text, growth, GROWTH_MIB[mode], larger_is_better=False))


def _digest(common: hashlib._Hash, tail: bytes) -> str:
    """Of the bytes that all share, and the last of one's own."""
    own = common.copy()
    own.update(tail)
    return f"sha256:{own.hexdigest()}"


def _peak(registry: peers.Running, work: Callable[[int], None]) -> tuple[float, float]:
    """The most memory while all clients work, and the seconds until the last is done."""
    highest, is_over = [0.0], threading.Event()

    def look() -> None:
        while not is_over.wait(LOOK_S):
            # A process that ends between the listing and the look
            with suppress(FileNotFoundError):
                highest[0] = max(highest[0], registry.server.rss_mib())

    watcher = threading.Thread(target=look)
    watcher.start()
    started = time.perf_counter()
    try:
        with concurrent.futures.ThreadPoolExecutor(CLIENTS) as clients:
            for done in [clients.submit(work, number) for number in range(CLIENTS)]:
                done.result()
    finally:
        is_over.set()
        watcher.join()
    return highest[0], time.perf_counter() - started


def _head(method: str, target: str, length: int) -> bytes:
    fields = (
        f"Host: 127.0.0.1\r\nContent-Type: application/octet-stream\r\nContent-Length: {length}"
    )
    return f"{method} {target} HTTP/1.1\r\n{fields}\r\nConnection: close\r\n\r\n".encode()


def _exchange(registry: peers.Running, *parts: bytes) -> None:
    """Sends the parts, and reads the answer to its end."""
    with _connect(registry) as connection:
        for part in parts:
            view = memoryview(part)
            for start in range(0, len(part), MIB):
                connection.sendall(view[start : start + MIB])
        buffer, head, received = bytearray(1 << 18), b"", 0
        while count := connection.recv_into(buffer):
            received += count
            if HEAD_END not in head:
                head += buffer[:count]
    if not head.startswith(b"HTTP/1.1 20"):
        raise RuntimeError(head[:500].decode(errors="replace"))
    if parts[0].startswith(b"GET") and received < SIZE:
        raise RuntimeError(f"{received} bytes of {SIZE}")


def _connect(registry: peers.Running) -> socket.socket:
    plain = socket.create_connection(("127.0.0.1", registry.server.port))
    if not registry.mode.tls:
        return plain
    context = ssl.create_default_context(cafile=str(registry.authority))
    return context.wrap_socket(plain, server_hostname="127.0.0.1")
