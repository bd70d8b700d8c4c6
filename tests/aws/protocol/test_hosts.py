"""Which bucket a host name stands for."""

from __future__ import annotations

import pytest

from homeport.aws.protocol import hosts

OWN = ("homelab.local", "s3.nas.lan", "cloud.homelab.local", "*.cloud.homelab.local")


@pytest.mark.parametrize(
    ("host", "bucket"),
    [
        ("b.s3.localhost:4566", "b"),
        ("b.s3.us-east-1.localhost", "b"),
        ("B.S3.LOCALHOST.", "b"),
        ("b.localhost:4566", "b"),
        ("a.b.localhost", "a.b"),
        ("b.s3.localhost.localstack.cloud:4566", "b"),
        ("b.s3.eu-west-1.localhost.localstack.cloud", "b"),
        ("b.localhost.localstack.cloud", "b"),
        ("b.s3.amazonaws.com", "b"),
        ("a.b.s3.us-east-1.amazonaws.com", "a.b"),
        ("b.s3-eu-west-1.amazonaws.com", "b"),
        ("b.s3.dualstack.us-east-1.amazonaws.com", "b"),
        ("my.s3.bucket.s3.us-east-1.amazonaws.com", "my.s3.bucket"),
        ("b.s3.cn-north-1.amazonaws.com.cn", "b"),
        ("b.s3.homelab.local", "b"),
        ("a.b.s3.nas.lan", "a.b"),
        ("b.cloud.homelab.local:8443", "b"),
        ("a.b.cloud.homelab.local", "a.b"),
        ("b.s3.cloud.homelab.local", "b"),
    ],
)
def test_a_bucket_in_front(host, bucket):
    assert hosts.bucket_of(host, OWN) == bucket


@pytest.mark.parametrize(
    "host",
    [
        "",
        "localhost",
        "localhost:4566",
        "127.0.0.1:4566",
        "10.0.0.1",
        "[::1]:4566",
        "[::1]",
        "s3.localhost",
        "s3.us-east-1.localhost:4566",
        "s3.amazonaws.com",
        "s3.us-east-1.amazonaws.com",
        "s3.dualstack.us-east-1.amazonaws.com",
        "sqs.us-east-1.amazonaws.com",
        "sqs.us-east-1.localhost.localstack.cloud",
        "us-east-1.queue.localhost.localstack.cloud:4566",
        "homelab.local",
        "cloud.homelab.local",
        "registry.homelab.local",
        "s3.cloud.homelab.local",
        "id.lambda-url.us-east-1.cloud.homelab.local",
        "sqs.us-east-1.cloud.homelab.local",
        "s3.homelab.local",
        "s3.nas.lan",
        "nas.lan",
        "myhost",
        "example.com",
        "notlocalhost",
    ],
)
def test_the_server_itself(host):
    assert hosts.bucket_of(host, OWN) is None


def test_the_path_that_the_routes_see():
    assert hosts.with_bucket("/k", "b") == "/b/k"
    assert hosts.with_bucket("/b/k", None) == "/b/k"
    assert hosts.with_bucket("/", "b") == "/b/"
