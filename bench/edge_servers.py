"""The edge server beside granian and uvicorn, on equal trivial handlers: requests/s, CPU per request, memory.

    python bench/edge_servers.py [--seconds 4]

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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=int, default=4, help="duration of each load")
    seconds = parser.parse_args().seconds
    if shutil.which("wrk") is None:
        sys.exit("skipped: wrk is not installed (apt-get install wrk)")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        rows = [measure(label, command, folder, seconds) for label, command in servers(folder)]
    table(rows)


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
    """MiB per second, and milliseconds of the server's CPU, for one large body; the median of five."""
    *flags, path = options
    command = ["curl", "-sf", "-o", os.devnull, "-H", "Expect:", "-H", "Content-Type:", *flags]
    timed = []
    for _ in range(5):
        before, began = cpu_seconds(pid), time.perf_counter()
        subprocess.run([*command, f"http://127.0.0.1:{port}{path}"], check=True)
        timed.append((time.perf_counter() - began, cpu_seconds(pid) - before))
    duration, used = sorted(timed)[2]
    return LARGE / MIB / duration, used * 1000


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
    print(
        f"{'':20} {'GET':>18} {'POST 1 KiB':>18} {'PUT 64 MiB':>18} {'GET 64 MiB':>18} {'RSS MiB':>14}"
    )
    unit = f"{'req/s':>10} {'us CPU':>7}"
    rate = f"{'MiB/s':>10} {'ms CPU':>7}"
    print(f"{'':20} {unit} {unit} {rate} {rate} {'idle':>7}{'after':>7}")
    for row in rows:
        cells = [f"{a:10,.0f} {b:7.1f}" for a, b in (row.get, row.post, row.upload, row.download)]
        print(f"{row.name:20} {' '.join(cells)} {row.memory[0]:7.0f}{row.memory[1]:7.0f}")


if __name__ == "__main__":
    main()
