"""The edge server beside granian and uvicorn, on equal trivial handlers: requests/s, CPU per request, memory.

    python bench/edge_servers.py [--seconds 2] [--rounds 3]

The servers take turns, and each figure is the median of the rounds, with the lowest and highest rate of GET beside it: on a busy
machine trust the CPU figures more than the rates. Client and server share the machine, so a rate of transfer is as much the
client's (curl's) as the server's.

The peers live in an environment of their own, made under the user's cache folder on the first run; where that fails they are left
out, and the table says so. `wrk` is needed. Every server runs as one process with one worker.
"""

from __future__ import annotations

import argparse
import os
import re
import resource
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from dataclasses import dataclass
from pathlib import Path

MIB = 1024 * 1024
LARGE = 64 * MIB
CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "homeport" / "bench-edge"
TRANSFERS = 15
TICK = os.sysconf("SC_CLK_TCK")

HOMEPORT = """
import asyncio, sys, uvloop
from homeport import clock
from homeport.edge import config, http, server
LARGE, port = sys.argv[1], int(sys.argv[2])
TEXT = [("content-type", "text/plain")]
def app(request):
    if request.path == "/file":
        return http.Response(200, TEXT, http.FileBody(LARGE, 0, 64 << 20))
    body = request.body.peek()
    if body is None:
        return upload(request)
    return http.Response(200, TEXT, b"Hello, world!" if not body else b"%d" % len(body))
async def upload(request):
    size = 0
    async for piece in request.body:
        size += len(piece)
    return http.Response(200, TEXT, b"%d" % size)
async def main():
    one = server.Server(app, config.EdgeConfig((config.Address("127.0.0.1", port),)), clock=clock.SystemClock())
    await one.start()
    await asyncio.Event().wait()
uvloop.run(main())
"""

ASGI = """
import os
LARGE = os.environ["LARGE"]
TEXT = [(b"content-type", b"text/plain")]
def pieces():
    with open(LARGE, "rb") as file:
        while piece := file.read(262144):
            yield piece
async def app(scope, receive, send):
    if scope["type"] != "http":
        return
    if scope["path"] == "/file":
        await send({"type": "http.response.start", "status": 200, "headers": [*TEXT, (b"content-length", b"67108864")]})
        if PATHSEND:
            await send({"type": "http.response.pathsend", "path": LARGE})
            return
        for piece in pieces():
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": b""})
        return
    size, more = 0, True
    while more:
        message = await receive()
        size += len(message.get("body", b""))
        more = message.get("more_body", False)
    body = b"%d" % size if size else b"Hello, world!"
    await send({"type": "http.response.start", "status": 200, "headers": [*TEXT, (b"content-length", b"%d" % len(body))]})
    await send({"type": "http.response.body", "body": body})
"""

POST = """
wrk.method = "POST"
wrk.body = string.rep("x", 1024)
"""


@dataclass
class Row:
    """One server's figures."""

    name: str
    get: tuple[float, float] = (0, 0)
    post: tuple[float, float] = (0, 0)
    upload: tuple[float, float] = (0, 0)
    download: tuple[float, float] = (0, 0)
    memory: tuple[float, float] = (0, 0)
    spread: tuple[float, float] = (0, 0)
    """Lowest and highest requests/s of the rounds."""


