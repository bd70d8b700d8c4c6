"""The requests of which a pull is made, beside the peers: with bcrypt cost 10 at least 50 times docker-registry's manifest GET, without
users at least 5 times. wrk sends GET, ab HEAD, eight connections each."""

from __future__ import annotations

from bench import load, report, servers
from bench.registry import client, peers

SECONDS = 3
MODES = (peers.PLAIN, peers.Mode(tls=True), peers.Mode(users=True))
REQUESTS = ("GET /v2/", "manifest GET", "manifest HEAD", "blob HEAD", "blob GET 1 KiB")
WANTED = {peers.PLAIN: 5.0, peers.Mode(users=True): 50.0}
"""Manifest GET by tag, requests/s as a multiple of docker-registry's."""


def run() -> report.Report:
    result = report.Report("Registry requests: requests/s, and CPU us for each", REQUESTS)
    for mode in MODES:
        measured: dict[str, dict[str, load.Load]] = {}
        for name in peers.NAMES:
            try:
                measured[name] = _measure(name, mode)
            except servers.PeerMissing as missing:
                peers.skip(result, missing)
                continue
            cells = [
                f"{each.requests_s:,.0f} {each.cpu_us:,.0f} us" for each in measured[name].values()
            ]
            result.add(f"{name}, {mode.text}", *cells)
        if mode in WANTED and peers.DEBIAN in measured:
            result.bars.append(_bar(mode, measured))
    return result


def _bar(mode: peers.Mode, measured: dict[str, dict[str, load.Load]]) -> report.Bar:
    ours, peer = (measured[name]["manifest GET"] for name in (peers.OURS, peers.DEBIAN))
    text = f"manifest GET, {mode.text}, homeport ({ours.cpu_us:,.0f} us) / docker-registry ({peer.cpu_us:,.0f} us)"
    return report.Bar(text, ours.requests_s / peer.requests_s, WANTED[mode])


def _measure(name: str, mode: peers.Mode) -> dict[str, load.Load]:
    with peers.running(name, mode) as registry:
        with client.connected(registry) as pusher:
            _, layer = pusher.push_image("bench/image", "latest", b"layer 89" * 128)
        tagged = "/v2/bench/image/manifests/latest"
        blob = f"/v2/bench/image/blobs/{layer.digest}"
        wanted = {
            "GET /v2/": ("GET", "/v2/"),
            "manifest GET": ("GET", tagged),
            "manifest HEAD": ("HEAD", tagged),
            "blob HEAD": ("HEAD", blob),
            "blob GET 1 KiB": ("GET", blob),
        }
        return {text: _repeat(registry, *request) for text, request in wanted.items()}


def _repeat(registry: peers.Running, method: str, path: str) -> load.Load:
    headers = {**registry.headers, "Accept": client.MANIFEST_TYPE}
    if method == "HEAD":
        return load.ab(registry.server, path, headers, SECONDS)
    return load.wrk(registry.server, method, path, headers, seconds=SECONDS)
