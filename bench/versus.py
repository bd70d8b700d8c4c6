"""The same signed request against our cloud, ministack and moto in turns."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from typing import Any
from urllib.parse import urlsplit

from bench import load, report, servers

ROUNDS = 3

Prepare = Callable[[Any, servers.Server], Mapping[str, Any]]


def compare(
    title: str, service: str, operation: str, prepare: Prepare, wanted: float
) -> report.Report:
    """Requests per second by wrk; `prepare` makes what the operation needs and returns its parameters."""
    result = report.Report(title, ["req/s", "p50 ms", "p99 ms", "CPU us/request", "MiB after"])
    rates: dict[str, float] = {}
    for start in (lambda folder: servers.ours("cloud", folder), servers.ministack, servers.moto):
        try:
            with ExitStack() as stack:
                server = stack.enter_context(start(stack.enter_context(servers.scratch())))
                rates[server.name] = _measure(result, server, service, operation, prepare)
        except servers.PeerMissing as missing:
            result.skipped.append(str(missing))
    if "ministack" in rates:
        ratio = rates["homeport"] / rates["ministack"]
        result.bars.append(report.Bar("requests/s, homeport / ministack", ratio, wanted))
    return result


def _measure(
    result: report.Report, server: servers.Server, service: str, operation: str, prepare: Prepare
) -> float:
    client = load.client(service, server)
    request = load.signed(client, operation, prepare(client, server))
    headers = load.plain_headers(request)
    split = urlsplit(request.url)
    path = f"{split.path}?{split.query}" if split.query else split.path
    body = request.body or b""
    body = body.encode() if isinstance(body, str) else bytes(body)
    runs = [load.wrk(server, request.method, path, headers, body) for _ in range(ROUNDS)]
    middle = sorted(runs, key=lambda run: run.requests_s)[len(runs) // 2]
    result.add(
        server.name,
        middle.requests_s,
        middle.p50_ms,
        middle.p99_ms,
        middle.cpu_us,
        server.rss_mib(),
    )
    return statistics.median(run.requests_s for run in runs)
