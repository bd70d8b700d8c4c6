"""Settings of the HTTP server: where it listens, what it waits for, how much it takes."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, NamedTuple

KIB = 1024
MIB = 1024 * KIB

TlsMode = Literal["off", "only", "both"]
"""`off`: plain HTTP. `only`: HTTPS. `both`: told apart on one port by the first byte."""


class Address(NamedTuple):
    """Where to listen. A name stands for every address it resolves to; port 0 takes a free port."""

    host: str
    port: int


class TlsFiles(NamedTuple):
    """A certificate chain and its key, PEM."""

    certificate: Path
    key: Path


class EdgeConfig(NamedTuple):
    """How a server listens and what it allows. Durations are in seconds, sizes in bytes."""

    addresses: tuple[Address, ...] = (Address("127.0.0.1", 0),)
    """Loopback and a free port, so that nothing is open to a network unless it was asked for."""
    tls: TlsMode = "off"
    tls_files: TlsFiles | None = None
    """Needed unless `tls` is `off`."""
    port_setting: str = "port"
    """The flag or setting that moves the port, named in the hint of the error about a port in use."""

    connections: int = 4096
    """Open at the same time; one more is answered 503. Each costs about 10 KiB."""
    backlog: int = 1024
    """Connections that the kernel holds until they are accepted."""

    request_line_bytes: int = 16 * KIB
    """Longer: 414. A presigned URL with a key of 1,024 characters, each percent-encoded, and a session token fits."""
    head_bytes: int = 64 * KIB
    """Longer: 431. Eight times the 8 KiB that S3 allows for all headers, as bearer tokens of registries get long."""
    header_count: int = 200
    """More: 431."""

    small_body_bytes: int = 64 * KIB
    """Bodies up to here are complete when the application is called."""
    body_buffer_bytes: int = 64 * KIB
    """Held of a larger body while the application is busy; the sender is slowed down beyond it. One read may be 256 KiB more."""
    write_buffer_bytes: int = 512 * KIB
    """Held of a response while the client does not read; a streaming application waits beyond it."""
    pipeline_bytes: int = 64 * KIB
    """Held of requests that were sent before the one ahead of them is answered."""
    discard_bytes: int = MIB
    """Read and dropped of a body that the application did not want, so that the connection can go on; above it, it ends."""
    linger_bytes: int = 256 * MIB
    """Read and dropped, within `discard_timeout_s`, of a client that still sends when its connection ends. A reset would take the
    answer away from it: https://www.rfc-editor.org/rfc/rfc9112#section-9.6-8. As much comes within a quarter of a second."""

    header_timeout_s: int = 20
    """From the first byte of a request (or the connection's begin) to the end of its head. Slow readers of heads hold a
    connection each: https://en.wikipedia.org/wiki/Slowloris_(cyber_attack)"""
    keep_alive_timeout_s: int = 75
    """Idle between two requests. Longer than the 60 s of common proxies and client pools, so that they close first."""
    body_stall_timeout_s: int = 60
    """Without a single byte while the application waits for the body. A slow upload that moves is never cut."""
    write_stall_timeout_s: int = 60
    """Without the client taking a single byte of a response."""
    handshake_timeout_s: int = 10
    """For the TLS handshake."""
    discard_timeout_s: int = 5
    """For the rest of a body that nobody wants, and for a client to see the last answer before the connection ends."""
    sweep_interval_s: float = 1.0
    """Time-outs are checked, and the `Date` field renewed, this often. Time-outs count sweeps, so that setting the machine's
    clock cuts nobody off; a server that was busy does not blame its clients."""

    def sweeps(self, timeout_s: float) -> int:
        """How many sweeps a time-out lasts."""
        return max(1, round(timeout_s / self.sweep_interval_s))
