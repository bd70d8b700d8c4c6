"""Quota accounting."""

import os
from collections import namedtuple

import pytest

from homeport import errors
from homeport.clock import VirtualClock
from homeport.storage import quota as quotas
from homeport.storage.content import Content
from homeport.storage.quota import FreeSpace, Quota

Space = namedtuple("Space", "f_bavail f_frsize")


def test_reserves_up_to_the_limit_and_not_a_byte_more():
    quota = Quota(100, used=40)
    quota.reserve(60)
    with pytest.raises(errors.StorageFull, match="quota of 100 bytes"):
        quota.reserve(1)
    assert quota.used == 100
    quota.release(10)
    quota.reserve(10)
    assert quota.used == 100


def test_without_a_limit_it_only_counts():
    quota = Quota(None)
    quota.reserve(10**15)
    assert quota.used == 10**15


def free_space(monkeypatch, tmp_path, free, floor, clock):
    looks = []

    def look(path):
        looks.append(path)
        return Space(free // 4096, 4096)

    monkeypatch.setattr(quotas.os, "statvfs", look)
    return FreeSpace(tmp_path, floor, clock), looks


async def test_the_free_space_is_looked_up_once_a_second(monkeypatch, tmp_path):
    clock = VirtualClock()
    space, looks = free_space(monkeypatch, tmp_path, 100 * 4096, 0, clock)
    for _ in range(50):
        space.take(1)
    assert len(looks) == 1
    await clock.advance(1)
    space.take(1)
    assert len(looks) == 2


def test_what_is_taken_between_two_looks_counts(monkeypatch, tmp_path):
    space, _ = free_space(monkeypatch, tmp_path, 10 * 4096, 4096, VirtualClock())
    quota = Quota(None, free_space=space)
    quota.reserve(9 * 4096)
    with pytest.raises(errors.StorageFull, match="must stay free"):
        quota.reserve(1)
    assert quota.used == 9 * 4096


def test_a_folder_without_free_space_to_tell_is_a_storage_error(tmp_path):
    with pytest.raises(errors.StorageError, match="free space"):
        FreeSpace(tmp_path / "gone", 0, VirtualClock()).take(1)


def test_the_real_disk_has_free_space(tmp_path):
    found = os.statvfs(tmp_path)
    free = found.f_bavail * found.f_frsize
    FreeSpace(tmp_path, 0, VirtualClock()).take(1)
    with pytest.raises(errors.StorageFull):
        FreeSpace(tmp_path, 2 * free, VirtualClock()).take(1)


async def test_an_upload_above_the_quota_is_refused_and_leaves_nothing(tmp_path):
    quota = Quota(3_000_000, used=1_000)
    content = Content(tmp_path, quota=quota)
    staged = content.stage()
    await staged.write(b"x" * 2_999_000)
    with pytest.raises(errors.StorageFull):
        await staged.write(b"x")
    assert list((tmp_path / "staging").iterdir()) == []
    assert quota.used == 1_000
    with pytest.raises(errors.StorageFull):
        await staged.publish()


async def test_a_kept_upload_survives_a_refused_addition(tmp_path):
    quota = Quota(10)
    content = Content(tmp_path, quota=quota)
    staged = content.stage()
    await staged.write(b"12345678")
    await staged.keep()
    await staged.write(b"9")
    with pytest.raises(errors.StorageFull):
        await staged.write(b"xx")
    assert quota.used == 8
    again = await content.reopen(staged.name, 8)
    assert content.path(await again.publish()).read_bytes() == b"12345678"
