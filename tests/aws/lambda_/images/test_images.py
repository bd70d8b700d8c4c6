"""Images pulled from a real registry, over TLS and with its password."""

import asyncio
import hashlib
import os
import shutil
import threading
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.aws.lambda_.images.pushed import CONFIG, DOCKER, file, packed

from homeport.aws.lambda_.code.objects import NoImage
from homeport.aws.lambda_.images import limits, roots
from homeport.aws.lambda_.images.client import Client
from homeport.aws.lambda_.images.errors import BadImage, Unreachable
from homeport.aws.lambda_.images.images import Images
from homeport.aws.lambda_.images.manifest import Config, Descriptor
from homeport.aws.lambda_.model import Image
from homeport.aws.protocol.call import AwsError
from homeport.errors import StorageFull
from homeport.net import ca
from homeport.storage.quota import Quota

LIMIT = 64 << 20


async def take(images, uri="app", architecture="x86_64", digest=None):
    return await images.take(Image(uri, digest or await images.digest(uri)), architecture)


def folders(images):
    return [path.name for path in images._roots.folder.iterdir()]


async def test_a_name_leads_to_a_digest(images, pushed):
    wanted = await pushed.image("team/app", packed(file("a")), tag="v1")
    host = pushed.place.address
    names = [
        "team/app:v1",
        f"team/app@{wanted}",
        f"{host}/team/app:v1",
        f"{host}/team/app@{wanted}",
    ]
    assert [await images.digest(name) for name in names] == [wanted] * 4


@pytest.mark.parametrize("name", ["nothing", "app:other", "app@sha256:" + "0" * 64])
async def test_what_is_not_there(images, pushed, name):
    await pushed.image("app", packed(file("a")))
    with pytest.raises(NoImage):
        await images.digest(name)


async def test_an_image_is_unpacked_with_its_configuration(images, pushed):
    lower = packed(file("bin/run", "old", mode=0o755), file("gone"))
    await pushed.image(
        "app", lower, packed(file("bin/run", "new", mode=0o755), file(".wh.gone")), Cmd=["/bin/run"]
    )
    root = await take(images)
    assert (root.path / "bin/run").read_text() == "new"
    assert not (root.path / "gone").exists()
    assert root.config == Config(command=("/bin/run",))


async def test_docker_s_manifests(images, pushed):
    media = "application/vnd.docker.image.rootfs.diff.tar.gzip"
    await pushed.image("app", packed(file("a", "x")), kind=DOCKER, media=media)
    root = await take(images)
    assert (root.path / "a").read_text() == "x"


async def test_an_index_gives_what_the_function_asks_for(images, pushed):
    made = {}
    for architecture in ("amd64", "arm64"):
        layer = packed(file("which", architecture))
        made[architecture] = await pushed.image("app", layer, tag=None)
    await pushed.index("app", made)
    for asked, got in (("x86_64", "amd64"), ("arm64", "arm64")):
        root = await take(images, architecture=asked)
        assert (root.path / "which").read_text() == got


async def test_a_tag_that_moves_does_not_move_the_function(images, pushed):
    digest = await pushed.image("app", packed(file("a", "old")))
    await pushed.image("app", packed(file("a", "new")))
    root = await take(images, digest=digest)
    assert (root.path / "a").read_text() == "old"


async def test_images_of_the_same_layers_share_a_root(images, pushed):
    layer = packed(file("a"))
    await pushed.image("app", layer, Cmd=["one"])
    await pushed.image("other", layer, Cmd=["two"])
    first, second = await asyncio.gather(take(images, "app"), take(images, "other"))
    assert first.path == second.path
    assert (first.config.command, second.config.command) == (("one",), ("two",))
    assert len(folders(images)) == 1


async def test_one_pull_for_all_who_ask(images, pushed, monkeypatch):
    asked = []
    read = Client._read

    def counted(self, path, *more):
        asked.append(path)
        return read(self, path, *more)

    monkeypatch.setattr(Client, "_read", counted)
    digest = await pushed.image("app", packed(file("a")), packed(file("b")))
    await asyncio.gather(*(take(images, digest=digest) for _ in range(8)))
    blobs = [path for path in asked if "/blobs/" in path]
    assert len([path for path in blobs if blobs.count(path) == 1]) == 2
    before = len(asked)
    await take(images, digest=digest)
    assert len(asked) == before


async def test_a_root_that_is_used_stays_and_others_make_room(pushed, tmp_path):
    quota = Quota(24 << 20)
    images = Images(pushed.place, tmp_path / "few", quota)
    for name in ("a", "b", "c"):
        await pushed.image(name, packed(file(name, os.urandom(9 << 20))))
    used, idle = await take(images, "a"), await take(images, "b")
    images.give(idle)
    await take(images, "c")
    assert used.path.exists()
    assert not idle.path.exists()
    with pytest.raises(StorageFull):
        await take(images, "b")
    assert quota.used < 24 << 20
    await images.close()


async def test_few_that_nobody_uses_are_kept(pushed, images, monkeypatch):
    monkeypatch.setattr(limits, "KEPT_BYTES", 2 << 20)
    taken = []
    for name in ("a", "b", "c"):
        await pushed.image(name, packed(file(name, os.urandom(1 << 20))))
        taken.append(await take(images, name))
    for root in taken:
        images.give(root)
    await images.close()
    assert [root.path.exists() for root in taken] == [False, True, True]


