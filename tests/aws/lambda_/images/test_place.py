"""How images are named."""

from pathlib import Path

import pytest

from homeport.aws.lambda_.images import place
from homeport.aws.lambda_.images.place import Name
from homeport.aws.protocol.call import AwsError

DIGEST = "sha256:" + "0a" * 32
HOSTS = ["registry.homelab.local", "*.homelab.local"]
OURS = place.own("127.0.0.1", 5000, HOSTS, is_tls=True, ca=Path("ca.crt"))


@pytest.mark.parametrize(
    ("uri", "name"),
    [
        ("localhost:5000/team/app:v1", ("team/app", "v1")),
        ("127.0.0.1:5000/app", ("app", "latest")),
        ("[::1]:5000/app:1", ("app", "1")),
        (f"registry.homelab.local/app@{DIGEST}", ("app", DIGEST)),
        ("Registry.Homelab.local:5000/app:1", ("app", "1")),
        (f"app:v1@{DIGEST}", ("app", DIGEST)),
        ("app:v1", ("app", "v1")),
        ("team/app", ("team/app", "latest")),
        ("123456789012.dkr.ecr.eu-west-1.amazonaws.com/app:v1", ("app", "v1")),
        ("123456789012.dkr.ecr-fips.us-gov-west-1.amazonaws.com/app:v1", ("app", "v1")),
        ("123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn/a/b:v1", ("a/b", "v1")),
        ("000000000000.dkr.ecr.us-east-1.localhost.localstack.cloud:4566/app:1", ("app", "1")),
    ],
)
def test_names_of_images_in_the_stacks_registry(uri, name):
    assert OURS.name(uri) == Name(*name)


@pytest.mark.parametrize(
    "uri",
    [
        "docker.io/library/alpine:3",
        "public.ecr.aws/lambda/python:3.12",
        "localhost:5001/app:v1",
        "localhost/app",
        "evil.example:5000/app",
        "x.homelab.local/app",
        "123456789012.dkr.ecr.eu-west-1.amazonaws.com.evil.example/app:v1",
    ],
)
def test_other_registries_are_refused_and_the_text_says_what_to_do(uri):
    with pytest.raises(AwsError) as caught:
        OURS.name(uri)
    assert caught.value.code == "InvalidParameterValueException"
    assert f"Source image {uri} is not valid." in caught.value.message
    assert f"skopeo copy docker://{uri} docker://localhost:5000/" in caught.value.message


@pytest.mark.parametrize(
    "uri",
    [
        "",
        "/app",
        "App",
        "app:",
        "app:v1:v2",
        "app@",
        "app@sha256:12",
        "app@sha512:" + "0" * 64,
        "../app",
        "a//b",
        "a/../b",
        "app:v1 x",
        "app:v1\n",
        "app?x=1",
        "app#x",
        "a" * 256,
        "app:" + "t" * 129,
    ],
)
def test_what_is_no_name_is_refused(uri):
    with pytest.raises(AwsError, match="is not valid"):
        OURS.name(uri)


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("0.0.0.0", "localhost:5000"),
        ("::", "localhost:5000"),
        ("127.0.0.1", "localhost:5000"),
        ("::1", "[::1]:5000"),
        ("10.1.2.3", "10.1.2.3:5000"),
    ],
)
def test_where_the_registry_is_reached(host, address):
    ours = place.own(host, 5000, [], is_tls=False, ca=Path())
    assert (ours.address, ours.url) == (address, f"http://{address}")
    assert ours.name(f"{address}/app").repository == "app"
