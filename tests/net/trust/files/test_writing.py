"""Files of others are kept before they are changed."""

import os
import shutil
import stat

import pytest

from homeport import errors
from homeport.net.trust.files import writing
from homeport.net.trust.files.writing import Action, Step


def step(path, backup):
    return Step(Action.CHANGE, path, "new", 0o600, backup)


@pytest.fixture
def path(tmp_path):
    made = tmp_path / "registries.yaml"
    made.write_text("auth: {password: never to be seen}")
    made.chmod(0o600)
    return made


def test_nobody_else_can_read_a_copy_at_any_moment(path, monkeypatch):
    seen = []

    def watched(source, made):
        copy(source, made)
        seen.append(stat.S_IMODE(os.fstat(made.fileno()).st_mode))

    copy = shutil.copyfileobj
    monkeypatch.setattr(shutil, "copyfileobj", watched)
    before = os.umask(0)
    try:
        writing.carry_out([step(path, writing.backup(path))])
    finally:
        os.umask(before)
    assert seen == [0o600]


def test_a_copy_is_as_the_file_was(path):
    path.chmod(0o640)
    kept, old = writing.backup(path), path.stat()
    writing.carry_out([step(path, kept)])
    assert kept.read_text().endswith("seen}")
    assert stat.S_IMODE(kept.stat().st_mode) == 0o640
    assert kept.stat().st_mtime_ns == old.st_mtime_ns
    assert path.read_text() == "new"


def test_a_copy_is_written_over_nothing(path, tmp_path):
    """Somebody may have put a link there, after it was asked whether the name is free."""
    other, link = tmp_path / "shadow", tmp_path / "link"
    other.write_text("precious")
    link.symlink_to(other)
    with pytest.raises(errors.StorageError):
        writing.carry_out([step(path, link)])
    assert other.read_text() == "precious"
    assert path.read_text() != "new"
