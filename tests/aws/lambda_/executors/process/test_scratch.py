"""The folder of an executor, and what is left of those that were killed."""

import os
import select
import tempfile

import pytest

from homeport.aws.lambda_.executors.process import launching, scratch


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_others_may_pass_and_see_nothing():
    made = scratch.made()
    parts = [made.path, *made.path.iterdir()]
    assert {path.stat().st_mode & 0o777 for path in parts} == {0o711}
    assert {path.name for path in parts[1:]} == {"root", "lower", "upper", "rooms"}
    made.remove()
    assert not made.path.exists()


def test_one_that_nobody_has_any_more_is_removed_by_the_next(folder):
    left = scratch.made()
    (left.path / "rooms" / "e-1").mkdir()
    (left.path / "rooms" / "e-1" / "secret").write_text("x")
    os.close(left.lock)  # as at the end of a process
    one, other = scratch.made(), scratch.made()
    assert set(folder.iterdir()) == {one.path, other.path}
    one.remove()
    other.remove()


def test_links_and_what_others_made_stay(folder, monkeypatch):
    (folder / "elsewhere").mkdir()
    (folder / "homeport-functions-link").symlink_to(folder / "elsewhere")
    (folder / "homeport-functions-file").write_text("x")
    made = scratch.made()
    os.close(made.lock)
    monkeypatch.setattr(os, "geteuid", lambda: 4711)
    other = scratch.made()
    assert made.path.exists()
    other.remove()
    assert {path.name for path in folder.iterdir()} == {
        "elsewhere",
        "homeport-functions-link",
        "homeport-functions-file",
        made.path.name,
    }


def test_one_that_is_swept_away_while_it_is_made_is_made_again(monkeypatch):
    real, calls = scratch._locked, []

    def locked(path):
        calls.append(path)
        if len(calls) == 1:
            path.rmdir()
        return real(path)

    monkeypatch.setattr(scratch, "_locked", locked)
    made = scratch.made()
    assert [made.path.exists(), len(calls)] == [True, 2]
    made.remove()


async def test_a_launcher_removes_it_whose_executor_was_killed_before_it_had_read_all():
    made = scratch.made()
    launcher = await launching.launch(made.path, is_isolated=False)
    launching.asyncio.get_running_loop().remove_reader(launcher._requests.fileno())
    select.select([launcher._requests], [], [], 10)
    launcher._requests.close()
    await launcher._process.wait()
    assert not made.path.exists()
    os.close(made.lock)
