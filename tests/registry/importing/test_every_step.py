"""A death at any step of an import: what is there is whole, nothing is left over, and a repeat ends the job."""

import itertools
import shutil

import pytest

from homeport.registry.importing import importer
from homeport.registry.importing.importer import Importer
from homeport.storage import disk
from homeport.storage.shelving import adopting

CHANGES = ("create", "write", "sync", "rename", "unlink", "make_folder", "sync_folder")


class Camera(disk.Disk):
    """Copies a folder before every change of the disk."""

    def __init__(self, folder):
        self._folder = folder
        self.images = []

    def __getattribute__(self, name):
        call = super().__getattribute__(name)
        if name not in CHANGES:
            return call

        def watched(*arguments):
            self.shoot()
            return call(*arguments)

        return watched

    def shoot(self):
        copy = self._folder.with_name(f"image-{len(self.images)}")
        shutil.copytree(self._folder, copy)
        self.images.append(copy)


def fill(old):
    """An index of two images that share a layer, a signature of it, an image with two tags in another repository."""
    arms = [old.image("a", layers=[arm, b"shared"]) for arm in (b"amd64", b"arm64")]
    index = old.index("a", "v1", manifests=arms)
    old.image("a", layers=[], subject=index)
    old.image("b", "v1", "latest", layers=[b"shared"])


def watch(home, monkeypatch):
    """From now on every step of the registry is kept as an image."""
    camera = Camera(home.folder)
    backend = home.registry._backend
    backend.content._shelf.disk = backend.content._shelf.folders._disk = camera
    write = backend.db.write

    async def watched(work):
        camera.shoot()
        result = await write(work)
        camera.shoot()
        return result

    monkeypatch.setattr(backend.db, "write", watched)
    # One image at a time, so that no commit runs while the folder is copied.
    monkeypatch.setattr(importer, "AT_ONCE", 1)
    return camera


@pytest.mark.parametrize("way", ["link", "copy"])
async def test_a_death_at_every_step(home, tools, old, pulled, check, monkeypatch, way):
    if way == "copy":
        monkeypatch.setattr(adopting, "link", refuse)
    fill(old)
    with monkeypatch.context() as patch:
        camera = watch(home, patch)
        await Importer(home.registry._backend).run(old.root)
    assert len(camera.images) > 30
    seen = set()
    for image in camera.images:
        again = tools.Home(image)
        await again.registry.recover()
        seen.add(frozenset(await check(again, pulled)))
        await Importer(again.registry._backend).run(old.root)
        assert len(await check(again, pulled)) == 3
        await again.registry.close()
    assert len(seen) > 2


def refuse(source, target):
    raise OSError(18, "Invalid cross-device link")


async def test_a_move_loses_nothing_at_any_step(home, tools, old, pulled, check, monkeypatch):
    """Before each removal from the old folder, what it removes is whole in the new one after a death."""
    fill(old)
    images = itertools.count()
    unlink = importer.os.unlink
    copies = []

    def removing(path):
        copies.append(home.folder.with_name(f"moved-{next(images)}"))
        shutil.copytree(home.folder, copies[-1])
        unlink(path)

    with monkeypatch.context() as patch:
        patch.setattr(importer.os, "unlink", removing)
        report = await Importer(home.registry._backend).run(old.root, move=True)
    assert len(copies) == report.removed > 3
    again = tools.Home(copies[0])
    await again.registry.recover()
    assert len(await check(again, pulled)) == 3
    await again.registry.close()
