"""Debian's docker-registry, with the certificate and the users that one of ours would have."""

from __future__ import annotations

import contextlib
import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import harness
from tests.e2e.registry_clients.served import LIMIT_S, Registry

CONFIG = """\
version: 0.1
log: {{level: error, accesslog: {{disabled: true}}}}
storage: {{filesystem: {{rootdirectory: {folder}/storage}}}}
http:
  addr: 127.0.0.1:{port}
  tls: {{certificate: {data}/certs/server.crt, key: {data}/certs/server.key}}
auth: {{htpasswd: {{realm: peer, path: {data}/auth/htpasswd}}}}
"""


class Peer(Registry):
    """It answers to `ask` and to clients as one of ours does."""

    def start(self) -> None:
        program = harness.tool("docker-registry")
        settings = self.folder / "config.yml"
        data = self.folder / "data"
        settings.write_text(CONFIG.format(folder=self.folder, port=self.port, data=data))
        with (self.folder / "log").open("ab") as log:
            # Each REGISTRY_* variable would stand in for a setting.
            self.process = subprocess.Popen(
                [program, "serve", str(settings)],
                env={"PATH": os.environ["PATH"]},
                stdout=log,
                stderr=log,
            )
        deadline = time.monotonic() + LIMIT_S
        while not self.is_ready():
            assert self.process.poll() is None, self.log
            assert time.monotonic() < deadline, self.log
            time.sleep(0.02)

    def is_ready(self) -> bool:
        with contextlib.suppress(OSError):
            return self.ask("GET", "/v2/").status == 401
        return False

    def stop(self) -> None:
        process, self.process = self.process, None
        if process is not None:
            process.terminate()
            process.wait(LIMIT_S)


@contextlib.contextmanager
def docker_registry(folder: Path) -> Iterator[Peer]:
    """One that runs while the block does."""
    folder.mkdir(parents=True, exist_ok=True)
    peer = Peer(folder)
    peer.prepare()
    try:
        peer.start()
        yield peer
    finally:
        peer.stop()
