"""Log files, the state file, memory."""

import os

from homeport.targets.local import logfile, memory, status
from homeport.targets.local.lifecycle import State


def test_the_last_error_behind_the_mark(tmp_path):
    path = tmp_path / "log"
    path.write_text("error: of yesterday\n")
    with logfile.opened(path) as (descriptor, mark):
        assert logfile.complaint(mark) == ""
        os.write(
            descriptor, b"INFO begun\nerror: first\n  hint one\nINFO\nerror: last\n  hint two\n"
        )
    assert logfile.complaint(mark) == "last\n  hint two"
    path.unlink()
    assert logfile.complaint(mark) == ""


def test_only_the_end_of_a_large_log_is_read(tmp_path):
    path = tmp_path / "log"
    path.write_bytes(b"error: early\n" + b"x\n" * logfile.TAIL_BYTES)
    assert logfile.complaint(logfile.Mark(path, 0)) == ""


def test_a_log_that_was_set_aside_meanwhile(tmp_path):
    path = tmp_path / "log"
    path.write_text("error: new\n")
    assert logfile.complaint(logfile.Mark(path, 10_000)) == "new"


def test_setting_aside(tmp_path):
    path = tmp_path / "log"
    assert not logfile.set_aside(path, 10)
    path.write_text("12345678901")
    assert not logfile.set_aside(path, None)
    assert logfile.set_aside(path, 10)
    path.write_text("second generation")
    assert logfile.set_aside(path, 10)
    assert logfile.older(path).read_text() == "second generation"


ROW = status.Row("a", State.READY, "http://x", os.getpid(), 5.0, 2, 100, "why")


def test_the_state_is_read_as_written(tmp_path):
    status.write(tmp_path / "state.json", 7, 1.5, [ROW])
    assert status.read(tmp_path / "state.json") == status.Report(7, 1.5, (ROW,))
    assert [path.name for path in tmp_path.iterdir()] == ["state.json"]


def test_a_state_that_is_not_there_or_not_ours(tmp_path):
    path = tmp_path / "state.json"
    assert status.read(path) is None
    for text in ("", "{}", "[]", '{"pid": 1, "started": 1, "components": [{"state": "x"}]}'):
        path.write_text(text)
        assert status.read(path) is None


def test_rows_for_programs_hold_the_memory_of_now():
    assert status.as_json(ROW)["memory"] > 2**20


def test_memory_of_this_process_and_of_none():
    block = bytearray(32 * 2**20)
    used, resident = memory.used(os.getpid()), memory.resident(os.getpid())
    assert len(block) < used <= resident
    assert memory.used(2**22 + 1) is None
