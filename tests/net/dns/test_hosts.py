import os
import resource
import stat
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.net.dns import keeping

from homeport import errors
from homeport.net.dns.hosts import file, keeper, text
from homeport.net.dns.records import Action

LABEL = "local of /home/dev/data"
SYSTEM = (
    b"127.0.0.1\tlocalhost\r\n"
    b"::1 localhost ip6-localhost # of the system\n"
    b"# \xe9 comment in Latin-1, \x0c and \xc2\x85 are no ends of lines\n"
    b"fe80::1%lo0 router\nnonsense here\n"
)


def hosts(path: Path) -> keeping.Kept:
    if not path.exists():
        path.write_bytes(SYSTEM)

    def entries():
        return text.parse(file.read(path), str(path)).entries

    def add(record):
        path.write_bytes(path.read_bytes() + f"{record.value} {record.name}\n".encode())

    def drop(record):
        lines = path.read_bytes().split(b"\n")
        gone = [f"{record.value}{gap}{record.name}".encode() for gap in (" ", "\t")]
        at = max(i for i, line in enumerate(lines) if line in gone)
        path.write_bytes(b"\n".join(lines[:at] + lines[at + 1 :]))

    return keeping.Kept(
        open=lambda: keeper.Hosts(path, LABEL),
        present=lambda: [e.record for e in entries() if e.record.name.endswith(".test")],
        add=add,
        drop=drop,
        has_marks=True,
        shown=keeper.addressed,
        rest=lambda: [line for line in path.read_bytes().splitlines() if b".test" not in line],
    )


@pytest.fixture
def path(tmp_path):
    return tmp_path / "hosts"


class TestHosts(keeping.Keeping):
    @pytest.fixture
    def kept(self, path):
        return hosts(path)


@given(keeping.OPERATIONS)
@settings(max_examples=60, deadline=None)
def test_after_any_history_exactly_ours_is_gone(tmp_path_factory, operations):
    keeping.any_history(hosts(tmp_path_factory.mktemp("hosts") / "hosts"), operations)


@given(st.binary(max_size=200).filter(lambda raw: b"homeport" not in raw))
@settings(max_examples=100, deadline=None)
def test_any_file_is_the_same_byte_for_byte_once_ours_is_gone(tmp_path_factory, content):
    path = tmp_path_factory.mktemp("hosts") / "hosts"
    path.write_bytes(content)
    kept = hosts(path)
    keeping.make(kept, keeping.STACK)
    assert path.read_bytes().count(b"homelab.test") == 4 + content.count(b"homelab.test")
    keeping.make(kept, ())
    assert path.read_bytes() == content


def test_the_block_as_a_person_sees_it(path):
    path.write_text("127.0.0.1 localhost\n")
    keeping.make(hosts(path), keeping.STACK)
    assert path.read_text() == (
        "127.0.0.1 localhost\n"
        f"# homeport begins: {LABEL}\n"
        "# (homeport dns apply writes these lines anew; what is changed by hand is lost)\n"
        "10.0.0.1\ttraefik.homelab.test\n"
        "10.0.0.1\tregistry.homelab.test\n"
        "10.0.0.1\tregistry-ui.homelab.test\n"
        "10.0.0.1\tlocalstack.homelab.test\n"
        f"# homeport ends: {LABEL}\n"
    )


def test_the_block_stays_where_it_is(path):
    kept = hosts(path)
    keeping.make(kept, keeping.STACK)
    path.write_bytes(path.read_bytes() + b"10.9.9.9 later\n")
    keeping.make(kept, (keeping.MOVED, *keeping.STACK[1:]))
    assert path.read_bytes().endswith(b"\n10.9.9.9 later\n")
    assert path.read_bytes().startswith(SYSTEM)


def test_rights_owner_and_attributes_stay(path):
    kept = hosts(path)
    path.chmod(0o640)
    try:
        os.setxattr(path, "user.note", b"mine")
    except OSError:
        pytest.skip("no extended attributes on this file system")
    os.chown(path, os.getuid(), os.getgid())
    keeping.make(kept, keeping.STACK)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert os.getxattr(path, "user.note") == b"mine"


def test_a_link_stays_one(path, tmp_path):
    real = tmp_path / "real"
    real.write_bytes(SYSTEM)
    path.symlink_to(real)
    keeping.make(hosts(path), keeping.STACK)
    assert path.is_symlink()
    assert b"homelab" in real.read_bytes()


def test_a_file_with_two_names_is_written_in_place(path, tmp_path):
    kept = hosts(path)
    other = tmp_path / "other"
    other.hardlink_to(path)
    said = []
    its = kept.open()
    its.apply(its.plan(keeping.STACK, ()), said.append)
    assert other.read_bytes() == path.read_bytes()
    assert "in place" in said[0]


