"""Pages of the catalog and of tags at 10,000 repositories and 10,000 tags: the last page is as fast as the first.

docker-registry 2.8 knows no pages of tags, and gives all of them each time.
"""

from __future__ import annotations

import time
from contextlib import AbstractContextManager

from bench import load, report, servers
from bench.registry import client, filled, peers

SECONDS, PAGE, WALK = 2, 100, 1000
NAMES = (peers.OURS, peers.DEBIAN, "distribution")
"""olareg has no catalog."""
EVENNESS, WANTED = 1.5, 1.0
LAST = filled.REPOSITORIES - PAGE - 1
PAGES = {
    "catalog, first": f"/v2/_catalog?n={PAGE}",
    "catalog, last": f"/v2/_catalog?n={PAGE}&last={filled.repository(LAST)}",
    "tags, first": f"/v2/{filled.TAGGED}/tags/list?n={PAGE}",
    "tags, last": f"/v2/{filled.TAGGED}/tags/list?n={PAGE}&last={filled.tag(LAST)}",
}


def run() -> report.Report:
    columns = [*PAGES, f"catalog by {WALK:,} s", "MiB"]
    result = report.Report("Registry listing: pages of 100 by one client, ms", columns)
    measured: dict[str, dict[str, load.Load]] = {}
    for name in NAMES:
        try:
            with _filled(name) as registry:
                measured[name] = _measure(result, registry)
        except servers.PeerMissing as missing:
            peers.skip(result, missing)
    ours = measured[peers.OURS]
    for what in ("catalog", "tags"):
        first, last = (ours[f"{what}, {end}"].cpu_us for end in ("first", "last"))
        text = f"{what}, CPU of the last page ({last:,.0f} us) / first ({first:,.0f} us)"
        result.bars.append(report.Bar(text, last / first, EVENNESS, larger_is_better=False))
        if peers.DEBIAN in measured:
            peer = measured[peers.DEBIAN][f"{what}, last"]
            ratio = ours[f"{what}, last"].requests_s / peer.requests_s
            text = f"{what}, last page, requests/s of homeport / docker-registry"
            result.bars.append(report.Bar(text, ratio, WANTED))
    return result


def _filled(name: str) -> AbstractContextManager[peers.Running]:
    return peers.running(name, peers.PLAIN, None if name == peers.OURS else filled.on_disk)


def _measure(result: report.Report, registry: peers.Running) -> dict[str, load.Load]:
    if registry.name == peers.OURS:
        filled.by_http(registry)
    pages = {
        text: load.wrk(registry.server, "GET", path, {}, connections=1, seconds=SECONDS)
        for text, path in PAGES.items()
    }
    cells = [f"{1e3 / page.requests_s:,.2f}, {page.cpu_us:,.0f} us" for page in pages.values()]
    result.add(registry.name, *cells, _walk(registry), registry.server.rss_mib())
    return pages


def _walk(registry: peers.Running) -> float:
    """The seconds that all pages of the catalog take, each asked for by the Link of the one before."""
    target, total, started = f"/v2/_catalog?n={WALK}", 0, time.perf_counter()
    with client.connected(registry) as connection:
        while target:
            headers, text = connection.call("GET", target)
            total += filled.listed(text)
            link = headers.get("Link", "")
            target = client.local(link[1 : link.index(">")]) if link else ""
    if total < filled.REPOSITORIES:
        raise RuntimeError(f"the catalog of {registry.name} has {total} repositories")
    return time.perf_counter() - started
