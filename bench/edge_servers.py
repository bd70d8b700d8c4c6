"""Our HTTP server beside granian and uvicorn, one process each, on the same trivial application.

Client and server share the machine: trust the CPU figures more than the rates.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench import load, report, s3_large, servers

APPS = Path(__file__).parent / "apps"
WANTED = 1.0


def run() -> report.Report:
    columns = ["GET /s", "CPU us", "POST 1 KiB /s", "CPU us", "put MiB/s", "get MiB/s", "idle MiB"]
    result = report.Report("HTTP servers: wrk -c8 and 64 MiB bodies", columns)
    rates = {}
    with servers.scratch() as folder:
        (folder / "large").write_bytes(os.urandom(s3_large.SIZE))
        for name in ("homeport", "granian", "uvicorn"):
            try:
                with _running(name, folder / "large") as server:
                    rates[name] = _measure(result, server)
            except servers.PeerMissing as missing:
                result.skipped.append(str(missing))
    for name in set(rates) - {"homeport"}:
        ratio = rates["homeport"] / rates[name]
        result.bars.append(report.Bar(f"GET requests/s, homeport / {name}", ratio, WANTED))
    return result


@contextmanager
def _running(name: str, large: Path) -> Iterator[servers.Server]:
    port = servers.free_port()
    environment = {
        "LARGE": str(large),
        "PYTHONPATH": str(APPS),
        "PATHSEND": "1" if name == "granian" else "0",
    }
    common = [
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
        "--loop",
        "uvloop",
        "--log-level",
        "error",
    ]
    if name == "homeport":
        command = [sys.executable, str(APPS / "edge.py"), str(large), str(port)]
    elif name == "granian":
        own = ["--interface", "asgi", "--workers", "1", "--no-ws"]
        command = [str(servers.peer("granian")), *own, *common, "asgi:app"]
    else:
        own = ["--http", "httptools", "--no-access-log"]
        command = [str(servers.peer("uvicorn")), *own, *common, "asgi:app"]
    with servers.running(name, command, port, "/", environment) as server:
        yield server


def _measure(result: report.Report, server: servers.Server) -> float:
    idle = server.rss_mib()
    get = load.wrk(server, "GET", "/", {})
    post = load.wrk(server, "POST", "/", {}, b"x" * 1024)
    host = f"Host: 127.0.0.1:{server.port}\r\n"
    put = f"PUT /upload HTTP/1.1\r\n{host}Content-Length: {s3_large.SIZE}\r\n\r\n"
    body = bytes(s3_large.SIZE)
    up = s3_large.speed(lambda: s3_large.exchange(server.port, put, body))
    down = s3_large.speed(
        lambda: s3_large.exchange(server.port, f"GET /file HTTP/1.1\r\n{host}\r\n", b"")
    )
    result.add(
        server.name, get.requests_s, get.cpu_us, post.requests_s, post.cpu_us, up, down, idle
    )
    return get.requests_s
