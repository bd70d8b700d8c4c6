"""The real registry and the real cloud, as processes, and the console's options before them."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import os
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import boto3
import harness
import urllib3
from botocore.config import Config

from homeport.console.options import Options, Place

ADMIN, WRITER, READER = "admin", "writer", "reader"
PASSWORD = harness.PASSWORD
RULES = [
    {"repositories": ["**"], "allow": ["pull"], "users": [READER, WRITER]},
    {"repositories": ["**"], "allow": ["push", "delete"], "users": [WRITER]},
]
MANIFEST = "application/vnd.oci.image.manifest.v1+json"
INDEX = "application/vnd.oci.image.index.v1+json"
CONFIG = "application/vnd.oci.image.config.v1+json"
LAYER = "application/vnd.oci.image.layer.v1.tar+gzip"


class Standing:
    """A stack that runs, to be filled and asked. Tests of one worker share it, so each uses names of its own."""

    def __init__(self, stack: harness.Stack) -> None:
        self.stack = stack
        self.console = ""
        """Where the console is, where it runs too."""
        self._http = urllib3.PoolManager(ca_certs=str(stack.ca), retries=False)

    @property
    def options(self) -> Options:
        """What the console before it is told."""
        stack = self.stack
        return Options(
            Place(f"https://127.0.0.1:{stack.registry_port}", stack.ca, "localhost"),
            Place(stack.endpoint),
            registry_host=stack.registry,
            cloud_url=stack.endpoint,
        )

    def client(self, service: str, **config: Any) -> Any:
        """A boto3 client of the cloud."""
        return self.stack.client(service, **config)

    def of(self, service: str, region: str, account: str = "test", **config: Any) -> Any:
        """A client of another region, or account."""
        return boto3.client(
            service,
            endpoint_url=self.stack.endpoint,
            region_name=region,
            aws_access_key_id=account,
            aws_secret_access_key="test",
            config=Config(**config),
        )

    def table(self, name: str, client: Any = None) -> None:
        """A table whose items have the key `id`, a text."""
        dynamodb = client or self.client("dynamodb")
        dynamodb.create_table(
            TableName=name,
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        dynamodb.get_waiter("table_exists").wait(TableName=name, WaiterConfig={"Delay": 1})

    def ask(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        user: str = ADMIN,
    ) -> urllib3.BaseHTTPResponse:
        """The registry's API, as a user."""
        credential = base64.b64encode(f"{user}:{PASSWORD}".encode()).decode()
        return self._http.request(
            method,
            f"https://localhost:{self.stack.registry_port}{path}",
            body=body,
            headers={"Authorization": f"Basic {credential}", **(headers or {})},
        )

    def json(self, path: str, user: str = ADMIN) -> Any:
        """What an end point of the registry says."""
        answer = self.ask("GET", path, user=user)
        assert answer.status == 200, answer.data
        return answer.json()

    def blob(self, repository: str, content: bytes, media_type: str = LAYER) -> dict[str, Any]:
        """Uploads a blob; its descriptor."""
        digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
        path = f"/v2/{repository}/blobs/uploads/?digest={digest}"
        answer = self.ask("POST", path, content, {"Content-Type": "application/octet-stream"})
        assert answer.status == 201, answer.data
        return {"mediaType": media_type, "digest": digest, "size": len(content)}

    def manifest(self, repository: str, reference: str, value: Mapping[str, Any]) -> dict[str, Any]:
        """Puts a manifest; `reference` is a tag, or empty for its digest alone. Its descriptor."""
        content = json.dumps(value).encode()
        digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
        kind = str(value["mediaType"])
        path = f"/v2/{repository}/manifests/{reference or digest}"
        answer = self.ask("PUT", path, content, {"Content-Type": kind})
        assert answer.status == 201, answer.data
        return {"mediaType": kind, "digest": digest, "size": len(content)}

    def push(
        self,
        repository: str,
        tag: str = "latest",
        layers: list[bytes] | None = None,
        config: Mapping[str, Any] | None = None,
        **fields: Any,
    ) -> dict[str, Any]:
        """Pushes an image; `fields` are further ones of its manifest. Its descriptor."""
        whole = {"architecture": "amd64", "os": "linux", "created": "2026-01-02T03:04:05Z"}
        whole |= {"rootfs": {"type": "layers", "diff_ids": []}, **(config or {})}
        made = self.blob(repository, json.dumps(whole).encode(), CONFIG)
        contents = [os.urandom(512)] if layers is None else layers
        value = {
            "schemaVersion": 2,
            "mediaType": MANIFEST,
            "config": made,
            "layers": [self.blob(repository, content) for content in contents],
            **fields,
        }
        return self.manifest(repository, tag, value)

    def index(
        self, repository: str, tag: str, children: list[dict[str, Any]], **fields: Any
    ) -> dict[str, Any]:
        """Pushes an index of manifests that are there."""
        value = {"schemaVersion": 2, "mediaType": INDEX, "manifests": children, **fields}
        return self.manifest(repository, tag, value)


@contextlib.contextmanager
def running(folder: Path, *, has_users: bool = True, **extra: str) -> Iterator[Standing]:
    """A stack with an admin, somebody who may write, and somebody who may only read; or with a registry that lets everybody in."""
    made = {"HOMEPORT_UI_ENABLED": "false", **extra}
    if has_users:
        made["HOMEPORT_REGISTRY_RULES"] = json.dumps(RULES)
    else:
        made["HOMEPORT_REGISTRY_AUTH"] = "false"
    stack = harness.Stack(folder / "data", extra=made)
    for user in (WRITER, READER) if has_users else ():
        add_user(stack, user)
    with stack.running():
        yield Standing(stack)


@contextlib.contextmanager
def with_console(folder: Path, **extra: str) -> Iterator[Standing]:
    """Such a stack with its console as a process, too: its port is the last that is ready."""
    port = harness.free_port()
    settings = {"HOMEPORT_UI_ENABLED": "true", "HOMEPORT_UI_PORT": str(port), **extra}
    with running(folder, **settings) as made:
        deadline = time.monotonic() + harness.READY_LIMIT_S
        while not made.stack.listens(port):
            assert time.monotonic() < deadline, "the console is not ready"
            time.sleep(0.05)
        made.console = f"https://localhost:{port}"
        yield made


def add_user(stack: harness.Stack, name: str) -> None:
    """Adds a user with the password of all of them."""
    stack.homeport("users", "add", name, "--password-stdin", input=f"{PASSWORD}\n")
