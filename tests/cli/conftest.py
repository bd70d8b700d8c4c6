"""`homeport` as a person runs it: a process, with a home folder and free ports of its own."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest

WAIT_S = 30.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until(is_reached, what: str):
    """Asks until something is true: these are real processes, whose time no test can move."""
    pause = threading.Event()
    for _ in range(int(WAIT_S / 0.02)):
        if found := is_reached():
            return found
        pause.wait(0.02)
    raise AssertionError(f"waited for {what} in vain")


def is_alive(pid: int) -> bool:
    """Whether a process runs; one that has ended and waits for its parent does not."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except FileNotFoundError:
        return False
    return fields[0] != "Z"


class Home:
    """A home folder, and commands that are run in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data = folder / "data"
        self.registry_port, self.cloud_port = free_port(), free_port()
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "HOMEPORT_DATA": str(self.data),
            "HOMEPORT_REGISTRY_PORT": str(self.registry_port),
            "HOMEPORT_CLOUD_PORT": str(self.cloud_port),
            "HOMEPORT_INGRESS_ENABLED": "false",
            "HOMEPORT_UI_ENABLED": "false",
        }
        self.prefix: list[str] = []
        self.processes: list[subprocess.Popen[str]] = []

    def with_console(self) -> Home:
        """The same with the web console, at a port of its own."""
        self.ui_port = free_port()
        self.environment |= {
            "HOMEPORT_UI_ENABLED": "true",
            "HOMEPORT_UI_PORT": str(self.ui_port),
        }
        return self

    def run(self, *words: str, **options) -> subprocess.CompletedProcess[str]:
        options.setdefault("env", self.environment)
        return subprocess.run(
            [*self.prefix, sys.executable, "-m", "homeport", *words],
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=WAIT_S,
            check=False,
            **options,
        )

    def start(self, *words: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [*self.prefix, sys.executable, "-m", "homeport", *words],
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self.processes.append(process)
        return process

    def up(self, *words: str) -> subprocess.Popen[str]:
        process = self.start("up", *words)
        wait_until(lambda: self.is_ready() or process.poll() is not None, "the stack")
        assert process.poll() is None, process.communicate()
        return process

    def status(self) -> dict:
        return json.loads(self.run("status", "-o", "json").stdout)

    def rows(self) -> dict[str, dict]:
        return {row["name"]: row for row in self.status()["components"]}

    def is_ready(self) -> bool:
        rows = self.rows().values()
        return bool(rows) and all(row["state"] == "ready" for row in rows)

    def pids(self) -> list[int]:
        return [row["pid"] for row in self.rows().values()]

    def clean(self) -> None:
        pid = self.status().get("pid")
        if pid is not None:
            os.kill(pid, signal.SIGTERM)
            wait_until(lambda: not is_alive(pid), "the end of the stack")
        for process in self.processes:
            if process.poll() is None:
                process.kill()
            process.communicate()


@pytest.fixture
def home(tmp_path):
    made = Home(tmp_path)
    yield made
    made.clean()


@pytest.fixture
def until():
    return wait_until
