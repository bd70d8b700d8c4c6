"""Debian's docker-registry, which is registry v2, as a process: a registry that has the API and nothing else."""

import base64
import contextlib
import hashlib
import json
import os
import shutil
import subprocess
import time

import bcrypt
import harness
import pytest
import urllib3
from tests.console.standing import CONFIG, INDEX, LAYER, MANIFEST

from homeport.console.options import Options, Place

USER, PASSWORD = "ann", "a password for tests"
SETTINGS = """
version: 0.1
log: {{level: error, accesslog: {{disabled: true}}}}
storage:
  delete: {{enabled: {deletes}}}
  filesystem: {{rootdirectory: {root}}}
http: {{addr: 127.0.0.1:{port}}}
{auth}
"""


class Foreign:
    """One, to be filled and asked."""

    def __init__(self, port, token=None):
        self.url = f"http://127.0.0.1:{port}"
        self.http = urllib3.PoolManager(retries=False)
        self.token = token

    @property
    def options(self):
        return Options(Place(self.url), registry_host="registry.test:5000")

    def ask(self, method, path, body=None, headers=None):
        if self.token:
            sent = {"Authorization": f"Bearer {self.token()}"}
        else:
            credential = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
            sent = {"Authorization": f"Basic {credential}"}
        return self.http.request(
            method, self.url + path, body=body, headers={**sent, **(headers or {})}, redirect=False
        )

    def blob(self, repository, content, media_type=LAYER):
        digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
        answer = self.ask("POST", f"/v2/{repository}/blobs/uploads/")
        place = answer.headers["Location"].removeprefix(self.url)
        path = f"{place}&digest={digest}"
        answer = self.ask("PUT", path, content, {"Content-Type": "application/octet-stream"})
        assert answer.status == 201, answer.data
        return {"mediaType": media_type, "digest": digest, "size": len(content)}

    def manifest(self, repository, reference, value):
        content = json.dumps(value).encode()
        digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
        path = f"/v2/{repository}/manifests/{reference or digest}"
        answer = self.ask("PUT", path, content, {"Content-Type": value["mediaType"]})
        assert answer.status == 201, answer.data
        return {"mediaType": value["mediaType"], "digest": digest, "size": len(content)}

    def push(self, repository, tag="latest", layers=None, config=None, **fields):
        whole = {"architecture": "amd64", "os": "linux", "created": "2026-01-02T03:04:05Z"}
        made = self.blob(repository, json.dumps({**whole, **(config or {})}).encode(), CONFIG)
        contents = [os.urandom(512)] if layers is None else layers
        value = {
            "schemaVersion": 2,
            "mediaType": MANIFEST,
            "config": made,
            "layers": [self.blob(repository, content) for content in contents],
            **fields,
        }
        return self.manifest(repository, tag, value)

    def index(self, repository, tag, children, **fields):
        value = {"schemaVersion": 2, "mediaType": INDEX, "manifests": children, **fields}
        return self.manifest(repository, tag, value)

    def tags(self, repository):
        return json.loads(self.ask("GET", f"/v2/{repository}/tags/list").data).get("tags") or []


@contextlib.contextmanager
def running(folder, *, deletes=True, auth=None, token=None):
    """Yields one with a user; `auth` is another section of its settings."""
    program = shutil.which("docker-registry")
    if program is None:
        pytest.skip("docker-registry is not installed here (apt-get install docker-registry)")
    folder.mkdir(exist_ok=True)
    if auth is None:
        users = folder / "htpasswd"
        users.write_text(f"{USER}:{bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(5)).decode()}\n")
        auth = f"auth: {{htpasswd: {{realm: test, path: {users}}}}}"
    port = harness.free_port()
    settings = folder / "config.yml"
    made = {"deletes": str(deletes).lower(), "root": folder / "data", "port": port, "auth": auth}
    settings.write_text(SETTINGS.format(**made))
    # Each REGISTRY_* variable would stand in for a setting.
    child = subprocess.Popen([program, "serve", settings], env={"PATH": os.environ["PATH"]})
    try:
        found = Foreign(port, token)
        _wait(found)
        yield found
    finally:
        child.terminate()
        child.wait(10)


def _wait(found):
    for _ in range(400):
        with contextlib.suppress(urllib3.exceptions.HTTPError):
            found.http.request("GET", f"{found.url}/")
            return
        time.sleep(0.05)
    raise AssertionError("docker-registry does not answer")
