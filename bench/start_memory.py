"""Start to first answer, and idle memory: each component beside ministack and moto."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from bench import report, servers

ROUNDS = 5
IDLE_MIB = 60.0

Starter = Callable[[Path], AbstractContextManager[servers.Server]]


def measure(start: Starter) -> tuple[float, float]:
    """Median start in seconds and median idle memory in MiB, each start on an empty folder."""
    starts, memory = [], []
    for _ in range(ROUNDS):
        with servers.scratch() as folder, start(folder) as server:
            starts.append(server.start_s)
            memory.append(server.rss_mib())
    return statistics.median(starts), statistics.median(memory)


def run() -> report.Report:
    result = report.Report("Start and memory: empty folder, median of 5", ["start s", "idle MiB"])
    cloud = measure(lambda folder: servers.ours("cloud", folder))
    registry = measure(lambda folder: servers.ours("registry", folder, HOMEPORT_REGISTRY_TLS="off"))
    result.add("homeport cloud", *cloud)
    result.add("homeport registry", *registry)
    try:
        peer = measure(servers.ministack)
        result.add("ministack", *peer)
        result.bars.append(report.Bar("start, ministack / homeport cloud", peer[0] / cloud[0], 1.0))
        result.add("moto", *measure(servers.moto))
    except servers.PeerMissing as missing:
        result.skipped.append(str(missing))
    result.bars.append(report.Bar("idle MiB of cloud", cloud[1], IDLE_MIB, larger_is_better=False))
    result.bars.append(
        report.Bar("idle MiB of registry", registry[1], IDLE_MIB, larger_is_better=False)
    )
    return result
