"""What the web console asks: each answer within 30 ms at 10,000 repositories of 20 tags and one of 10,000 tags; and what a push waits for
beside somebody who asks without a pause. Where there are a hundred rules, the first list of a user takes 100 ms at most: each name is judged.

The rows are written by the registry's own functions before it starts, as pushes of 210,000 images would take minutes.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime
import json
import sqlite3
import statistics
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import bcrypt

from bench import report, servers
from bench.registry import client, filled, peers
from homeport.registry.browsing import looking
from homeport.registry.grammar import documents
from homeport.registry.store import blobs, manifests, schema
from homeport.registry.store.blobs import Blob
from homeport.registry.store.browsing import descriptions
from homeport.storage.content import Content
from homeport.storage.db import Database

PER_REPOSITORY, LOT, ROUNDS = 20, 200, 30
WANTED_MS, FIRST_MS, BESIDE_MS = 30.0, 100.0, 30.0
START = 1_700_000_000.0
CONFIG = json.dumps({"os": "linux", "architecture": "arm64", "rootfs": {"type": "layers"}}).encode()
LAYER = b"0123456789abcdef" * 64
MANY = "many/tags"
Described = tuple[client.Descriptor, client.Descriptor]
ASKED = {
    "catalog, root": "catalog",
    "catalog, a folder of 100": "catalog?prefix=team07",
    "catalog, 1,000 by last push": "catalog?flat=1&sort=pushed&order=desc&n=1000",
    "catalog, last page by size": "catalog?flat=1&sort=bytes&offset=9900",
    "catalog, search": "catalog?search=app7",
    "repository of 20 tags": "repositories/team07/app33",
    "repository of 10,000 tags": f"repositories/{MANY}",
    "tags, first of 10,000": f"tags/{MANY}",
    "tags, last of 10,000": f"tags/{MANY}?offset=9900",
    "tags by creation": f"tags/{MANY}?sort=created&order=desc",
    "tags by size, a platform": f"tags/{MANY}?sort=bytes&platform=linux/arm64",
    "tags, 1,000 by last push": f"tags/{MANY}?sort=pushed&order=desc&n=1000",
    "tags, search": f"tags/{MANY}?search=99",
    "untagged": f"untagged/{MANY}",
    "image": f"images/{MANY}?reference=v1.77",
}
FREED = {
    "what a tag of 10,000 frees": {"tags": ["v1.77"]},
    "what 100 tags free": {"tags": [f"v1.{tag}" for tag in range(100)]},
    "what 10,000 tags free": {},
}
RULES = [
    {
        "repositories": [f"team{number:02}/**", f"*/app{number}"],
        "allow": ["pull", "push"],
        "users": [peers.USER],
    }
    for number in range(100)
]
STARTS = 3
"""Of a registry with these rules: what was judged once is remembered as long as it runs."""
WITH_USERS = peers.Mode(users=True)


def run() -> report.Report:
    columns = ["ms", "fastest ms", "slowest ms", "CPU ms", "KB"]
    result = report.Report(
        f"Registry browsing: 10,000 repositories of {PER_REPOSITORY} tags, one of 10,000", columns
    )
    with servers.scratch() as folder:
        fill(folder / "registry")
        with _started(folder, peers.PLAIN) as registry:
            slowest = _ask(registry, result)
            alone, beside = _pushes(registry, None), _pushes(registry, ASKED["catalog, root"])
        first = _judge(folder, result)
    result.add("a push alone", *_figures(alone), "", "")
    result.add("a push beside the catalog", *_figures(beside), "", "")
    added = statistics.median(beside) - statistics.median(alone)
    text = "what a push waits for a client that asks for the catalog without a pause, ms"
    result.bars += [
        report.Bar("slowest answer, median ms", slowest, WANTED_MS, larger_is_better=False),
        report.Bar("first catalog with 100 rules, ms", first, FIRST_MS, larger_is_better=False),
        report.Bar(text, added, BESIDE_MS, larger_is_better=False),
    ]
    return result


@contextlib.contextmanager
def _started(folder: Path, mode: peers.Mode) -> Iterator[peers.Running]:
    users = folder / "htpasswd"
    settings = {
        "HOMEPORT_REGISTRY_TLS": "off",
        "HOMEPORT_REGISTRY_AUTH": "on" if mode.users else "off",
        "HOMEPORT_REGISTRY_HTPASSWD": str(users),
        "HOMEPORT_LOG_ACCESS": "off",
    }
    if mode.users:
        hashed = bcrypt.hashpw(peers.PASSWORD.encode(), bcrypt.gensalt(peers.COST)).decode()
        users.write_text(f"{peers.USER}:{hashed}\n")
        settings["HOMEPORT_REGISTRY_RULES"] = json.dumps(RULES)
    with servers.ours("registry", folder, **settings) as server:
        yield peers.Running(server, mode, folder)


def _ask(registry: peers.Running, result: report.Report) -> float:
    """A row for each question; milliseconds of the slowest."""
    asked: list[tuple[str, str, bytes]] = [(text, place, b"") for text, place in ASKED.items()]
    for text, what in FREED.items():
        asked.append((text, "freed", json.dumps({"repository": MANY, **what}).encode()))
    slowest = 0.0
    with client.connected(registry) as asker:
        for text, place, body in asked:
            cpu = registry.server.cpu_s()
            took, size = _measure(asker, place, body)
            cpu_ms = (registry.server.cpu_s() - cpu) / ROUNDS * 1e3
            slowest = max(slowest, statistics.median(took))
            result.add(text, *_figures(took), cpu_ms, size / 1000)
    return slowest


def _judge(folder: Path, result: report.Report) -> float:
    """The catalog of a user with a hundred rules: milliseconds of the first, after which all is known."""
    first, again, size = [], [], 0
    for _ in range(STARTS):
        with _started(folder, WITH_USERS) as registry, client.connected(registry) as asker:
            # The password is checked once.
            asker.call("GET", "/v2/")
            took, size = _measure(asker, ASKED["catalog, root"])
            first.append(took[0])
            again += took[1:]
    result.add("catalog, 100 rules, the first", *_figures(first), "", size / 1000)
    result.add("catalog, 100 rules, then", *_figures(again), "", size / 1000)
    return statistics.median(first)


def _figures(took: list[float]) -> tuple[float, float, float]:
    return statistics.median(took), min(took), max(took)


def _measure(asker: client.Client, place: str, body: bytes = b"") -> tuple[list[float], int]:
    method, headers = ("POST", {"Content-Type": "application/json"}) if body else ("GET", {})
    took, size = [], 0
    for _ in range(ROUNDS):
        started = time.perf_counter()
        _, text = asker.call(method, f"/v2/_homeport/{place}", body, headers)
        took.append((time.perf_counter() - started) * 1e3)
        size = len(text)
    return took, size


def _pushes(registry: peers.Running, place: str | None) -> list[float]:
    """Milliseconds of pushes, alone or beside somebody who asks again and again."""
    over = threading.Event()

    def ask() -> None:
        with client.connected(registry) as asker:
            while not over.is_set():
                asker.call("GET", f"/v2/_homeport/{place}")

    thread = threading.Thread(target=ask) if place else None
    if thread is not None:
        thread.start()
    took = []
    with client.connected(registry) as pusher:
        body = _manifest(_described(), 0)
        for number in range(100):
            started = time.perf_counter()
            pusher.put_manifest("team07/app33", f"push{number}", body)
            took.append((time.perf_counter() - started) * 1e3)
    over.set()
    if thread is not None:
        thread.join()
    return took


def fill(folder: Path) -> None:
    """A registry with all of it, looked into."""
    folder.mkdir(parents=True)
    asyncio.run(_fill(folder))


async def _fill(folder: Path) -> None:
    db, content = Database(folder / "registry.db", schema.MIGRATIONS), Content(folder / "blobs")
    described = _described()
    for descriptor, data in zip(described, (CONFIG, LAYER), strict=True):
        async with content.stage() as staged:
            await staged.write(data)
            name = await staged.publish(f"sha256-{descriptor.digest[7:]}{staged.name[:16]}")
        blob = Blob(name, len(data))
        await db.write(lambda at: blobs.add(at, descriptor.digest, blob, "first", START))  # noqa: B023 - awaited in its turn
    wanted = [
        (f"team{number % 100:02}/app{number // 100}", tag)
        for number in range(filled.REPOSITORIES)
        for tag in range(PER_REPOSITORY)
    ]
    wanted += [(MANY, tag) for tag in range(filled.TAGS)]
    for start in range(0, len(wanted), LOT):
        lot = wanted[start : start + LOT]
        await db.write(lambda at: _put(at, lot, described))  # noqa: B023 - awaited in its turn
    while looks := await db.scan(lambda at: looking.look(at, None, LOT)):
        found = [looking.with_config(look, CONFIG) for look in looks]
        await db.write(lambda at: descriptions.settle(at, found))  # noqa: B023 - awaited in its turn
    await db.close()


def _put(connection: sqlite3.Connection, lot: list[tuple[str, int]], described: Described) -> None:
    for repository, tag in lot:
        at = START + hash((repository, tag)) % 10_000_000
        for descriptor in described:
            blobs.adopt(connection, descriptor.digest, repository, at)
        body = _manifest(described, tag)
        document = documents.parse(client.MANIFEST_TYPE, body)
        new = manifests.Stored(client.sha256(body), body, document)
        manifests.put(connection, repository, new, [f"v1.{tag}"], at)


def _described() -> Described:
    return (
        client.Descriptor("config.v1+json", client.sha256(CONFIG), len(CONFIG)),
        client.Descriptor("layer.v1.tar", client.sha256(LAYER), len(LAYER)),
    )


def _manifest(described: Described, number: int) -> bytes:
    made = datetime.datetime.fromtimestamp(START + number * 60, datetime.UTC).isoformat()
    body = json.loads(client.manifest(*described))
    body["annotations"] = {"org.opencontainers.image.created": made}
    return json.dumps(body).encode()
