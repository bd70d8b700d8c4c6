"""What is looked up when metrics are asked for: rows of the registry, and the process.

https://prometheus.io/docs/instrumenting/writing_clientlibs/#process-metrics
"""

from __future__ import annotations

import os
import resource
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from homeport.registry.events.openmetrics import Family, counter, gauge

_PROC = Path("/proc/self")
_TICKS = os.sysconf("SC_CLK_TCK")


class Rows(NamedTuple):
    """What the registry holds."""

    repositories: int
    manifests: int
    blobs: int
    tags: int
    uploads: int
    blob_bytes: int
    manifest_bytes: int
    upload_bytes: int
    rotten: int
    """Blobs and manifests that a scrub has found to be damaged."""
    waiting: dict[str, int]
    """Rows of the outbox, by lane."""


_COUNTS = (
    "SELECT (SELECT count(*) FROM repository WHERE manifests > 0), (SELECT count(*) FROM manifest),"
    " (SELECT count(*) FROM blob), (SELECT count(*) FROM tag), (SELECT count(*) FROM upload), blobs, manifests,"
    " (SELECT coalesce(sum(size), 0) FROM upload WHERE staged IS NOT NULL),"
    " (SELECT count(*) FROM blob WHERE rotten IS NOT NULL)"
    " + (SELECT count(*) FROM manifest WHERE rotten IS NOT NULL) FROM totals"
)


def rows(connection: sqlite3.Connection) -> Rows:
    """Counts rows, by walks over indexes: for a connection of a thread (`Database.scan`)."""
    counts = connection.execute(_COUNTS).fetchone()
    waiting = dict(connection.execute("SELECT lane, count(*) FROM outbox GROUP BY lane"))
    return Rows._make((*counts, waiting))


def process() -> Sequence[Family]:
    """The process; nothing where the system does not tell."""
    try:
        stat = (_PROC / "stat").read_text().rpartition(")")[2].split()
        boot = _boot_time()
        descriptors = len(os.listdir(_PROC / "fd"))  # noqa: PTH208 - names alone, no paths
    except OSError:
        return []
    # https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html, counted from the third field on
    cpu_s = (int(stat[11]) + int(stat[12])) / _TICKS
    started = boot + int(stat[19]) / _TICKS
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    values = (
        ("virtual_memory_bytes", "Virtual memory.", int(stat[20])),
        ("resident_memory_bytes", "Resident memory.", int(stat[21]) * resource.getpagesize()),
        ("start_time_seconds", "When the process began, since the epoch.", started),
        ("open_fds", "Open descriptors.", descriptors),
        ("max_fds", "Descriptors that may be open.", limit),
    )
    return [
        counter("process_cpu_seconds", "User and system time.", [({}, cpu_s)]),
        *(gauge(f"process_{name}", text, [({}, value)]) for name, text, value in values),
    ]


def _boot_time() -> int:
    for line in Path("/proc/stat").read_text().splitlines():
        if line.startswith("btime "):
            return int(line.split()[1])
    return 0
