"""What registries hold today, by skopeo and by hand: zstd layers, Docker's own manifests, nested indexes, artifacts, many layers."""

import hashlib
import json
import shutil

import harness
import images
import pytest
from test_skopeo import credentials, skopeo
from tests.e2e.registry import serving

pytestmark = pytest.mark.e2e
DOCKER = "application/vnd.docker.distribution.manifest.v2+json"
EMPTY = "application/vnd.oci.empty.v1+json"


def copy(stack, side, *arguments):
    return skopeo(stack, "copy", f"--{side}-creds", credentials(stack), *arguments)


def raw(stack, name):
    """A manifest as it is in the registry."""
    arguments = (
        "inspect",
        "--raw",
        "--creds",
        credentials(stack),
        f"docker://{stack.registry}/{name}",
    )
    return json.loads(skopeo(stack, *arguments).stdout)


def round_trip(stack, tmp_path, name, *options):
    """Pushes the layout `in`, pulls it again; the digest of what came back."""
    there = f"docker://{stack.registry}/{name}"
    copy(stack, "dest", *options, f"oci:{tmp_path}/in:latest", there)
    copy(stack, "src", "--preserve-digests", there, f"oci:{tmp_path}/out:latest")
    index = json.loads((tmp_path / "out" / "index.json").read_text())
    return index["manifests"][0]["digest"]


def test_a_hundred_layers(shared_stack, tmp_path):
    digest = images.image(tmp_path / "in", [2_048] * 100)
    assert round_trip(shared_stack, tmp_path, "kinds/many:v1", "--preserve-digests") == digest


def test_zstd_layers(shared_stack, tmp_path):
    images.image(tmp_path / "in", [50_000, 60_000])
    options = ("--dest-compress-format", "zstd", "--dest-force-compress-format")
    supported = skopeo(shared_stack, "copy", "--help").stdout
    chosen = [option for option in options if option in supported or option == "zstd"]
    # Without a layer that is gzip already, skopeo 1.9 squeezes by itself
    unpack(tmp_path / "in")
    name = "kinds/zstd:v1"
    digest = round_trip(shared_stack, tmp_path, name, *chosen)
    layers = raw(shared_stack, name)["layers"]
    assert {layer["mediaType"] for layer in layers} == {
        "application/vnd.oci.image.layer.v1.tar+zstd"
    }
    assert digest.startswith("sha256:")


def unpack(layout):
    """Makes the layers of a layout plain tar."""
    gunzip = harness.tool("gunzip")
    index = json.loads((layout / "index.json").read_text())
    body = json.loads(blob_path(layout, index["manifests"][0]["digest"]).read_text())
    for layer in body["layers"]:
        with blob_path(layout, layer["digest"]).open("rb") as packed:
            plain = harness.subprocess.run(
                [gunzip, "-c"], stdin=packed, capture_output=True, check=True
            ).stdout
        layer |= {"mediaType": images.LAYER.removesuffix("+gzip"), **put(layout, plain)}
    changed = put(layout, json.dumps(body).encode())
    index["manifests"][0] |= changed
    (layout / "index.json").write_text(json.dumps(index))


def blob_path(layout, digest):
    return layout / "blobs" / digest.replace(":", "/")


def put(layout, data):
    digest = f"sha256:{hashlib.sha256(data).hexdigest()}"
    blob_path(layout, digest).write_bytes(data)
    return {"digest": digest, "size": len(data)}


def test_docker_manifests(shared_stack, tmp_path):
    images.image(tmp_path / "in", [3_000])
    name, there = "kinds/docker:v1", f"docker://{shared_stack.registry}/kinds/docker:v1"
    copy(shared_stack, "dest", "--format", "v2s2", f"oci:{tmp_path}/in:latest", there)
    assert raw(shared_stack, name)["mediaType"] == DOCKER
    copy(shared_stack, "src", "--preserve-digests", there, f"dir:{tmp_path}/back")
    assert json.loads((tmp_path / "back" / "manifest.json").read_text())["mediaType"] == DOCKER


