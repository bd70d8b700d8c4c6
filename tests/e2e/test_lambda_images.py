"""Functions from container images: pushed by skopeo to the stack's registry, created and invoked by boto3."""

from __future__ import annotations

import base64
import hashlib
import json
import os

import botocore.exceptions
import daemons
import harness
import pytest
from tests.aws.lambda_.images import runnable
from tests.aws.lambda_.images.pushed import CONFIG, LAYER, OCI, file, packed, unpacked

pytestmark = pytest.mark.e2e
ROLE = "arn:aws:iam::000000000000:role/r"
RUN = {"Entrypoint": ["/bootstrap"], "Cmd": ["app.handler"], "Env": ["PATH=/bin", "OWN=image"]}
ANSWER = '#!/bin/sh\necho "{\\"version\\": \\"%s\\", \\"handler\\": \\"$1\\", \\"own\\": \\"$OWN\\"}"\necho logged >&2\n'


def layout(folder, layers, run):
    """An OCI layout with one image."""
    blobs = folder / "blobs" / "sha256"
    blobs.mkdir(parents=True)

    def blob(body, kind):
        digest = hashlib.sha256(body).hexdigest()
        (blobs / digest).write_bytes(body)
        return {"mediaType": kind, "digest": f"sha256:{digest}", "size": len(body)}

    diffs = [f"sha256:{hashlib.sha256(unpacked(layer)).hexdigest()}" for layer in layers]
    config = {
        "os": "linux",
        "architecture": "amd64",
        "config": run,
        "rootfs": {"type": "layers", "diff_ids": diffs},
    }
    manifest = {
        "schemaVersion": 2,
        "mediaType": OCI,
        "config": blob(json.dumps(config).encode(), CONFIG),
        "layers": [blob(layer, LAYER) for layer in layers],
    }
    described = blob(json.dumps(manifest).encode(), OCI)
    (folder / "oci-layout").write_text('{"imageLayoutVersion":"1.0.0"}')
    index = {"schemaVersion": 2, "manifests": [described]}
    (folder / "index.json").write_text(json.dumps(index))
    return described["digest"]


def push(stack, folder, name, handle, run=None, more=()):
    """Pushes an image by skopeo; its digest."""
    layers = [runnable.base(), runnable.function(handle), *more]
    digest = layout(folder, layers, run or RUN)
    harness.run(
        harness.tool("skopeo"),
        "--insecure-policy",
        "copy",
        "--preserve-digests",
        "--dest-creds",
        f"admin:{harness.PASSWORD}",
        f"oci:{folder}",
        f"docker://{stack.registry}/{name}",
        env={**stack.environment, "SSL_CERT_FILE": str(stack.ca)},
    )
    return digest


def create(client, name, uri, **more):
    return client.create_function(
        FunctionName=name,
        PackageType="Image",
        Code={"ImageUri": uri},
        Role=ROLE,
        Timeout=30,
        **more,
    )


def invoke(client, name):
    answer = client.invoke(FunctionName=name, LogType="Tail")
    payload = json.loads(answer["Payload"].read())
    assert "FunctionError" not in answer, payload
    return payload, base64.b64decode(answer["LogResult"]).decode()


def test_a_function_from_an_image(shared_stack, tmp_path):
    client = shared_stack.client("lambda")
    digest = push(shared_stack, tmp_path / "v1", "team/app:v1", ANSWER % 1)
    made = create(client, "image", f"{shared_stack.registry}/team/app:v1")
    assert (made["PackageType"], made["CodeSha256"]) == ("Image", digest.removeprefix("sha256:"))
    payload, log = invoke(client, "image")
    assert payload == {"version": "1", "handler": "app.handler", "own": "image"}
    assert "logged\n" in log
    code = client.get_function(FunctionName="image")["Code"]
    assert code["ResolvedImageUri"] == f"{shared_stack.registry}/team/app@{digest}"


def test_an_update_runs_the_new_image_and_a_version_the_old_one(shared_stack, tmp_path):
    client = shared_stack.client("lambda")
    push(shared_stack, tmp_path / "v1", "updated:v1", ANSWER % 1)
    ecr = "000000000000.dkr.ecr.us-east-1.amazonaws.com/updated:v1"
    create(client, "updated", ecr, Publish=True)
    push(shared_stack, tmp_path / "v2", "updated:v1", ANSWER % 2)
    assert invoke(client, "updated")[0]["version"] == "1"
    client.update_function_code(FunctionName="updated", ImageUri=ecr)
    assert invoke(client, "updated")[0]["version"] == "2"
    assert invoke(client, "updated:1")[0]["version"] == "1"


def test_what_the_function_overrides(shared_stack, tmp_path):
    client = shared_stack.client("lambda")
    push(shared_stack, tmp_path / "v1", "overridden", ANSWER % 1)
    create(
        client,
        "overridden",
        "overridden:latest",
        ImageConfig={"Command": ["other.handler"]},
        Environment={"Variables": {"OWN": "function"}},
    )
    payload, _ = invoke(client, "overridden")
    assert payload == {"version": "1", "handler": "other.handler", "own": "function"}


@pytest.mark.parametrize(
    ("uri", "words"),
    [
        ("docker.io/library/alpine:3", "skopeo copy docker://docker.io/library/alpine:3"),
        ("nothing:v1", "Source image nothing:v1 does not exist."),
    ],
)
def test_images_that_cannot_be_had(shared_stack, uri, words):
    with pytest.raises(botocore.exceptions.ClientError, match="InvalidParameterValue") as caught:
        create(shared_stack.client("lambda"), "none", uri)
    assert words in str(caught.value)


def test_it_runs_after_a_restart(stack, tmp_path):
    """What was unpacked is kept; what is not there is pulled again."""
    client = stack.client("lambda")
    push(
        stack,
        tmp_path / "v1",
        "kept:v1",
        ANSWER % 1,
        more=[packed(file("large", os.urandom(1 << 20)))],
    )
    create(client, "kept", "kept:v1")
    assert invoke(client, "kept")[0]["version"] == "1"
    stack.down()
    stack.up()
    assert invoke(stack.client("lambda"), "kept")[0]["version"] == "1"


def test_by_docker(tmp_path, short_path):
    """The same function in a container of a real dockerd, which pulls it with the stack's password."""
    stack = harness.Stack(tmp_path / "data")
    socket = short_path / "d" / "docker.sock"
    stack.extra = {
        "HOMEPORT_FUNCTIONS_EXECUTOR": "docker",
        "HOMEPORT_FUNCTIONS_DOCKER": f"unix://{socket}",
    }
    environment = {"PATH": f"{os.environ['PATH']}:/usr/sbin:/sbin", "HOME": str(short_path)}
    with daemons.dockerd(short_path / "d", environment) as docker, stack.running():
        client = stack.client("lambda")
        push(stack, tmp_path / "v1", "team/app:v1", ANSWER % 1)
        create(client, "image", "team/app:v1")
        payload, _ = invoke(client, "image")
        assert payload == {"version": "1", "handler": "app.handler", "own": "image"}
        label = "label=homeport.functions"
        assert len(docker("ps", "-q", "--filter", label).stdout.split()) == 1
        stack.down()
        assert docker("ps", "-a", "-q", "--filter", label).stdout.split() == []