def test_a_stack_of_somebody_else_has_a_block_of_its_own(path):
    kept = hosts(path)
    other = keeper.Hosts(path, "local of /home/other")
    other.apply(other.plan(keeping.STACK, ()), keeping.told)
    assert keeping.actions(keeping.planned(kept, keeping.STACK)) == {Action.ADD}
    keeping.make(kept, keeping.STACK)
    keeping.make(kept, ())
    assert not other.plan(keeping.STACK, ()).has_changes
    moved = (keeping.MOVED, *keeping.STACK[1:])
    taken = keeping.planned(kept, moved).taken
    assert "of the stack local of /home/other" in taken[0].note


@pytest.mark.parametrize(
    "content",
    [
        f"# homeport begins: {LABEL}\n1.2.3.4 mine\n",
        f"1.2.3.4 mine\n# homeport ends: {LABEL}\n",
        f"# homeport begins: {LABEL}\n# homeport begins: {LABEL}\n# homeport ends: {LABEL}\n",
    ],
)
def test_a_block_without_its_marks_is_left_alone(path, content):
    path.write_text(content)
    with pytest.raises(errors.HomeportError, match="mark"):
        keeping.planned(hosts(path), keeping.STACK)
    assert path.read_text() == content


def test_a_file_that_changed_between(path):
    kept = hosts(path)
    its = kept.open()
    changes = its.plan(keeping.STACK, ())
    kept.add(keeping.MOVED)
    before = path.read_bytes()
    assert "changed meanwhile" in keeping.refused(its, changes)
    assert path.read_bytes() == before


def test_two_commands_at_a_time(path):
    its = hosts(path).open()
    changes = its.plan(keeping.STACK, ())
    with file.held(path):
        assert "Another command" in keeping.refused(its, changes)


def test_no_permission(path, monkeypatch):
    its = hosts(path).open()
    changes = its.plan(keeping.STACK, ())

    def refuse(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(file, "write", refuse)
    assert "sudo" in keeping.refused(its, changes)


def test_a_disk_that_fills_up_leaves_the_file_as_it_was(path, monkeypatch, tmp_path):
    kept = hosts(path)
    (tmp_path / "other").hardlink_to(path)
    its, sync, calls = kept.open(), os.fsync, []

    def full(descriptor):
        calls.append(descriptor)
        if len(calls) == 1:
            raise OSError(28, "No space left on device")
        sync(descriptor)

    changes = its.plan(keeping.STACK, ())
    monkeypatch.setattr(os, "fsync", full)
    assert "No space left" in keeping.refused(its, changes)
    assert path.read_bytes() == SYSTEM


@pytest.fixture
def narrow():
    """No file can become longer than that; what of a write still fits is written, as on a disk that fills up."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    yield lambda size: resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_what_a_full_disk_took_of_it_is_taken_back(path, tmp_path, narrow):
    path.write_bytes(SYSTEM + b"#" * 12_000 + b"\n")
    (tmp_path / "other").hardlink_to(path)
    before, its = path.read_bytes(), keeper.Hosts(path, LABEL)
    changes = its.plan(keeping.STACK, ())
    narrow(len(before) + 100)
    assert "too large" in keeping.refused(its, changes)
    assert path.read_bytes() == before


@pytest.mark.parametrize("make", [os.mkfifo, Path.mkdir])
def test_what_is_no_file_is_not_waited_for(path, make):
    make(path)
    with pytest.raises(errors.HomeportError, match="is no file"):
        keeper.Hosts(path, LABEL).plan(keeping.STACK, ())


def test_a_file_that_is_not_there_is_made_for_everybody_to_read(tmp_path):
    path = tmp_path / "hosts"
    its = keeper.Hosts(path, LABEL)
    its.apply(its.plan(keeping.STACK, ()), keeping.told)
    assert stat.S_IMODE(path.stat().st_mode) == 0o644


def test_a_label_cannot_end_its_line(path):
    its = keeper.Hosts(path, "local of /home/x\n6.6.6.6 bank.test")
    its.apply(its.plan(keeping.STACK, ()), keeping.told)
    assert "bank.test" not in {e.record.name for e in text.parse(path.read_text(), "").entries}


@pytest.mark.parametrize(
    "pair", [("/srv/\xe4", "/srv/\xf6"), ("/srv/%41", "/srv/A"), ("/a", "/a ")]
)
def test_each_stack_has_a_label_of_its_own(path, pair):
    first = keeping.STACK[0]
    records = (first, first._replace(name="other.test"))
    for stack, record in zip(pair, records, strict=True):
        keeper.Hosts(path, stack).apply(keeper.Hosts(path, stack).plan([record], ()), keeping.told)
    for stack, record in zip(pair, records, strict=True):
        changes = keeper.Hosts(path, stack).plan([record], ()).changes
        assert [change.action for change in changes] == [Action.KEEP]


def test_what_somebody_wrote_in_a_mark_does_nothing_to_a_terminal(path):
    record = keeping.STACK[0]
    lines = ("# homeport begins: \x1b[2J", f"6.6.6.6 {record.name}", "# homeport ends: \x1b[2J\n")
    path.write_text("\n".join(lines))
    (taken,) = keeper.Hosts(path, LABEL).plan([record], ()).taken
    assert "of the stack ?[2J, says 6.6.6.6" in taken.note
