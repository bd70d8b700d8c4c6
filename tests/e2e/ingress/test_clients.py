"""Real clients reach the components by their names, through the ingress."""

from __future__ import annotations

import contextlib
import json

import boto3
import daemons
import images
import pytest
from botocore.config import Config
from tests.serve import standing
from tests.stack.rules import serving

pytestmark = pytest.mark.e2e

LOGIN = f"admin:{serving.PASSWORD}"
KEYS = ["plain", "a b/ü", "a//b", "../up", "per%20cent", "a+b;c?d#e", "slash%2Fed", "./dot"]


def aws(stack, service, **config):
    return boto3.client(
        service,
        endpoint_url=stack.cloud,
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
        verify=str(stack.authority),
        config=Config(proxies={"https": stack.proxy}, **config),
    )


def test_skopeo_brings_an_image_there_and_back(stack, tmp_path):
    digest = images.image(tmp_path / "in", [3_000_000, 10])
    name, copy = f"docker://{stack.registry}/team/app:1", ("copy", "--preserve-digests")
    stack.skopeo(*copy, "--dest-creds", LOGIN, f"oci:{tmp_path}/in:latest", name)
    stack.skopeo(*copy, "--src-creds", LOGIN, name, f"oci:{tmp_path}/out:latest")
    assert digest in stack.skopeo("inspect", "--creds", LOGIN, name).stdout
    refused = stack.skopeo("inspect", "--no-creds", name, check=False)
    assert "unauthorized" in refused.stderr


def test_docker_logs_in_pushes_and_pulls(stack, tmp_path, short_path):
    images.image(tmp_path / "in", [1_000_000, 10])
    name = f"{stack.registry}/docker/app:1"
    stack.skopeo("copy", "--dest-creds", LOGIN, f"oci:{tmp_path}/in:latest", f"docker://{name}")
    with daemons.dockerd(short_path / "docker", stack.client_environment()) as docker:
        words = ("login", stack.registry, "-u", "admin", "--password-stdin")
        assert "Login Succeeded" in docker(*words, input=serving.PASSWORD).stdout
        docker("pull", name)
        docker("tag", name, f"{name}-again")
        docker("push", f"{name}-again")
        docker("rmi", name, f"{name}-again")
        docker("pull", f"{name}-again")


def test_tokens_are_asked_for_where_clients_are(stack):
    host = stack.chosen.hosts.registry
    challenge = stack.ask(host, "/v2/", Host=stack.registry).headers["WWW-Authenticate"]
    assert challenge.startswith(f'Bearer realm="https://{stack.registry}/')


@pytest.mark.parametrize("style", ["path", "virtual"])
@pytest.mark.parametrize("key", KEYS)
def test_s3_has_each_key_as_it_was_put(stack, style, key):
    s3 = aws(stack, "s3", s3={"addressing_style": style})
    bucket = f"keys-{style}"
    s3.create_bucket(Bucket=bucket)
    s3.put_object(Bucket=bucket, Key=key, Body=key.encode(), Metadata={"a_b": "c"})
    found = s3.get_object(Bucket=bucket, Key=key)
    assert found["Body"].read() == key.encode()
    # Over HTTP/1.1 Traefik writes names of headers in its own way, which mean the same: `A_b`.
    assert {name.lower(): value for name, value in found["Metadata"].items()} == {"a_b": "c"}
    assert key in [row["Key"] for row in s3.list_objects_v2(Bucket=bucket)["Contents"]]


def test_s3_tells_where_an_object_is(stack):
    s3 = aws(stack, "s3", s3={"addressing_style": "path"})
    s3.create_bucket(Bucket="parts")
    upload = s3.create_multipart_upload(Bucket="parts", Key="k")["UploadId"]
    place = {"Bucket": "parts", "Key": "k", "UploadId": upload}
    tag = s3.upload_part(**place, PartNumber=1, Body=b"x")["ETag"]
    whole = {"Parts": [{"PartNumber": 1, "ETag": tag}]}
    done = s3.complete_multipart_upload(**place, MultipartUpload=whole)
    assert done["Location"] == f"{stack.cloud}/parts/k"


def test_a_queue_has_the_address_by_which_it_was_asked_for(stack):
    sqs = aws(stack, "sqs")
    url = sqs.create_queue(QueueName="jobs")["QueueUrl"]
    assert url == f"{stack.cloud}/000000000000/jobs"
    sqs.send_message(QueueUrl=url, MessageBody="hello")
    (message,) = sqs.receive_message(QueueUrl=url, WaitTimeSeconds=1)["Messages"]
    assert message["Body"] == "hello"


def test_the_registry_knows_the_clients_own_address(stack):
    claims = {"X-Forwarded-For": "192.0.2.9", "Authorization": "Basic YTpi"}
    with contextlib.closing(stack.open(stack.chosen.hosts.registry, "127.0.0.5")) as connection:
        connection.request("GET", "/v2/", headers=claims)
        assert connection.getresponse().status == 401
    (peer,) = standing.until(lambda: _failures(stack), "the line of the audit log")
    assert peer == "127.0.0.5"


def _failures(stack):
    """Where logins failed from; lines are written a moment after the answer."""
    if not stack.where.audit.exists():
        return []
    lines = map(json.loads, stack.where.audit.read_text().splitlines())
    return [line["peer"] for line in lines if line["event"] == "login.failed"]
