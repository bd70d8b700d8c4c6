"""A file of lines: set aside, moved away, not to be written, cut in the middle."""

import os
import stat

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from homeport.clock import VirtualClock, settle
from homeport.registry.events import appended
from homeport.registry.events.appended import Lines


class Kept:
    def __init__(self, path, limit=10**6):
        self.path = path
        self.clock = VirtualClock()
        self.lines = Lines(path, limit, self.clock)

    async def add(self, *texts):
        for text in texts:
            self.lines.add(text)
        await settle(2)

    @property
    def old(self):
        return self.path.with_name(self.path.name + ".1")


@pytest.fixture
def kept(tmp_path):
    made = Kept(tmp_path / "lines")
    yield made
    made.lines.close()


async def test_for_its_owner_only(kept):
    await kept.add("a")
    assert stat.S_IMODE(kept.path.stat().st_mode) == 0o600


async def test_one_write_per_turn(kept, monkeypatch):
    writes, write = [], os.write
    monkeypatch.setattr(os, "write", lambda fd, data: writes.append(bytes(data)) or write(fd, data))
    await kept.add("a", "b")
    await kept.add("c")
    assert writes == [b"a\nb\n", b"c\n"]


async def test_it_is_added_to(kept):
    kept.path.write_text("before\n")
    await kept.add("a")
    assert kept.path.read_text() == "before\na\n"


async def test_it_is_set_aside_when_it_is_large(tmp_path):
    kept = Kept(tmp_path / "lines", limit=10)
    for text in ("first", "second", "third", "fourth", "fifth"):
        await kept.add(text)
    assert kept.old.read_text() == "third\nfourth\n"
    assert kept.path.read_text() == "fifth\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["lines", "lines.1"]
    kept.lines.close()


async def test_a_link_is_not_set_aside(tmp_path):
    kept = Kept(tmp_path / "link", limit=3)
    kept.path.symlink_to(tmp_path / "real")
    await kept.add("long enough")
    await kept.add("more")
    assert (tmp_path / "real").read_text() == "long enough\nmore\n"
    kept.lines.close()


@pytest.mark.parametrize("how", ["moved", "removed", "replaced"])
async def test_a_new_one_where_it_has_gone(kept, how):
    await kept.add("a")
    if how == "moved":
        kept.path.rename(kept.old)
    else:
        kept.path.unlink()
    if how == "replaced":
        kept.path.write_text("other\n")
    await kept.add("b")
    assert kept.path.read_text() == ("other\nb\n" if how == "replaced" else "b\n")
    assert stat.S_IMODE(kept.path.stat().st_mode) & 0o600


async def test_where_it_can_not_be_written(kept, caplog):
    kept.path.mkdir()
    for text in "abc":
        await kept.add(text)
        await kept.clock.advance(appended.RETRY_S)
    assert caplog.text.count("can not be written") == 1
    kept.path.rmdir()
    await kept.clock.advance(appended.RETRY_S)
    assert kept.path.read_text() == "a\nb\nc\n"
    assert "0 lines of it are lost" in caplog.text
    kept.path.unlink()
    kept.path.mkdir()
    await kept.add("d")
    assert caplog.text.count("can not be written") == 2
    kept.path.rmdir()


async def test_what_is_kept_for_later_is_bounded(kept, caplog):
    kept.path.mkdir()
    await kept.add(*["x" * 999] * 300)
    kept.path.rmdir()
    await kept.clock.advance(appended.RETRY_S)
    assert kept.path.stat().st_size == 262_000
    assert "38 lines of it are lost" in caplog.text


async def test_a_burst_in_one_turn_loses_nothing(kept):
    await kept.add(*["x" * 999] * 1000)
    assert kept.path.stat().st_size == 10**6


async def test_a_write_that_stops_within_a_line_goes_on_there(kept, monkeypatch):
    write = os.write
    answers = [3, OSError(28, "No space left on device")]

    def full(descriptor, data):
        if not answers:
            return write(descriptor, data)
        answer = answers.pop(0)
        if isinstance(answer, OSError):
            raise answer
        return write(descriptor, data[:answer])

    monkeypatch.setattr(os, "write", full)
    await kept.add("abcdef", "gh")
    assert kept.path.read_text() == "abc"
    kept.path.write_text("abc")
    await kept.clock.advance(appended.RETRY_S)
    assert kept.path.read_text().replace("abc\n", "abc") == "abcdef\ngh\n"


async def test_after_a_line_that_a_killed_process_began(kept):
    kept.path.write_text('{"time":')
    await kept.add("{}")
    assert kept.path.read_text() == '{"time":\n{}\n'


async def test_the_end_writes_what_is_left(kept):
    kept.lines.add("a")
    kept.lines.close()
    assert kept.path.read_text() == "a\n"


STEPS = st.lists(
    st.one_of(
        st.integers(1, 60).map(lambda size: "x" * size), st.sampled_from(["", "break", "mend"])
    ),
    max_size=40,
)


@settings(max_examples=60, deadline=None)
@given(STEPS)
def test_any_history(tmp_path_factory, steps):
    """Every line is there once, whole and in order, through set-asides and trouble, as long as it is room for it."""
    import asyncio

    asyncio.run(_history(tmp_path_factory.mktemp("any"), steps))


async def _history(folder, steps):
    kept = Kept(folder / "sub" / "lines", limit=10**6)
    kept.path.parent.mkdir()
    hidden, added = folder / "hidden", []
    for number, step in enumerate(steps):
        if step == "break" and kept.path.parent.exists():
            kept.path.parent.rename(hidden)
        elif step == "mend" and hidden.exists():
            hidden.rename(kept.path.parent)
        elif step == "":
            await kept.clock.advance(appended.RETRY_S)
        elif step not in {"break", "mend"}:
            added.append(f"{number} {step}")
            await kept.add(added[-1])
    if hidden.exists():
        hidden.rename(kept.path.parent)
    kept.lines.close()
    found = kept.path.read_text().splitlines() if added else []
    assert found == added