def test_all_of_an_index(shared_stack, tmp_path):
    """An image for each of two architectures, pushed and pulled whole."""
    index = [described_image(tmp_path / "in", architecture) for architecture in ("amd64", "arm64")]
    document = {"schemaVersion": 2, "mediaType": serving.INDEX, "manifests": index}
    top = put(tmp_path / "in", json.dumps(document).encode())
    named = {
        "mediaType": serving.INDEX,
        "annotations": {"org.opencontainers.image.ref.name": "latest"},
    }
    listed = {"schemaVersion": 2, "manifests": [top | named]}
    (tmp_path / "in" / "index.json").write_text(json.dumps(listed))
    name = "kinds/index:v1"
    digest = round_trip(shared_stack, tmp_path, name, "--all")
    assert [each["platform"]["architecture"] for each in raw(shared_stack, name)["manifests"]] == [
        "amd64",
        "arm64",
    ]
    assert digest in {top["digest"], *(each["digest"] for each in index)}
    shutil.rmtree(tmp_path / "out")


def described_image(layout, architecture):
    images.image(layout, [2_000])
    described = json.loads((layout / "index.json").read_text())["manifests"][0]
    del described["annotations"]
    return described | {"platform": {"os": "linux", "architecture": architecture}}


# By hand: what these clients do not make.


async def push(process, reference, body, kind=serving.MANIFEST):
    target = f"/v2/kinds/raw/manifests/{reference}"
    reply = await process.ask("PUT", target, body, Content_Type=kind)
    assert reply.status == 201, reply
    return {"mediaType": kind, "digest": serving.digest(body), "size": len(body)}, reply.fields


async def push_config(process, data=b"{}"):
    target = f"/v2/kinds/raw/blobs/uploads/?digest={serving.digest(data)}"
    assert (await process.ask("POST", target, data)).status == 201
    return data


async def test_indexes_within_indexes(process):
    config = await push_config(process)
    inner, _ = await push(process, "image", serving.manifest(config))
    for depth in range(5):
        document = {"schemaVersion": 2, "mediaType": serving.INDEX, "manifests": [inner]}
        inner, _ = await push(
            process, f"depth-{depth}", json.dumps(document).encode(), serving.INDEX
        )
    found = inner
    for kind in [serving.INDEX] * 5 + [serving.MANIFEST]:
        reply = await process.ask("GET", f"/v2/kinds/raw/manifests/{found['digest']}")
        assert (reply.status, reply.fields["Content-Type"]) == (200, kind)
        found = json.loads(reply.body).get("manifests", [None])[0]


@pytest.mark.parametrize("comes_first", ["image", "signature"])
async def test_artifacts_refer_to_an_image(process, comes_first):
    config = await push_config(process)
    body = serving.manifest(config)
    subject = {"mediaType": serving.MANIFEST, "digest": serving.digest(body), "size": len(body)}
    annotations = {"signed": "yes"}
    signature = serving.manifest(
        config, subject=subject, artifactType="text/sig", annotations=annotations
    )
    bodies = {"image": body, "signature": signature}
    fields = {}
    for what in sorted(bodies, reverse=comes_first == "signature"):
        _, fields[what] = await push(process, serving.digest(bodies[what]), bodies[what])
    assert fields["signature"]["OCI-Subject"] == subject["digest"]
    referrers = f"/v2/kinds/raw/referrers/{subject['digest']}"
    (found,) = json.loads((await process.ask("GET", referrers)).body)["manifests"]
    assert found["artifactType"] == "text/sig"
    assert found["annotations"] == annotations
    filtered = await process.ask("GET", f"{referrers}?artifactType=text/other")
    assert json.loads(filtered.body)["manifests"] == []
    assert filtered.fields["OCI-Filters-Applied"] == "artifactType"
    await process.ask("DELETE", f"/v2/kinds/raw/manifests/{found['digest']}")
    assert json.loads((await process.ask("GET", referrers)).body)["manifests"] == []
