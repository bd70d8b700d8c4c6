"""Celery with SQS as its broker (kombu), unmodified: real workers, real tasks, results in S3."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import signal
import subprocess
import sys
import time

import harness
import pytest

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]
PATIENCE_S = 60
TASKS = """
import os
import time

import boto3
from celery import Celery

app = Celery("tasks", broker=f"sqs://test:test@127.0.0.1:{os.environ['CLOUD_PORT']}")
app.conf.broker_transport_options = {
    "is_secure": False, "region": "us-east-1", "visibility_timeout": 5, "polling_interval": 1,
}
app.conf.task_default_queue = "celery"
app.conf.broker_connection_retry_on_startup = True


def write(key, text):
    boto3.client("s3").put_object(Bucket="results", Key=key, Body=text.encode())


@app.task
def add(a, b):
    write(f"add/{a}", str(a + b))


@app.task(bind=True, max_retries=2)
def fails_once(self):
    if not self.request.retries:
        write("retried/first", str(self.request.id))
        raise self.retry(countdown=1)
    write("retried/second", str(self.request.id))


@app.task
def later(sent):
    write("later", str(time.time() - sent))


@app.task(acks_late=True)
def interrupted():
    write("interrupted/begun", "1")
    if os.environ["WORKER"] == "first":
        time.sleep(600)
    write("interrupted/ended", os.environ["WORKER"])
"""
pytestmark.append(
    pytest.mark.skipif(
        any(importlib.util.find_spec(name) is None for name in ("celery", "pycurl", "kombu")),
        reason="celery[sqs] is not installed here",
    )
)


@pytest.fixture
def project(stack, tmp_path):
    """A folder with tasks, and what is needed to send and run them."""
    (tmp_path / "tasks.py").write_text(TASKS)
    stack.extra["CLOUD_PORT"] = str(stack.cloud_port)
    stack.client("s3").create_bucket(Bucket="results")
    return tmp_path


@contextlib.contextmanager
def worker(stack, project, name="only"):
    """A worker with two processes, ended with all of them."""
    command = (sys.executable, "-m", "celery", "-A", "tasks", "worker", "-c", "2", "-l", "INFO")
    with (project / f"{name}.log").open("w") as log:
        process = subprocess.Popen(
            command,
            cwd=project,
            env={**stack.aws_environment, "WORKER": name},
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def send(stack, project, code):
    """Runs code of somebody who sends tasks."""
    environment = {**stack.aws_environment, "WORKER": "none"}
    harness.run(sys.executable, "-c", f"import time, tasks\n{code}", cwd=project, env=environment)


def result(stack, project, key):
    """What a task has written, once it has."""
    s3, deadline = stack.client("s3"), time.monotonic() + PATIENCE_S
    while True:
        try:
            return s3.get_object(Bucket="results", Key=key)["Body"].read().decode()
        except s3.exceptions.NoSuchKey:
            said = "".join(path.read_text() for path in project.glob("*.log"))
            assert time.monotonic() < deadline, said
            time.sleep(0.1)


def in_queue(stack):
    """How many messages the queue of the tasks holds, those in flight among them."""
    sqs = stack.client("sqs")
    url = sqs.get_queue_url(QueueName="celery")["QueueUrl"]
    told = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    kinds = ("", "NotVisible", "Delayed")
    return sum(int(told[f"ApproximateNumberOfMessages{kind}"]) for kind in kinds)


def test_tasks_run_are_acknowledged_retried_and_put_off(stack, project):
    code = """
for number in range(30):
    tasks.add.delay(number, 1)
tasks.fails_once.delay()
tasks.later.apply_async((time.time(),), countdown=3)
"""
    send(stack, project, code)
    assert in_queue(stack) == 32
    with worker(stack, project):
        for number in range(30):
            assert result(stack, project, f"add/{number}") == str(number + 1)
        first = result(stack, project, "retried/first")
        assert result(stack, project, "retried/second") == first
        assert float(result(stack, project, "later")) >= 3
        deadline = time.monotonic() + PATIENCE_S
        while in_queue(stack):
            assert time.monotonic() < deadline, (project / "only.log").read_text()
            time.sleep(0.1)


def test_a_task_of_a_worker_that_was_killed_runs_in_another(stack, project):
    send(stack, project, "tasks.interrupted.delay()")
    with worker(stack, project, "first") as first:
        result(stack, project, "interrupted/begun")
        os.killpg(first.pid, signal.SIGKILL)
    with worker(stack, project, "second"):
        assert result(stack, project, "interrupted/ended") == "second"
