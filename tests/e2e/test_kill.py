"""`kill -9` of any process at a random moment under load: what was acknowledged is there, nothing half-written is visible."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import http.client
import itertools
import json
import os
import random
import signal
import ssl
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

import botocore.exceptions
import harness
import pytest

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(900)]
ROUNDS = int(os.environ.get("HOMEPORT_KILL_ROUNDS", "50"))
RESTART_LIMIT_S = 1.0
GONE = (
    botocore.exceptions.BotoCoreError,
    botocore.exceptions.ClientError,
    OSError,
    http.client.HTTPException,
)
MANIFEST = "application/vnd.oci.image.manifest.v1+json"


def content(name: str) -> bytes:
    """Bytes that follow from the name alone, so that whatever is visible later can be checked: 0 to 200 KB."""
    seed = hashlib.sha256(name.encode()).digest()
    return seed * (int.from_bytes(seed[:2], "big") // 10)


def client(stack, service):
    return stack.client(
        service, retries={"total_max_attempts": 1}, connect_timeout=2, read_timeout=5
    )


@dataclass
class Load:
    """Writers that note each write once it was acknowledged, and end at the first refusal."""

    stack: harness.Stack
    name: str
    objects: list[str] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)
    images: list[str] = field(default_factory=list)
    is_over: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self):
        writers = (self.put_objects, self.put_parts, self.send_messages, self.push_images)
        self.threads = [
            threading.Thread(target=self._until_gone, args=(writer,)) for writer in writers
        ]

    def start(self):
        client(self.stack, "sqs").create_queue(
            QueueName=self.name, Attributes={"VisibilityTimeout": "0"}
        )
        for thread in self.threads:
            thread.start()

    def numbers(self):
        return itertools.takewhile(lambda _: not self.is_over.is_set(), itertools.count())

    def join(self):
        self.is_over.set()
        for thread in self.threads:
            thread.join(20)

    def _until_gone(self, writer):
        with contextlib.suppress(*GONE):
            writer()

    def put_objects(self):
        s3 = client(self.stack, "s3")
        for number in self.numbers():
            key = f"{self.name}/{number}"
            s3.put_object(Bucket="kill", Key=key, Body=content(key))
            self.objects.append(key)

    def put_parts(self):
        s3 = client(self.stack, "s3")
        for number in self.numbers():
            key = f"{self.name}/parts/{number}"
            upload = s3.create_multipart_upload(Bucket="kill", Key=key)["UploadId"]
            where = {"Bucket": "kill", "Key": key, "UploadId": upload}
            etag = s3.upload_part(**where, PartNumber=1, Body=content(key))["ETag"]
            s3.complete_multipart_upload(
                **where, MultipartUpload={"Parts": [{"ETag": etag, "PartNumber": 1}]}
            )
            self.objects.append(key)

    def send_messages(self):
        sqs = client(self.stack, "sqs")
        url = sqs.get_queue_url(QueueName=self.name)["QueueUrl"]
        for number in self.numbers():
            body = f"{self.name}/{number}"
            sqs.send_message(QueueUrl=url, MessageBody=body)
            self.messages.append(body)

    def push_images(self):
        with contextlib.closing(Registry(self.stack)) as registry:
            for number in self.numbers():
                name = f"kill/{self.name}-{number}"
                registry.push(name)
                self.images.append(name)


class Registry:
    """A small client: pushes an image of one layer, and pulls it back byte by byte."""

    def __init__(self, stack):
        context = ssl.create_default_context(cafile=str(stack.ca))
        self.connection = http.client.HTTPSConnection(
            "localhost", stack.registry_port, context=context, timeout=5
        )
        token = base64.b64encode(f"admin:{harness.PASSWORD}".encode()).decode()
        self.headers = {"Authorization": f"Basic {token}"}

    def close(self):
        self.connection.close()

    def call(self, method, path, body=b"", **headers):
        self.connection.request(method, path, body, {**self.headers, **headers})
        answer = self.connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read()

    def push(self, name):
        layer = content(name)
        digests = [self._blob(name, data) for data in (b"{}", layer)]
        kinds = ("config.v1+json", "layer.v1.tar")
        described = [
            {"mediaType": f"application/vnd.oci.image.{kind}", "digest": digest, "size": size}
            for kind, (digest, size) in zip(kinds, digests, strict=True)
        ]
        manifest = {
            "schemaVersion": 2,
            "mediaType": MANIFEST,
            "config": described[0],
            "layers": described[1:],
        }
        body = json.dumps(manifest).encode()
        status, _, text = self.call(
            "PUT", f"/v2/{name}/manifests/v1", body, **{"Content-Type": MANIFEST}
        )
        assert status == 201, text

    def _blob(self, name, data):
        digest = f"sha256:{hashlib.sha256(data).hexdigest()}"
        status, headers, text = self.call("POST", f"/v2/{name}/blobs/uploads/")
        assert status == 202, text
        location = {key.lower(): value for key, value in headers.items()}["location"]
        joint = "&" if "?" in location else "?"
        status, _, text = self.call("PUT", f"{location}{joint}digest={digest}", data)
        assert status == 201, text
        return digest, len(data)

    def check(self, name):
        status, _, text = self.call("GET", f"/v2/{name}/manifests/v1")
        assert status == 200, (name, text)
        for layer in json.loads(text)["layers"]:
            status, _, data = self.call("GET", f"/v2/{name}/blobs/{layer['digest']}")
            assert status == 200
            assert data == content(name)


def check(load):
    """Every acknowledged write is there, and everything visible is whole."""
    s3 = client(load.stack, "s3")
    visible = visible_keys(load)
    assert set(load.objects) <= set(visible)
    for key in visible:
        assert s3.get_object(Bucket="kill", Key=key)["Body"].read() == content(key), key
    assert set(load.messages) <= drained(load)
    check_images(load)


def check_images(load):
    with contextlib.closing(Registry(load.stack)) as registry:
        for name in load.images:
            registry.check(name)


def visible_keys(load):
    pages = (
        client(load.stack, "s3")
        .get_paginator("list_objects_v2")
        .paginate(Bucket="kill", Prefix=f"{load.name}/")
    )
    return [row["Key"] for page in pages for row in page.get("Contents", [])]


def drained(load):
    """The bodies in the queue: each is received, then deleted."""
    sqs = client(load.stack, "sqs")
    url = sqs.get_queue_url(QueueName=load.name)["QueueUrl"]
    bodies = set()
    while messages := sqs.receive_message(
        QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=60
    ).get("Messages"):
        bodies |= {message["Body"] for message in messages}
    assert all(body.startswith(f"{load.name}/") for body in bodies)
    return bodies


def kill_one(stack, victim):
    """Ends one process without warning, and returns the seconds until the stack answers again."""
    pid = stack.process.pid if victim == "supervisor" else stack.status()[victim]["pid"]
    os.kill(pid, signal.SIGKILL)
    if victim == "supervisor":
        stack.process.wait()
        await_silence(stack)
        started = time.monotonic()
        stack.up()
        return time.monotonic() - started
    await_death(pid)
    started = time.monotonic()
    while not stack.is_ready():
        assert time.monotonic() - started < 20
        time.sleep(0.01)
    return time.monotonic() - started


def await_death(pid):
    """Until the supervisor has reaped it: before that, one of its threads may still hold the port."""
    while Path(f"/proc/{pid}").exists():
        time.sleep(0.002)


def await_silence(stack):
    """The children of a supervisor that was killed must end by themselves."""
    deadline = time.monotonic() + 10
    while stack.listens(stack.registry_port) or stack.listens(stack.cloud_port):
        assert time.monotonic() < deadline, "a component outlived its supervisor"
        time.sleep(0.02)


def test_fifty_rounds(stack):
    client(stack, "s3").create_bucket(Bucket="kill")
    choose = random.Random(2)
    loads, restarts = [], []
    for number in range(ROUNDS):
        load = Load(stack, f"round{number}")
        load.start()
        time.sleep(choose.uniform(0.05, 0.8))
        victim = choose.choice(["cloud", "registry", "cloud", "registry", "supervisor"])
        restarts.append((round(kill_one(stack, victim), 2), victim))
        load.join()
        check(load)
        loads.append(load)
    for load in loads:
        assert set(load.objects) <= set(visible_keys(load))
        check_images(load)
    assert (
        sum(len(load.objects) + len(load.messages) + len(load.images) for load in loads)
        > ROUNDS * 10
    )
    components = [seconds for seconds, victim in restarts if victim != "supervisor"]
    assert sorted(components)[len(components) // 2] < RESTART_LIMIT_S, restarts