def median(rows: list[Row]) -> Row:
    """One server's rounds in one row, figure by figure."""
    figures = {}
    for field in ("get", "post", "upload", "download", "memory"):
        pairs = zip(*(getattr(row, field) for row in rows), strict=True)
        first, second = (statistics.median(values) for values in pairs)
        figures[field] = (first, second)
    rates = [row.get[0] for row in rows]
    return Row(rows[0].name, **figures, spread=(min(rates), max(rates)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=int, default=2, help="duration of each load")
    parser.add_argument("--rounds", type=int, default=3, help="how often each server is measured")
    options = parser.parse_args()
    if shutil.which("wrk") is None:
        sys.exit("skipped: wrk is not installed (apt-get install wrk)")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        found = servers(folder)
        rounds = [
            [measure(label, command, folder, options.seconds) for label, command in found]
            for _ in range(options.rounds)
        ]
    table([median(list(rows)) for rows in zip(*rounds, strict=True)])


def servers(folder: Path) -> list[tuple[str, list[str]]]:
    """The commands, each of which takes its port at the end."""
    (folder / "homeport_app.py").write_text(HOMEPORT)
    (folder / "asgi_app.py").write_text(ASGI.replace("PATHSEND", "False"))
    (folder / "asgi_pathsend.py").write_text(ASGI.replace("PATHSEND", "True"))
    (folder / "post.lua").write_text(POST)
    large = folder / "large"
    with large.open("wb") as file:
        for _ in range(64):
            file.write(os.urandom(MIB))
    found = [("homeport edge", [sys.executable, str(folder / "homeport_app.py"), str(large)])]
    python = peers()
    if python is None:
        return found
    granian = [
        *f"{python} -m granian --interface asgi --loop uvloop --workers 1 --no-ws --log-level error".split(),
        *("asgi_pathsend:app", "--host", "127.0.0.1", "--port"),
    ]
    uvicorn = [
        *f"{python} -m uvicorn --loop uvloop --http httptools --no-access-log --log-level error".split(),
        *("asgi_app:app", "--host", "127.0.0.1", "--port"),
    ]
    return [*found, ("granian (asgi)", granian), ("uvicorn (httptools)", uvicorn)]


def peers() -> Path | None:
    """The interpreter that has the peers; None, said aloud, where they cannot be had."""
    python = CACHE / "bin" / "python"
    try:
        if not python.exists():
            venv.create(CACHE, with_pip=True, clear=True)
        wanted = ["granian>=2", "uvicorn>=0.30", "uvloop", "httptools"]
        install = [
            python,
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            *wanted,
        ]
        subprocess.run(install, check=True, timeout=300)
    except (OSError, subprocess.SubprocessError) as error:
        print(f"skipped: granian and uvicorn could not be installed: {error}\n")
        return None
    return python


def measure(label: str, command: list[str], folder: Path, seconds: int) -> Row:
    port = free_port()
    environment = os.environ | {"LARGE": str(folder / "large")}
    process = subprocess.Popen([*command, str(port)], cwd=folder, env=environment)
    row = Row(label)
    try:
        wait_for(port, process)
        idle = memory(process.pid)
        row.get = load(process.pid, port, seconds)
        row.post = load(process.pid, port, seconds, "-s", str(folder / "post.lua"))
        large = str(folder / "large")
        row.upload = transfer(process.pid, port, "--data-binary", f"@{large}", "/upload")
        row.download = transfer(process.pid, port, "/file")
        row.memory = (idle, memory(process.pid))
    finally:
        process.terminate()
        process.wait(10)
    return row


def load(pid: int, port: int, seconds: int, *options: str) -> tuple[float, float]:
    """Requests per second and microseconds of the server's CPU per request."""
    command = ["wrk", "-t1", "-c8", f"-d{seconds}s", *options, f"http://127.0.0.1:{port}/"]
    before = cpu_seconds(pid)
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    used = cpu_seconds(pid) - before
    if "Non-2xx" in output or "Socket errors" in output:
        sys.exit(f"the load saw errors:\n{output}")
    count = int(re.search(r"(\d+) requests in", output)[1])
    return float(re.search(r"Requests/sec:\s+([\d.]+)", output)[1]), used / count * 1e6


def transfer(pid: int, port: int, *options: str) -> tuple[float, float]:
    """MiB per second (median) and milliseconds of the server's CPU (mean) for one large body.

    The system counts CPU in steps of 10 ms, about what one body takes: so it is taken over all of them.
    """
    *flags, path = options
    command = ["curl", "-sf", "-o", os.devnull, "-H", "Expect:", "-H", "Content-Type:", *flags]
    durations = []
    before = cpu_seconds(pid)
    for _ in range(TRANSFERS):
        began = time.perf_counter()
        subprocess.run([*command, f"http://127.0.0.1:{port}{path}"], check=True)
        durations.append(time.perf_counter() - began)
    used = cpu_seconds(pid) - before
    return LARGE / MIB / statistics.median(durations), used * 1000 / TRANSFERS


def family(pid: int) -> list[int]:
    """The process and its children (granian works in one)."""
    found = [pid]
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == pid:
            found.append(int(stat.parent.name))
    return found


def cpu_seconds(pid: int) -> float:
    total = 0
    for each in family(pid):
        fields = Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split()
        total += int(fields[11]) + int(fields[12])
    return total / TICK


def memory(pid: int) -> float:
    """Resident MiB."""
    pages = sum(int(Path(f"/proc/{each}/statm").read_text().split()[1]) for each in family(pid))
    return pages * resource.getpagesize() / MIB


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return free.getsockname()[1]


def wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(200):
        if process.poll() is not None:
            sys.exit(f"a server ended: {process.args}")
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    sys.exit(f"a server does not listen: {process.args}")


def table(rows: list[Row]) -> None:
    """One line per server."""
    titles = ("GET", "POST 1 KiB", "PUT 64 MiB", "GET 64 MiB")
    print(" " * 20, *(f"{title:>18}" for title in titles), f"{'RSS MiB':>14}   GET req/s")
    request, transferred = f"{'req/s':>10} {'us CPU':>7}", f"{'MiB/s':>10} {'ms CPU':>7}"
    heads = (request, request, transferred, transferred)
    print(" " * 20, *heads, f"{'idle':>7}{'after':>7}   lowest-highest")
    for row in rows:
        cells = [f"{a:10,.0f} {b:7.1f}" for a, b in (row.get, row.post, row.upload, row.download)]
        memory_cells = "".join(f"{value:7.0f}" for value in row.memory)
        low, high = row.spread
        print(f"{row.name:20}", *cells, f"{memory_cells}   {low:,.0f}-{high:,.0f}")


if __name__ == "__main__":
    main()
