"""What fails in one place does not stop the others, leaves nothing half-done, and is said."""

from __future__ import annotations

import os

import pytest
from tests.net.trust import cas

from homeport.net.trust import carrying
from homeport.net.trust.contract import Command, Place, State, Wanted
from homeport.net.trust.files.writing import Action, Step

WANTED = Wanted("homeport-1", cas.OURS)


def done(here, *places):
    return [(each.state, each.why) for each in carrying.carry_out(here.machine, places, WANTED)]


def place(here, *steps, **more):
    return Place("x", here.root, State.TODO, steps, **more)


def test_one_that_fails_does_not_stop_the_others(here):
    here.program("bad", "echo no room; exit 1")
    here.program("good")
    found = done(here, place(here, Command(("bad",))), place(here, Command(("good",))))
    assert found == [(State.FAILED, "bad failed: no room"), (State.DONE, "")]


def test_what_cannot_be_written_is_a_failure_of_its_own(here):
    (here.root / "file").write_text("")
    step = Step(Action.CREATE, here.root / "file/ca.crt", "x", 0o644, None)
    (state, why), *_ = done(here, place(here, step))
    assert state is State.FAILED
    assert "could not be changed: Not a directory" in why


def test_what_is_not_to_be_done_is_left_as_it_is(here):
    for state in set(State) - {State.TODO}:
        left = place(here, Command(("nowhere",)))._replace(state=state)
        assert done(here, left) == [(state, "")]


def test_a_half_is_taken_back(here):
    here.program("add", f"touch {here.root}/half; exit 1")
    here.program("take", f"rm {here.root}/half")
    assert done(here, place(here, Command(("add",), mend=("take",))))[0][0] is State.FAILED
    assert list(here.root.iterdir()) == []


@pytest.fixture
def store(here):
    path = here.root / "cacerts"
    path.write_text("before")
    path.chmod(0o640)
    return path


def test_a_file_is_rewritten_whole_and_as_whose_it_was(here, store):
    here.program("tool", 'cat >"$2"')
    inode = store.stat().st_ino
    words = ("tool", "-keystore", str(store))
    assert done(here, place(here, Command(words, is_fed=True, rewrites=store)))[0][0] is State.DONE
    assert store.read_text() == cas.OURS.pem
    assert store.stat().st_mode & 0o777 == 0o640
    assert store.stat().st_ino != inode
    assert list(here.root.iterdir()) == [store]


def test_a_rewriting_that_fails_leaves_the_file(here, store):
    here.program("tool", 'echo broken >"$2"; exit 1')
    words = ("tool", "-keystore", str(store))
    assert done(here, place(here, Command(words, rewrites=store)))[0][0] is State.FAILED
    assert store.read_text() == "before"
    assert list(here.root.iterdir()) == [store]


def test_folders_go_where_nothing_is_left_in_them(here):
    for name in ("empty", "full"):
        (here.root / name).mkdir()
    (here.root / "full/file").write_text("")
    folders = tuple(here.root / name for name in ("empty", "full", "none"))
    done(here, place(here, empty=folders))
    assert sorted(path.name for path in here.root.iterdir()) == ["full"]


def test_a_folder_is_open_to_all_whatever_the_umask(here):
    old = os.umask(0o077)
    try:
        step = Step(Action.CREATE, here.root / "a/b/ca.crt", "x", 0o644, None)
        done(here, place(here, step))
    finally:
        os.umask(old)
    modes = [(here.root / name).stat().st_mode & 0o777 for name in ("a", "a/b", "a/b/ca.crt")]
    assert modes == [0o755, 0o755, 0o644]