async def test_a_root_outlives_its_process(pushed, tmp_path):
    quota = Quota(LIMIT)
    await pushed.image("app", packed(file("a")))
    before = await take(Images(pushed.place, tmp_path / "kept", Quota(LIMIT)))
    images = Images(pushed.place, tmp_path / "kept", quota)
    await images.sweep()
    assert quota.used > 0
    made = before.path.stat().st_ino
    again = await take(images)
    assert (again.path, again.path.stat().st_ino) == (before.path, made)


async def test_no_root_outlives_the_machine(pushed, tmp_path, monkeypatch):
    await pushed.image("app", packed(file("a")))
    before = await take(Images(pushed.place, tmp_path / "kept"))
    (before.path / "a").write_text("what a power cut may leave")
    other = tmp_path / "boot"
    other.write_text("another-boot\n")
    monkeypatch.setattr(roots, "_BOOT", other)
    images = Images(pushed.place, tmp_path / "kept")
    await images.sweep()
    assert folders(images) == []
    root = await take(images)
    assert (root.path / "a").read_text() == ""


async def test_half_of_a_root_is_swept(images):
    half = images._roots.folder / ".half"
    half.mkdir()
    (half / "file").write_text("x")
    again = Images(images.place, images._roots.folder)
    await again.sweep()
    assert folders(again) == []


async def test_a_stop_does_not_wait_for_a_pull(pushed, tmp_path, monkeypatch):
    quota = Quota(LIMIT)
    images = Images(pushed.place, tmp_path / "stopped", quota)
    await pushed.image("app", packed(file("a", os.urandom(1 << 20))))
    is_begun, may_go_on = threading.Event(), threading.Event()

    def slow(*_):
        yield packed(file("a", "x" * 9000))[:20]
        is_begun.set()
        may_go_on.wait(10)
        yield b"more"

    digest = await images.digest("app")
    await take(images, digest=digest)
    images._roots._folders.clear()
    monkeypatch.setattr(Client, "blob", slow)
    pulling = asyncio.ensure_future(take(images, digest=digest))
    await asyncio.to_thread(is_begun.wait, 10)
    closing = asyncio.ensure_future(images.close())
    await asyncio.sleep(0)
    may_go_on.set()
    with pytest.raises(Unreachable, match="being stopped"):
        await pulling
    await closing


# What goes wrong


async def test_a_changed_layer_is_refused_and_leaves_nothing(pushed, tmp_path):
    quota = Quota(LIMIT)
    images = Images(pushed.place, tmp_path / "images", quota)
    layer = packed(file("a", os.urandom(5000)))
    digest = await pushed.image("app", layer)
    stored = _stored(pushed, layer)
    changed = bytearray(layer)
    changed[-20] ^= 1
    stored.write_bytes(changed)
    with pytest.raises(BadImage):
        await take(images, digest=digest)
    assert (folders(images), quota.used) == ([], 0)
    stored.write_bytes(layer)
    assert (await take(images, digest=digest)).path.exists()


def _stored(pushed, body):
    """The content file of a blob, which is large enough for one of its own."""
    for path in Path(pushed.place.ca.parent / "registry").rglob("*"):
        if (
            path.is_file()
            and hashlib.sha256(path.read_bytes()).digest() == hashlib.sha256(body).digest()
        ):
            return path
    raise AssertionError("not found")


async def test_an_image_that_was_deleted_is_told(images, pushed):
    await pushed.image("app", packed(file("a")))
    with pytest.raises(NoImage):
        await take(images, digest="sha256:" + "7" * 64)


async def test_a_blob_is_only_as_long_as_its_manifest_says(pushed):
    described = await pushed.blob("app", b"x" * 2000)

    def read():
        with Client(pushed.place) as client:
            return list(client.blob("app", Descriptor(described["digest"], 1999)))

    with pytest.raises(BadImage, match="more than the 1,999"):
        await asyncio.to_thread(read)


async def test_a_manifest_that_is_none(images, pushed):
    config = {"mediaType": CONFIG, **await pushed.blob("app", b"{}")}
    layer = {"mediaType": "application/x", **await pushed.blob("app", b"x")}
    content = {"schemaVersion": 2, "config": config, "layers": [layer]}
    await pushed.manifest(
        "app", "latest", content | {"mediaType": "application/vnd.oci.image.manifest.v1+json"}
    )
    with pytest.raises(BadImage, match="a kind that is not read"):
        await take(images)


async def test_a_wrong_password_is_told_without_the_password(images, pushed):
    pushed.place.password.write_text("wrong-one\n")
    with pytest.raises(AwsError) as caught:
        await images.digest("app")
    assert "does not take the password of admin" in caught.value.message
    assert "wrong-one" not in caught.value.message


async def test_a_registry_that_is_not_ours_is_not_spoken_to(images, pushed, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    ca.ensure(other, ["localhost"], datetime.now(UTC))
    shutil.copy(other / "ca.crt", pushed.place.ca)
    with pytest.raises(AwsError, match="CERTIFICATE_VERIFY_FAILED"):
        await images.digest("app")


async def test_without_the_ca_the_text_says_what_to_do(images, pushed):
    pushed.place.ca.unlink()
    with pytest.raises(AwsError, match="Run homeport up"):
        await images.digest("app")


async def test_no_registry_at_all(pushed, tmp_path):
    images = Images(replace(pushed.place, address="localhost:1"), tmp_path / "images")
    with pytest.raises(Unreachable, match="cannot be reached") as caught:
        await images.take(Image("app", "sha256:" + "7" * 64), "x86_64")
    assert "homeport status" in caught.value.hint
