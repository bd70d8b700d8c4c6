"""The aws command and boto3, unmodified, against the cloud of a running stack."""

from __future__ import annotations

import collections
import hashlib
import json
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import boto3
import harness
import pytest

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(900)]
GIB = 1 << 30
MIB = 1 << 20
GROWTH_LIMIT_MIB = 64


NEWEST = str(Path(sys.executable).with_name("aws"))
"""The newest `aws` of PyPI; Debian's is years older and speaks in other ways."""


def aws(stack, *arguments, command=NEWEST, **options):
    # Older ones do not know AWS_ENDPOINT_URL, and version 1 forgets it for SQS: the flag works with all.
    own = (command, "--endpoint-url", stack.endpoint)
    return harness.run(*own, *arguments, env=stack.aws_environment, timeout=600, **options)


def write_large(path, size):
    """A file whose megabytes all differ; its SHA-256."""
    digest = hashlib.sha256()
    block = bytearray(b"homeport" * (MIB // 8))
    with path.open("wb") as file:
        for number in range(size // MIB):
            block[:8] = number.to_bytes(8, "big")
            digest.update(block)
            file.write(block)
    return digest.hexdigest()


def sha256_of(path):
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class PeakMemory:
    """The largest memory of a component while the block runs, sampled."""

    def __init__(self, pid):
        self.pid, self.peak_mib, self._is_over = pid, 0.0, threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def now(self):
        with Path(f"/proc/{self.pid}/smaps_rollup").open() as file:
            rows = dict(line.split(":") for line in file.read().splitlines()[1:])
        return int(rows["Rss"].split()[0]) / 1024

    def _watch(self):
        while not self._is_over.wait(0.05):
            self.peak_mib = max(self.peak_mib, self.now())

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._is_over.set()
        self._thread.join()


def test_five_gib_up_and_down_in_flat_memory(stack, tmp_path):
    digest = write_large(tmp_path / "large", 5 * GIB)
    aws(stack, "s3", "mb", "s3://large")
    memory = PeakMemory(stack.status()["cloud"]["pid"])
    before = memory.now()
    with memory:
        aws(stack, "s3", "cp", "--no-progress", tmp_path / "large", "s3://large/object")
        (tmp_path / "large").unlink()
        aws(stack, "s3", "cp", "--no-progress", "s3://large/object", tmp_path / "back")
    assert sha256_of(tmp_path / "back") == digest
    assert memory.peak_mib - before < GROWTH_LIMIT_MIB


def test_sync_of_10_000_small_files(stack, tmp_path):
    source = tmp_path / "source"
    for folder in range(100):
        (source / f"folder {folder}").mkdir(parents=True)
        for number in range(100):
            (source / f"folder {folder}" / f"file+{number}.txt").write_text(f"{folder}/{number}")
    aws(stack, "s3", "mb", "s3://small")
    aws(stack, "s3", "sync", "--only-show-errors", source, "s3://small/here")
    aws(stack, "s3", "sync", "--only-show-errors", "s3://small/here", tmp_path / "back")
    harness.run("diff", "-r", source, tmp_path / "back")
    again = aws(stack, "s3", "sync", source, "s3://small/here").stdout
    assert again == ""


class Consumer:
    """Receives and deletes until the queue stays empty; remembers what it saw."""

    def __init__(self, stack, url):
        self.sqs, self.url, self.seen = stack.client("sqs"), url, []

    def work(self):
        while messages := self._receive():
            self.seen += [message["Body"] for message in messages]
            entries = [
                {"Id": str(i), "ReceiptHandle": m["ReceiptHandle"]} for i, m in enumerate(messages)
            ]
            assert not self.sqs.delete_message_batch(QueueUrl=self.url, Entries=entries).get(
                "Failed"
            )
        return self.seen

    def _receive(self):
        got = self.sqs.receive_message(QueueUrl=self.url, MaxNumberOfMessages=10, WaitTimeSeconds=2)
        return got.get("Messages", [])


def test_ten_consumers_lose_nothing_and_see_nothing_twice(stack):
    sqs = stack.client("sqs")
    url = sqs.create_queue(QueueName="work", Attributes={"VisibilityTimeout": "120"})["QueueUrl"]
    with ThreadPoolExecutor(12) as pool:
        consumers = [pool.submit(Consumer(stack, url).work) for _ in range(10)]
        for start in range(0, 5000, 10):
            entries = [
                {"Id": str(i), "MessageBody": f"message {i}"} for i in range(start, start + 10)
            ]
            assert not sqs.send_message_batch(QueueUrl=url, Entries=entries).get("Failed")
        seen = collections.Counter(body for consumer in consumers for body in consumer.result())
    assert seen == collections.Counter(f"message {i}" for i in range(5000))


@pytest.mark.parametrize("command", [NEWEST, "/usr/bin/aws"], ids=["newest", "debian"])
def test_the_first_steps_of_a_user(stack, tmp_path, command):
    if not Path(command).exists():
        pytest.skip(f"{command} is not installed here")
    (tmp_path / "hello.txt").write_text("hello")
    aws(stack, "s3", "mb", "s3://first", command=command)
    aws(stack, "s3", "cp", tmp_path / "hello.txt", "s3://first/hello.txt", command=command)
    assert aws(stack, "s3", "cp", "s3://first/hello.txt", "-", command=command).stdout == "hello"
    made = json.loads(
        aws(stack, "sqs", "create-queue", "--queue-name", "first", command=command).stdout
    )
    queue = ("--queue-url", made["QueueUrl"])
    aws(stack, "sqs", "send-message", *queue, "--message-body", "hello", command=command)
    got = json.loads(aws(stack, "sqs", "receive-message", *queue, command=command).stdout)
    assert got["Messages"][0]["Body"] == "hello"


@pytest.mark.parametrize("folder", [str(Path(NEWEST).parent), "/usr/bin"], ids=["newest", "debian"])
def test_the_lines_of_homeport_env_are_enough_for_a_shell(stack, folder):
    if not Path(folder, "aws").exists():
        pytest.skip(f"there is no aws in {folder}")
    script = f"""
        eval "$({sys.executable} -m homeport env)"
        aws s3 mb s3://from-a-shell && aws sqs create-queue --queue-name from-a-shell && aws s3 ls
    """
    environment = {**stack.environment, "PATH": f"{folder}:/usr/bin:/bin"}
    done = harness.run("bash", "-ec", script, env=environment)
    assert "from-a-shell" in done.stdout.splitlines()[-1]


def test_data_survives_a_restart(stack):
    s3, sqs = stack.client("s3"), stack.client("sqs")
    s3.create_bucket(Bucket="kept")
    s3.put_object(Bucket="kept", Key="object", Body=b"data")
    url = sqs.create_queue(QueueName="kept")["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody="message")
    stack.down()
    stack.up()
    assert s3.get_object(Bucket="kept", Key="object")["Body"].read() == b"data"
    assert sqs.receive_message(QueueUrl=url)["Messages"][0]["Body"] == "message"


def test_one_port_speaks_http_and_https(stack):
    secure = boto3.client(
        "s3",
        endpoint_url=f"https://localhost:{stack.cloud_port}",
        verify=str(stack.ca),
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )
    secure.create_bucket(Bucket="secure")
    secure.put_object(Bucket="secure", Key="object", Body=b"x" * 100_000)
    plain = stack.client("s3")
    assert plain.get_object(Bucket="secure", Key="object")["ContentLength"] == 100_000


def test_long_polling_answers_as_soon_as_a_message_is_there(stack):
    sqs = stack.client("sqs")
    url = sqs.create_queue(QueueName="poll")["QueueUrl"]
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(stack.client("sqs").receive_message, QueueUrl=url, WaitTimeSeconds=20)
        time.sleep(0.5)
        sent = time.monotonic()
        sqs.send_message(QueueUrl=url, MessageBody="now")
        assert waiting.result()["Messages"][0]["Body"] == "now"
        assert time.monotonic() - sent < 5
