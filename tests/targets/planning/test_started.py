"""What a supervisor writes down of its start."""

import json
import os

import pytest
from tests.targets.planning import declared

from homeport import errors
from homeport.stack import folders
from homeport.targets.local.planning import started, texts


def run_of(wanted):
    run = folders.of(wanted.settings).run
    run.mkdir(parents=True, exist_ok=True)
    return run


def test_it_is_read_as_it_was_written(tmp_path):
    wanted = declared.of(tmp_path)
    run = run_of(wanted)
    started.write(wanted.settings, ["registry", "cloud"], 77)
    found = started.read(run)
    assert (found.pid, found.components) == (77, ("registry", "cloud"))
    assert found.texts["registry.port"] == str(declared.REGISTRY)
    assert found.texts[texts.VERSION]


def test_it_is_for_its_owner_only(tmp_path):
    run = run_of(declared.of(tmp_path))
    started.write(declared.of(tmp_path).settings, [], 1)
    (path,) = run.iterdir()
    assert path.stat().st_mode & 0o077 == 0


def test_the_key_stays(tmp_path):
    wanted = declared.of(tmp_path)
    run = run_of(wanted)
    started.write(wanted.settings, [], 1)
    key = started.read(run).secrets.key
    started.write(wanted.settings, [], 2)
    assert started.read(run).secrets.key == key


@pytest.mark.parametrize(
    "content", [b"", b"\xff", b"[]", b"{}", b'{"pid": "x"}', b"null", b"9" * 5000]
)
def test_one_that_is_broken_counts_as_none(tmp_path, content):
    run = run_of(declared.of(tmp_path))
    (run / "started.json").write_bytes(content)
    assert started.read(run)._replace(secrets=None) == started.never()._replace(secrets=None)


def test_none(tmp_path):
    (tmp_path / "file").write_text("")
    assert started.read(tmp_path / "nothing").pid == started.read(tmp_path / "file").pid == 0


def test_one_that_may_not_be_read(tmp_path, monkeypatch):
    run = run_of(declared.of(tmp_path))
    (run / "started.json").mkdir()
    with pytest.raises(errors.StorageError, match="could not be read"):
        started.read(run)


def test_settings_of_another_version(tmp_path):
    wanted = declared.of(tmp_path)
    declared.start(wanted)
    path = run_of(wanted) / "started.json"
    content = json.loads(path.read_text())
    content["settings"] |= {"registry.of_the_future": "1"}
    path.write_text(json.dumps(content))
    running = declared.running(wanted)
    assert running.pid == os.getpid()
    assert running.settings.registry.port == declared.REGISTRY
