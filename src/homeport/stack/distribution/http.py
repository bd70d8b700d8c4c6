"""The section `http`: https://distribution.github.io/distribution/about/configuration/#http"""

from __future__ import annotations

from homeport.stack.distribution import found as finding
from homeport.stack.distribution import tree

ALL_ADDRESSES = "0.0.0.0"  # noqa: S104 - what an address without a host means there


def _addr(found: finding.Found, entry: tree.Entry) -> None:
    host, colon, port = entry.text.rpartition(":")
    if not colon or "/" in entry.text:
        found.problem(entry, "Homeport listens on an address with a port, such as :5000.")
        return
    found.set("registry.host", host or ALL_ADDRESSES, entry)
    found.set("registry.port", port, entry)


def _net(found: finding.Found, entry: tree.Entry) -> None:
    if entry.text != "tcp":
        found.problem(entry, "Homeport listens on TCP only: leave it out, and name a port in addr.")


def _debug(found: finding.Found, entry: tree.Entry) -> None:
    host = "" if not entry.text.startswith(":") else ALL_ADDRESSES
    found.set("registry.debug", host + entry.text, entry)


def _prefix(found: finding.Found, entry: tree.Entry) -> None:
    if entry.text != "/":
        found.problem(
            entry, "the registry is at /v2/, where its clients look; a proxy may strip a prefix."
        )


def _clients(found: finding.Found, entry: tree.Entry) -> None:
    found.problem(
        entry,
        "Homeport does not ask clients for certificates, so anyone could connect: "
        "leave it out where passwords are enough, or let a proxy ask for them.",
    )


def _drain_s(text: str) -> str:
    return str(max(1, -(-finding.milliseconds(text) // 1000)))


def _certificate(found: finding.Found, entry: tree.Entry) -> None:
    finding.sets("registry.certificate").follow(found, entry)
    found.set("registry.tls", value=True, entry=entry)


def _headers(found: finding.Found, entry: tree.Entry) -> None:
    found.set("registry.headers", headers(entry), entry)


def headers(entry: tree.Entry) -> object:
    """Fields, as our settings take them."""
    return {name: _texts(each) for name, each in entry.table.items()} if entry.table else None


def _texts(entry: tree.Entry) -> list[object]:
    items = entry.value if isinstance(entry.value, list) else [entry]
    return [item.value if isinstance(item.value, str) else None for item in items]


_SUITES = "the cipher suites are those that Python has by default."

KEYS = {
    "http.addr": finding.Key(_addr, "`registry.host`, `registry.port`; `:5000` is all addresses"),
    "http.net": finding.Key(_net, "`tcp` only"),
    "http.host": finding.sets("registry.url"),
    "http.prefix": finding.Key(_prefix, "`/` only"),
    "http.secret": finding.needless("http.secret"),
    "http.relativeurls": finding.needless("http.relativeurls"),
    "http.draintimeout": finding.sets("up.stop_timeout_s", _drain_s),
    "http.tls.certificate": finding.Key(
        _certificate, "`registry.certificate`; without it plain HTTP"
    ),
    "http.tls.key": finding.sets("registry.key"),
    "http.tls.clientcas": finding.Key(_clients, "refused: it would let in clients without one"),
    "http.tls.clientauth": finding.needless("http.tls.clientauth"),
    "http.tls.minimumtls": finding.unsupported("TLS 1.2 is the least.", but="tls1.2"),
    "http.tls.ciphersuites": finding.unsupported(_SUITES),
    "http.tls.letsencrypt.cachefile": finding.refused(
        "let a proxy or another program get the certificate, and name it in http.tls.certificate."
    ),
    "http.tls.letsencrypt.email": finding.needless("http.tls.letsencrypt"),
    "http.tls.letsencrypt.hosts": finding.needless("http.tls.letsencrypt"),
    "http.tls.letsencrypt.directoryurl": finding.needless("http.tls.letsencrypt"),
    "http.headers": finding.Key(_headers, "`registry.headers`"),
    "http.debug.addr": finding.Key(_debug, "`registry.debug`; `:5001` is all addresses"),
    "http.debug.prometheus.enabled": finding.needless("http.debug.prometheus.enabled"),
    "http.debug.prometheus.path": finding.unsupported("metrics are at /metrics.", but="/metrics"),
    "http.http2.disabled": finding.needless("http.http2"),
    "http.h2c.enabled": finding.unsupported("the registry speaks HTTP/1.1.", but="false"),
}
