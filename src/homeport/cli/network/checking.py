"""Where each name goes: asked of the servers by DNS, and of this machine's own resolver."""

from __future__ import annotations

import urllib.parse
from collections.abc import Iterator, Sequence
from concurrent import futures
from pathlib import Path
from typing import Any, NamedTuple

from homeport.cli import output
from homeport.cli.kubernetes.view import paint
from homeport.net import names
from homeport.net.dns import addresses, asking
from homeport.net.dns.records import Kind, Record
from homeport.stack import settings

_RESOLVERS = Path("/etc/resolv.conf")
_MOST = 3
"""Servers of resolv.conf that are asked, as libc does: https://man7.org/linux/man-pages/man5/resolv.conf.5.html"""
_PORTS = (53, 5300)
"""Of our own server, where the setting leaves it to the machine."""


_SILENT = {
    "builtin": "The server does not answer: it does while the stack runs. homeport up starts it.",
    "pihole": "The Pi-hole does not answer: see whether it runs, and whether pihole.dns says where.",
}


class Server(NamedTuple):
    """Who is asked."""

    address: str
    port: int

    def __str__(self) -> str:
        return self.address if self.port == _PORTS[0] else f"{self.address}, port {self.port}"


class Row(NamedTuple):
    """A name, where it should lead, and where it does."""

    name: str
    wanted: tuple[str, ...]
    said: tuple[tuple[Server, asking.Answer], ...]
    machine: asking.Answer

    @property
    def is_right(self) -> bool:
        """Whether this machine goes there. What else a server says besides is no harm, as long as one says this."""
        return self.is_right_here and (not self.said or any(self._is(one) for _, one in self.said))

    @property
    def is_right_here(self) -> bool:
        """Whether programs of this machine go there."""
        return self._is(self.machine)

    def _is(self, answer: asking.Answer) -> bool:
        return bool(answer.addresses) and set(answer.addresses) <= set(self.wanted)


def check(chosen: settings.Settings, wanted: Sequence[Record]) -> list[Row]:
    """Asks for all names at once: a server that does not answer takes seconds for each."""
    servers = _servers(chosen)
    led_to = [one for one in wanted if one.kind is not Kind.CNAME]
    kinds = tuple(dict.fromkeys(one.kind for one in led_to))
    found = tuple(sorted({one.value for one in led_to}))
    owners = list(dict.fromkeys(one.name for one in wanted))
    with futures.ThreadPoolExecutor(16) as pool:
        here = [pool.submit(asking.machine, name) for name in owners]
        there = [
            [pool.submit(asking.server, *server, name, kinds) for server in servers]
            for name in owners
        ]
        return [
            Row(
                name,
                found,
                tuple(zip(servers, (one.result() for one in its), strict=True)),
                mine.result(),
            )
            for name, mine, its in zip(owners, here, there, strict=True)
        ]


def _servers(chosen: settings.Settings) -> list[Server]:
    """Those that are to know the names: the keeper's, or the ones that this machine asks."""
    if chosen.dns.provider == "builtin":
        host = addresses.reached(chosen.dns.host)
        ports = (chosen.dns.port,) if chosen.dns.port else _PORTS
        servers = [Server(host, port) for port in ports]
        return [one for one in servers if _is_there(one)][:1] or servers[:1]
    if chosen.dns.provider == "pihole":
        host = chosen.pihole.dns or urllib.parse.urlsplit(chosen.pihole.url).hostname or ""
        found = (host,) if names.is_address(host) else asking.machine(host).addresses
        return [Server(address, chosen.pihole.dns_port) for address in found[:1]]
    return [] if chosen.dns.provider == "hosts" else _resolvers(_RESOLVERS)


def _is_there(server: Server) -> bool:
    return asking.server(*server, "localhost", (Kind.A,)).is_there


def _resolvers(path: Path) -> list[Server]:
    try:
        text = path.read_text(errors="replace")
    except OSError:
        return []
    rows = [line.split() for line in text.splitlines()]
    found = [row[1] for row in rows if row[:1] == ["nameserver"] and len(row) > 1]
    return [Server(one, _PORTS[0]) for one in found if names.is_address(one)][:_MOST]


def lines(rows: Sequence[Row], color: paint.Paint, provider: str) -> Iterator[str]:
    """A table, and what to do where a name goes elsewhere."""
    servers = [server for server, _ in rows[0].said] if rows else []
    heads = ["name", "leads to", *(f"{server} says" for server in servers), "this machine says"]
    cells = [
        [row.name, _joined(row.wanted), *(_said(one) for _, one in row.said), _said(row.machine)]
        for row in rows
    ]
    head, *body = output.table(heads, cells).splitlines()
    yield color(f"  {head}", paint.DIM)
    for row, line in zip(rows, body, strict=True):
        mark, tone = ("✓", paint.GREEN) if row.is_right else ("✗", paint.RED)
        yield f"{color(mark, tone)} {line}"
    yield from _advice(rows, provider)


def _advice(rows: Sequence[Row], provider: str) -> Iterator[str]:
    wrong = [row for row in rows if not row.is_right]
    if not wrong:
        yield "Each name leads where it should."
        return
    yield ""
    yield f"{len(wrong)} of {len(rows)} names do not lead where they should."
    if all(row.said and not any(one.is_there for _, one in row.said) for row in wrong):
        yield _SILENT.get(provider, "The server does not answer.")
    elif any(row.said and not row.is_right for row in wrong if not _is_known(row)):
        yield "The server does not know them: homeport dns apply makes the records; homeport dns print shows them."
    elif provider == "hosts":
        yield "homeport dns apply writes them in the hosts file; where it has, homeport doctor says what stands between."
    elif any(not row.is_right_here for row in wrong):
        yield "This machine asks somebody else first: docs/names.md shows how to tell it, and homeport doctor what stands between."


def _is_known(row: Row) -> bool:
    return any(set(one.addresses) & set(row.wanted) for _, one in row.said)


def _joined(values: Sequence[str]) -> str:
    return ", ".join(values) or "-"


def _said(answer: asking.Answer) -> str:
    return answer.error or _joined(answer.addresses)


def as_json(rows: Sequence[Row]) -> dict[str, Any]:
    """For programs."""
    return {
        "right": all(row.is_right for row in rows),
        "names": [
            {
                "name": row.name,
                "wanted": list(row.wanted),
                "right": row.is_right,
                "servers": [
                    {"address": server.address, "port": server.port, **_answer(one)}
                    for server, one in row.said
                ],
                "machine": _answer(row.machine),
            }
            for row in rows
        ],
    }


def _answer(answer: asking.Answer) -> dict[str, Any]:
    return {"addresses": list(answer.addresses), "error": answer.error}
