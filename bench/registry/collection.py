"""Garbage collection of 10,000 repositories, of which every second has an image without a tag: beside pulls, and as docker-registry's
command, which needs the registry to stand still."""

from __future__ import annotations

import json
import subprocess
import threading
import time
from contextlib import suppress
from pathlib import Path

from bench import report, servers
from bench.registry import client, filled, peers

PEERS = (peers.DEBIAN, "distribution")
FASTER = 1.0
PULL_MS = 100.0
"""What a pull may wait at most while a collection runs; the clients share the two cores."""
PAUSE_S = 0.002


def run() -> report.Report:
    columns = ["dry run s", "collect s", "CPU s", "slowest pull ms", "idle MiB", "peak MiB"]
    result = report.Report("Registry gc: 10,000 repositories, half of them untagged", columns)
    took, slowest = _ours(result)
    for name in PEERS:
        try:
            peer = _peer(result, name)
        except servers.PeerMissing as missing:
            peers.skip(result, missing)
            continue
        if name == peers.DEBIAN:
            text = "collection, speed of homeport / docker-registry"
            result.bars.append(report.Bar(text, peer / took, FASTER))
    text = "slowest pull beside the collection, ms"
    result.bars.append(report.Bar(text, slowest, PULL_MS, larger_is_better=False))
    return result


def _ours(result: report.Report) -> tuple[float, float]:
    """The seconds of a collection, and the milliseconds of the slowest pull beside it."""
    with peers.running(peers.OURS, peers.PLAIN) as registry:
        filled.by_http(registry)
        with client.connected(registry) as connection:
            for number in range(0, filled.REPOSITORIES, 2):
                connection.call("DELETE", f"/v2/{filled.repository(number)}/manifests/latest")
            idle, cpu = registry.server.rss_mib(), registry.server.cpu_s()
            dry, _ = _collect(connection, dry_run=True)
            with _Pulls(registry) as pulls:
                took, found = _collect(connection)
            cpu = registry.server.cpu_s() - cpu
        if found["manifests"] != filled.REPOSITORIES // 2:
            raise RuntimeError(f"the collection found something else: {found}")
        result.add(peers.OURS, dry, took, cpu, pulls.slowest_ms, idle, pulls.peak_mib)
    return took, pulls.slowest_ms


def _collect(connection: client.Client, *, dry_run: bool = False) -> tuple[float, dict[str, int]]:
    """The seconds that a collection took, and its report."""
    wanted = {"dry_run": dry_run, "grace_s": 0, "untagged_s": 0}
    started = time.perf_counter()
    _, text = connection.call("POST", "/v2/_homeport/gc", json.dumps(wanted).encode())
    seconds = time.perf_counter() - started
    found: dict[str, int] = json.loads(text.splitlines()[-1])["report"]
    return seconds, found


class _Pulls:
    """Pulls a manifest again and again while the block runs."""

    def __init__(self, registry: peers.Running) -> None:
        self._registry = registry
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._pull)
        self.slowest_ms = 0.0
        self.peak_mib = 0.0

    def __enter__(self) -> _Pulls:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _pull(self) -> None:
        with client.connected(self._registry) as connection:
            while not self._over.wait(PAUSE_S):
                started = time.perf_counter()
                connection.call("GET", f"/v2/{filled.repository(1)}/manifests/latest")
                self.slowest_ms = max(self.slowest_ms, (time.perf_counter() - started) * 1e3)
                with suppress(FileNotFoundError):
                    self.peak_mib = max(self.peak_mib, self._registry.server.rss_mib())


def _peer(result: report.Report, name: str) -> float:
    """The seconds of the peer's command."""
    program = str(peers.program(name))
    with servers.scratch() as folder:
        filled.on_disk(folder / "data", is_tagged=lambda number: number % 2 == 1)
        config = peers.distribution_config(folder)
        dry, _ = _command([program, "garbage-collect", "--dry-run", "-m", str(config)])
        took, cpu = _command([program, "garbage-collect", "-m", str(config)])
    result.add(name, dry, took, cpu, "stands still", "", "")
    return took


def _command(command: list[str]) -> tuple[float, float]:
    """Seconds, and CPU seconds."""
    before, started = _children_s(), time.perf_counter()
    environment = {"OTEL_TRACES_EXPORTER": "none"}
    subprocess.run(
        command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment
    )
    return time.perf_counter() - started, _children_s() - before


def _children_s() -> float:
    """Processor seconds of the children that have ended."""
    fields = Path("/proc/self/stat").read_text().rpartition(")")[2].split()
    return (int(fields[13]) + int(fields[14])) / servers.TICKS_PER_S
