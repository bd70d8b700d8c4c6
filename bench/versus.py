"""The same signed request against our cloud and its peers in turns."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bench import load, report, servers

ROUNDS = 3

Prepare = Callable[[Any, servers.Server], Mapping[str, Any]]
Start = Callable[[Path], AbstractContextManager[servers.Server]]

PEERS: Mapping[str, Start] = {
    "ministack": servers.ministack,
    "moto": servers.moto,
    "DynamoDB Local": servers.dynamodb_local,
}


def compare(
    title: str,
    service: str,
    operation: str,
    prepare: Prepare,
    wanted: Mapping[str, float | None],
    numbers: int = 0,
) -> report.Report:
    """Requests per second by wrk; `prepare` makes what the operation needs and returns its parameters.

    `numbers` are those that `load.wrk` writes into the request. `wanted` names the peers, and how many times their rate ours must be at least (None: shown only).
    """
    result = report.Report(title, ["req/s", "p50 ms", "p99 ms", "CPU us/request", "MiB after"])
    rates: dict[str, float] = {}
    starts = [lambda folder: servers.ours("cloud", folder), *(PEERS[name] for name in wanted)]
    for start in starts:
        try:
            with ExitStack() as stack:
                server = stack.enter_context(start(stack.enter_context(servers.scratch())))
                rates[server.name] = _measure(result, server, service, operation, prepare, numbers)
        except servers.PeerMissing as missing:
            result.skipped.append(str(missing))
    for name, least in wanted.items():
        if name in rates and least is not None:
            ratio = rates["homeport"] / rates[name]
            result.bars.append(report.Bar(f"requests/s, homeport / {name}", ratio, least))
    return result


def _measure(
    result: report.Report,
    server: servers.Server,
    service: str,
    operation: str,
    prepare: Prepare,
    numbers: int,
) -> float:
    client = load.client(service, server)
    request = load.signed(client, operation, prepare(client, server))
    headers = load.plain_headers(request)
    split = urlsplit(request.url)
    path = f"{split.path}?{split.query}" if split.query else split.path
    body = request.body or b""
    body = body.encode() if isinstance(body, str) else bytes(body)
    runs = [
        load.wrk(server, request.method, path, headers, body, numbers=numbers)
        for _ in range(ROUNDS)
    ]
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
