"""Blobs by curl, which takes HTTP/2 where a server offers it: what each way of upload and download takes, client's and server's side."""

from __future__ import annotations

import hashlib
import os
import shutil
import statistics
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from bench import servers
from bench.registry import client, peers

MIB = 1 << 20
TAIL = 16
CHUNKS = 16
OCTETS = ("-H", "Content-Type: application/octet-stream")
HTTP_1_1, DEFAULT = ("--http1.1",), ()


class Blob:
    """A file of random bytes, made another one by its last."""

    def __init__(self, path: Path, size: int) -> None:
        self.path, self.size = path, size
        self._hash = hashlib.sha256()
        with path.open("wb") as file:
            for start in range(0, size - TAIL, MIB):
                data = os.urandom(min(MIB, size - TAIL - start))
                file.write(data)
                self._hash.update(data)

    def renew(self) -> str:
        """Makes it a new one; its digest."""
        tail, digest = os.urandom(TAIL), self._hash.copy()
        with self.path.open("r+b") as file:
            file.seek(self.size - TAIL)
            file.write(tail)
        digest.update(tail)
        return f"sha256:{digest.hexdigest()}"


@dataclass
class Times:
    """What the rounds of one way took."""

    size: int
    seconds: list[float] = field(default_factory=list)
    cpu_s: list[float] = field(default_factory=list)

    @property
    def mb_s(self) -> float:
        """Median MB/s; 10^6 bytes."""
        return self.size / statistics.median(self.seconds) / 1e6

    @property
    def text(self) -> str:
        """Speed, and the server's milliseconds of CPU."""
        return f"{self.mb_s:,.0f} MB/s {statistics.median(self.cpu_s) * 1e3:,.0f} ms"


@dataclass
class Curl:
    """curl against one registry."""

    registry: peers.Running
    options: tuple[str, ...]

    def get(self, blob: Blob, digest: str) -> float:
        """Downloads a blob; the seconds that it took."""
        return self._run(f"/v2/bench/{blob.path.name}/blobs/{digest}")

    def put(self, blob: Blob, digest: str) -> float:
        """POST, then PUT of the whole."""
        return self._run(client.closing(self._begin(blob), digest), *OCTETS, "-T", str(blob.path))

    def stream(self, blob: Blob, digest: str) -> float:
        """POST, one PATCH of a length that is not told, as Docker sends it, and PUT."""
        patch = ("-X", "PATCH", *OCTETS, "-T", "-")
        with blob.path.open("rb") as file:
            took, location = self._step(self._begin(blob), *patch, data=file)
        return took + self._run(client.closing(location, digest), "-X", "PUT", "-d", "")

    def chunks(self, blob: Blob, digest: str) -> float:
        """POST, 16 PATCHes, and PUT."""
        location, length, total = self._begin(blob), blob.size // CHUNKS, 0.0
        for start in range(0, blob.size, length):
            span = ("-H", f"Content-Range: {start}-{start + length - 1}")
            patch = ("-X", "PATCH", *OCTETS, *span, "--data-binary", "@-")
            with tempfile.TemporaryFile() as part, blob.path.open("rb") as file:
                file.seek(start)
                part.write(file.read(length))
                part.seek(0)
                took, location = self._step(location, *patch, data=part)
            total += took
        return total + self._run(client.closing(location, digest), "-X", "PUT", "-d", "")

    def _begin(self, blob: Blob) -> str:
        with client.connected(self.registry) as connection:
            return connection.begin(f"bench/{blob.path.name}")

    def _step(self, target: str, *options: str, data: IO[bytes]) -> tuple[float, str]:
        """The seconds of one request, and its Location."""
        took, head = self._call(target, *options, data=data)
        fields = [line.split(": ", 1) for line in head.splitlines()]
        location = next(field[-1] for field in fields if field[0].lower() == "location")
        return took, client.local(location)

    def _run(self, target: str, *options: str) -> float:
        return self._call(target, *options)[0]

    def _call(self, target: str, *options: str, data: IO[bytes] | None = None) -> tuple[float, str]:
        """Seconds, and the head of the answer."""
        binary = shutil.which("curl")
        if binary is None:
            raise servers.PeerMissing("curl is not installed")
        fixed = [binary, "-sS", "--fail", "--cacert", str(self.registry.authority), *self.options]
        for name, value in self.registry.headers.items():
            fixed += ["-H", f"{name}: {value}"]
        shown = ["-D", "-", "-o", "/dev/null", "-w", "%{stderr}%{time_total}"]
        where = self.registry.server.url + target
        done = subprocess.run(
            [*fixed, *shown, *options, where], capture_output=True, check=False, stdin=data
        )
        if done.returncode != 0:
            raise RuntimeError(f"{options} {where}: {done.stderr!r} {done.stdout!r}")
        return float(done.stderr), done.stdout.decode()


Way = Callable[[Curl, Blob, str], float]


def timed(times: Times, way: Way, curl: Curl, blob: Blob, digest: str) -> None:
    """One round of one way."""
    before = curl.registry.server.cpu_s()
    times.seconds.append(way(curl, blob, digest))
    times.cpu_s.append(curl.registry.server.cpu_s() - before)
