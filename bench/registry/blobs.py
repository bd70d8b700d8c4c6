"""A blob of 256 MiB up and down by curl, in turns with the peers: downloads at least as fast as docker-registry's.

Ours and Distribution's are durable before the answer; olareg does not sync.
"""

from __future__ import annotations

import os
import statistics
from contextlib import ExitStack

from bench import report, servers
from bench.registry import curl, peers

SIZE = 256 * curl.MIB
ROUNDS = 3
GETS = 11
"""Downloads take a tenth of a second each, and are measured by themselves: what uploads left for the disk to do would count."""
WANTED = 1.0
WAYS: dict[str, curl.Way] = {
    "PUT": curl.Curl.put,
    "streamed PATCH": curl.Curl.stream,
    f"{curl.CHUNKS} chunks": curl.Curl.chunks,
    "GET": curl.Curl.get,
}
BARS = ("GET", "PUT", "streamed PATCH")
Measured = dict[str, dict[str, curl.Times]]


def run() -> report.Report:
    title = f"Registry blobs: 256 MiB by curl, MB/s and the server's CPU, median of {ROUNDS}"
    result = report.Report(title, list(WAYS))
    with servers.scratch() as folder:
        blob = curl.Blob(folder / "blob", SIZE)
        for mode in (peers.PLAIN, peers.Mode(tls=True)):
            with ExitStack() as stack:
                registries = peers.all_running(mode, result, stack)
                _compare(result, mode, registries, blob)
    return result


def _compare(
    result: report.Report, mode: peers.Mode, registries: list[peers.Running], blob: curl.Blob
) -> None:
    clients = {each.name: curl.Curl(each, curl.HTTP_1_1) for each in registries}
    if mode.tls:
        # Ours offers no HTTP/2, so there is but one way to it.
        others = [each for each in registries if each.name != peers.OURS]
        clients |= {f"{each.name}, HTTP/2": curl.Curl(each, curl.DEFAULT) for each in others}
    measured: Measured = {name: {way: curl.Times(SIZE) for way in WAYS} for name in clients}
    digests: dict[str, str] = {}
    for text, way in [*WAYS.items()] * ROUNDS:
        for name, each in clients.items():
            if text != "GET":
                # A blob that is there already would not be written again.
                digests[name] = blob.renew()
                curl.timed(measured[name][text], way, each, blob, digests[name])
    os.sync()
    for _ in range(GETS):
        for name, each in clients.items():
            curl.timed(measured[name]["GET"], curl.Curl.get, each, blob, digests[name])
    for name, ways in measured.items():
        result.add(f"{name}, {mode.text}", *(times.text for times in ways.values()))
    if peers.DEBIAN in measured:
        for text in BARS:
            ours, peer = (measured[name][text] for name in (peers.OURS, peers.DEBIAN))
            cpu_ms = statistics.median(ours.cpu_s) * 1e3
            named = f"{text}, {mode.text}, homeport ({cpu_ms:,.0f} ms CPU) / docker-registry"
            result.bars.append(report.Bar(named, ours.mb_s / peer.mb_s, WANTED))
