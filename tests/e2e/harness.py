"""A whole stack as its user starts it: `homeport up` in a process of its own, on free ports and a folder of its own."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import boto3
import pytest
from botocore.config import Config

READY_LIMIT_S = 30.0
Client = Callable[..., subprocess.CompletedProcess]
PASSWORD = "a password for tests"
FOREIGN = ("AWS_", "HOMEPORT_", "REGISTRY_", "MAKE", "MFLAGS", "ARGS")
"""Variables of the caller that would change what is tested."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def tool(name: str) -> str:
    """The path of a real client; the test is skipped, visibly, where the machine lacks it."""
    found = shutil.which(
        name, path=f"/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin:{os.environ['PATH']}"
    )
    if found is None:
        pytest.skip(f"{name} is not installed here")
    return found


def run(*command: str | Path, **options) -> subprocess.CompletedProcess[str]:
    """Runs a client to its end; its own words are shown where it fails."""
    options.setdefault("timeout", 240)
    check = options.pop("check", True)
    done = subprocess.run(
        [str(part) for part in command], check=False, capture_output=True, text=True, **options
    )
    if check and done.returncode != 0:
        raise AssertionError(
            f"{command} ended with {done.returncode}:\n{done.stdout}\n{done.stderr}"
        )
    return done


@dataclass
class Stack:
    data: Path
    registry_port: int = field(default_factory=free_port)
    cloud_port: int = field(default_factory=free_port)
    process: subprocess.Popen | None = None
    command: list[str] = field(default_factory=lambda: [sys.executable, "-m", "homeport", "up"])
    ready_limit_s: float = READY_LIMIT_S
    extra: dict[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith(FOREIGN)}
        return {
            **kept,
            "HOMEPORT_DATA": str(self.data),
            "HOMEPORT_REGISTRY_PORT": str(self.registry_port),
            "HOMEPORT_CLOUD_PORT": str(self.cloud_port),
            "HOMEPORT_INGRESS_ENABLED": "false",
            "HOMEPORT_UI_ENABLED": "false",
            "HOMEPORT_ADMIN_PASSWORD": PASSWORD,
            **self.extra,
        }

    @property
    def registry(self) -> str:
        return f"localhost:{self.registry_port}"

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.cloud_port}"

    @property
    def ca(self) -> Path:
        return self.data / "certs" / "ca.crt"

    @property
    def said(self) -> str:
        """What it has printed so far."""
        return self.log.read_text()

    @property
    def log(self) -> Path:
        return self.data.parent / "up.log"

    @property
    def aws_environment(self) -> dict[str, str]:
        return {
            **self.environment,
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_PAGER": "",
        }

    @contextlib.contextmanager
    def running(self, *arguments: str) -> Iterator[Stack]:
        """The stack runs while the block does."""
        try:
            self.up(*arguments)
            yield self
        finally:
            self.down()

    def client(self, service: str, **config):
        """A boto3 client; `config` are fields of botocore's Config."""
        return boto3.client(
            service,
            endpoint_url=self.endpoint,
            region_name="us-east-1",
            aws_access_key_id="test",
            aws_secret_access_key="test",
            config=Config(**config),
        )

    def homeport(self, *arguments: str, **options) -> subprocess.CompletedProcess[str]:
        return run(sys.executable, "-m", "homeport", *arguments, env=self.environment, **options)

    def up(self, *arguments: str) -> None:
        log = self.log.open("a")
        self.process = subprocess.Popen(
            [*self.command, *arguments],
            env=self.environment,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        log.close()
        deadline = time.monotonic() + self.ready_limit_s
        while not self.is_ready():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(self.said)
            time.sleep(0.05)

    def is_ready(self) -> bool:
        return all(self.listens(port) for port in (self.registry_port, self.cloud_port))

    def listens(self, port: int) -> bool:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=5):
            return True
        return False

    def status(self) -> dict[str, dict]:
        """The components by name."""
        rows = json.loads(self.homeport("status", "-o", "json").stdout)["components"]
        return {row["name"]: row for row in rows}

    def down(self) -> None:
        """Stops it as Ctrl-C does; by force where it does not end, which fails the test."""
        process, self.process = self.process, None
        if process is None:
            return
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGINT)
        try:
            assert process.wait(30) in (0, 1, 2, 130, -signal.SIGINT)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            raise
