"""A data folder with a registry in it, and commands that ask it: stopped, or as a process that runs."""

import asyncio
import contextlib
import hashlib
import json
import os
import signal
import socket

import pytest

from homeport.cli import main
from homeport.edge import http
from homeport.serve import registry as serve
from homeport.stack import folders, load

IMAGE = "application/vnd.oci.image.manifest.v1+json"
CONFIG = "application/vnd.oci.image.config.v1+json"


def sha256(data):
    return "sha256:" + hashlib.sha256(data).hexdigest()


class Stack:
    """The registry of a data folder."""

    def __init__(self, home, capsys):
        self.home = home
        self.capsys = capsys
        self.port = home.registry_port
        self.environment = {
            **home.environment,
            "HOMEPORT_REGISTRY_TLS": "off",
            "HOMEPORT_REGISTRY_GC_INTERVAL": "none",
        }
        home.environment.update(self.environment)

    @property
    def where(self):
        return folders.of(self.settings)

    @property
    def settings(self):
        return load.load({}, self.environment).settings

    def run(self, *words):
        """A command in this process: its exit code, what it wrote, and what it said."""
        code = main.main(["registry", *words])
        captured = self.capsys.readouterr()
        return code, captured.out, captured.err

    def json(self, *words):
        code, out, err = self.run(*words, "-o", "json")
        assert code == 0, err
        return json.loads(out)

    def push(self, *images):
        """Pushes images of a config alone, called `team/app:v1=content`, into the registry while it is stopped."""

        async def pushed():
            async with serve.opened(self.settings, self.where) as registry:
                for image in images:
                    await self._push(registry, image)

        asyncio.run(pushed())

    async def _push(self, registry, image):
        name, _, content = image.partition("=")
        repository, _, tag = name.partition(":")
        digest = sha256(content.encode())
        config = {"mediaType": CONFIG, "digest": digest, "size": len(content)}
        body = {"schemaVersion": 2, "mediaType": IMAGE, "config": config, "layers": []}
        await self._send(
            registry, "POST", f"/v2/{repository}/blobs/uploads/", content, f"digest={digest}"
        )
        await self._send(registry, "PUT", f"/v2/{repository}/manifests/{tag}", json.dumps(body))

    async def _send(self, registry, method, path, content, query=""):
        headers = {
            "authorization": f"Bearer {self.where.registry_control.read_text().strip()}",
            "content-type": IMAGE,
        }
        answer = registry(
            http.Request(method, path, query, headers, http.BytesBody(content.encode()))
        )
        answer = answer if isinstance(answer, http.Response) else await answer
        assert answer.status == 201, answer

    def start(self, until):
        """Lets it run; returns its process."""
        process = self.home.start("serve", "registry")
        until(lambda: self.answers() or process.poll() is not None, "the registry")
        assert process.poll() is None, process.communicate()
        return process

    def answers(self):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port)):
            return True
        return False

    @staticmethod
    def stop(process):
        process.send_signal(signal.SIGTERM)
        process.communicate()


@pytest.fixture
def stack(home, capsys, monkeypatch):
    made = Stack(home, capsys)
    for name in list(os.environ):
        if name.startswith(("HOMEPORT_", "REGISTRY_")):
            monkeypatch.delenv(name)
    for name, value in made.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(home.folder)
    return made
