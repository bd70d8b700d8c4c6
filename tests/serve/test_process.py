"""Components as processes of their own, without a supervisor."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request

import boto3
import pytest
from botocore.config import Config

from homeport.storage.lock import FolderLock


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Served:
    """One component in a process."""

    def __init__(self, component, data, *, flags=(), pass_fds=(), **environment):
        self.component = component
        self.port = free_port()
        self.log = data / f"{component}-output"
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "homeport", "serve", component, *flags],
                env={
                    "PATH": os.environ["PATH"],
                    "HOME": str(data),
                    "HOMEPORT_DATA": str(data / "data"),
                    f"HOMEPORT_{component.upper()}_PORT": str(self.port),
                    "HOMEPORT_REGISTRY_TLS": "off",
                    **environment,
                },
                stdout=log,
                stderr=log,
                pass_fds=pass_fds,
            )

    def get(self, path):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}") as response:
                return response.status, response.read()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read()

    def ready(self):
        path = {"registry": "/livez", "cloud": "/_localstack/health"}[self.component]
        pause = threading.Event()
        for _ in range(1500):
            assert self.process.poll() is None, self.log.read_text()
            try:
                assert self.get(path)[0] == 200
            except OSError:
                pause.wait(0.02)
            else:
                return self
        raise AssertionError(self.log.read_text())

    def client(self, service, **config):
        return boto3.client(
            service,
            endpoint_url=f"http://127.0.0.1:{self.port}",
            region_name="us-east-1",
            aws_access_key_id="test",
            aws_secret_access_key="test",
            config=Config(retries={"total_max_attempts": 1}, **config),
        )

    def end(self, number=signal.SIGTERM):
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(20)


@pytest.fixture
def serve(tmp_path):
    running = []

    def start(component, **options):
        running.append(Served(component, tmp_path, **options))
        return running[-1]

    yield start
    for each in running:
        each.process.kill()
        each.process.wait()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("component", ["registry", "cloud"])
def test_it_starts_on_an_empty_folder_and_ends_in_order(serve, component, number):
    served = serve(component).ready()
    assert served.end(number) == 0
    assert f"{component} has stopped" in served.log.read_text()
    assert not list(served.log.parent.glob("data/*/*.db-wal"))


def test_data_is_there_after_a_restart(serve):
    first = serve("cloud").ready()
    first.client("s3").create_bucket(Bucket="photos")
    first.client("s3").put_object(Bucket="photos", Key="k", Body=b"x" * 100_000)
    url = first.client("sqs").create_queue(QueueName="work")["QueueUrl"]
    first.client("sqs").send_message(QueueUrl=url, MessageBody="hello")
    first.end(signal.SIGKILL)
    second = serve("cloud").ready()
    body = second.client("s3").get_object(Bucket="photos", Key="k")["Body"].read()
    assert body == b"x" * 100_000
    url = second.client("sqs").get_queue_url(QueueName="work")["QueueUrl"]
    assert second.client("sqs").receive_message(QueueUrl=url)["Messages"][0]["Body"] == "hello"


def test_only_the_services_that_were_chosen_answer(serve):
    served = serve("cloud", HOMEPORT_CLOUD_SERVICES="sqs,sns").ready()
    assert served.client("sqs").list_queues()["ResponseMetadata"]["HTTPStatusCode"] == 200
    with pytest.raises(served.client("s3").exceptions.ClientError) as refused:
        served.client("s3").list_buckets()
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 501


def test_signatures_are_verified_where_that_is_on(serve):
    served = serve("cloud", HOMEPORT_CLOUD_VERIFY_SIGNATURES="true").ready()
    served.client("s3").list_buckets()
    wrong = boto3.client(
        "s3",
        endpoint_url=f"http://127.0.0.1:{served.port}",
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="wrong",
    )
    with pytest.raises(wrong.exceptions.ClientError, match="SignatureDoesNotMatch"):
        wrong.list_buckets()


def states(served):
    return json.loads(served.get("/_localstack/health")[1])["services"]


def test_services_beside_the_others_are_opened_with_their_first_request(serve):
    served = serve("cloud", HOMEPORT_CLOUD_SERVICES="sqs").ready()
    before = states(served)
    assert (before["sts"], before["iam"], before["ssm"]) == ("available",) * 3
    assert before["s3"] == "disabled"
    assert served.client("sts").get_caller_identity()["Account"] == "000000000000"
    after = states(served)
    # STS asks IAM what a role is called.
    assert (after["sts"], after["iam"], after["ssm"]) == ("running", "running", "available")


def test_a_key_that_was_given_out_signs(serve):
    served = serve("cloud", HOMEPORT_CLOUD_VERIFY_SIGNATURES="true").ready()
    served.client("iam").create_user(UserName="ada")
    made = served.client("iam").create_access_key(UserName="ada")["AccessKey"]
    client = boto3.client(
        "sts",
        endpoint_url=f"http://127.0.0.1:{served.port}",
        region_name="us-east-1",
        aws_access_key_id=made["AccessKeyId"],
        aws_secret_access_key=made["SecretAccessKey"],
    )
    assert client.get_caller_identity()["Arn"] == "arn:aws:iam::000000000000:user/ada"


def test_the_quota_counts_what_was_there_before_the_start(serve):
    first = serve("cloud", HOMEPORT_CLOUD_QUOTA="1MiB").ready()
    first.client("s3").create_bucket(Bucket="bucket")
    first.client("s3").put_object(Bucket="bucket", Key="old", Body=b"x" * 700_000)
    first.end()
    second = serve("cloud", HOMEPORT_CLOUD_QUOTA="1MiB").ready()
    s3 = second.client("s3")
    with pytest.raises(s3.exceptions.ClientError):
        s3.put_object(Bucket="bucket", Key="new", Body=b"x" * 500_000)
    s3.delete_object(Bucket="bucket", Key="old")
    s3.put_object(Bucket="bucket", Key="new", Body=b"x" * 500_000)


def test_the_registry_without_credentials(serve, tmp_path):
    assert serve("registry").ready().get("/v2/")[0] == 401
    folder = str(tmp_path / "open")
    to_all = serve("registry", HOMEPORT_REGISTRY_AUTH="off", HOMEPORT_REGISTRY_FOLDER=folder)
    assert to_all.ready().get("/v2/")[0] == 200


def test_a_registry_with_tls_needs_a_certificate(serve):
    served = serve("registry", HOMEPORT_REGISTRY_TLS="on")
    assert served.process.wait(20) == 1
    assert served.log.read_text().startswith("error: There is no certificate in ")
    assert "homeport up" in served.log.read_text()


def test_one_process_at_a_time_has_the_folder(serve):
    first = serve("cloud").ready()
    second = serve("cloud")
    assert second.process.wait(20) == 1
    assert f"in use by process {first.process.pid}" in second.log.read_text()
    first.ready()


def test_a_port_in_use_leaves_no_lock_behind(serve, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        served = serve("cloud", HOMEPORT_CLOUD_PORT=str(port))
        assert served.process.wait(20) == 1
    assert str(port) in served.log.read_text()
    with FolderLock(tmp_path / "data/cloud/lock"):
        pass


def test_it_ends_when_the_supervisor_s_end_of_the_pipe_closes(serve):
    reading, writing = os.pipe()
    flags = ("--parent-pipe", str(reading))
    served = serve("cloud", flags=flags, pass_fds=(reading,)).ready()
    os.close(reading)
    assert served.process.poll() is None
    os.close(writing)
    assert served.process.wait(10) == 0


def test_it_writes_to_a_new_log_file_when_told(serve, tmp_path):
    log = tmp_path / "new"
    served = serve("cloud", flags=("--log-file", str(log))).ready()
    served.process.send_signal(signal.SIGHUP)
    pause = threading.Event()
    for _ in range(500):
        if log.exists():
            break
        pause.wait(0.01)
    served.get("/_localstack/health?seen")
    served.end()
    assert "health?seen" in log.read_text()
    assert "cloud has stopped" in log.read_text()


def test_requests_in_flight_end_before_it_does(serve):
    served = serve("cloud").ready()
    s3 = served.client("s3")
    s3.create_bucket(Bucket="bucket")
    with socket.create_connection(("127.0.0.1", served.port)) as slow:
        slow.sendall(
            b"PUT /bucket/k HTTP/1.1\r\nHost: x\r\nContent-Length: 200000\r\n\r\n" + b"x" * 100_000
        )
        served.get("/_localstack/health")
        served.process.send_signal(signal.SIGTERM)
        slow.sendall(b"x" * 100_000)
        assert slow.recv(1000).startswith(b"HTTP/1.1 200")
    assert served.process.wait(20) == 0
    again = serve("cloud").ready()
    assert again.client("s3").head_object(Bucket="bucket", Key="k")["ContentLength"] == 200_000


def test_a_second_signal_ends_it_at_once(serve):
    served = serve("cloud").ready()
    with socket.create_connection(("127.0.0.1", served.port)) as slow:
        slow.sendall(b"PUT /bucket/k HTTP/1.1\r\nHost: x\r\nContent-Length: 200000\r\n\r\nx")
        served.get("/_localstack/health")
        began = time.monotonic()
        served.process.send_signal(signal.SIGINT)
        pause = threading.Event()
        while "cloud stops" not in served.log.read_text():
            pause.wait(0.01)
        served.process.send_signal(signal.SIGINT)
        assert served.process.wait(20) == 130
        assert time.monotonic() - began < 5
