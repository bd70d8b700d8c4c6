"""Programs and files are a person's where they lie in that person's home, under sudo too."""

from __future__ import annotations

import dataclasses
import os
import select
from pathlib import Path

import pytest

from homeport.net.trust import machine
from homeport.net.trust.machine import Machine, Person

NOBODY = 65_534
root_only = pytest.mark.skipif(os.geteuid() != 0, reason="only root can act for others")


@pytest.fixture
def sudo(here, tmp_path):
    """Root, for a person whose home is here."""
    for folder in (tmp_path, *tmp_path.parents):
        if folder.is_relative_to("/tmp") and folder != Path("/tmp"):
            folder.chmod(0o755)
    os.chown(here.home, NOBODY, NOBODY)
    person = Person("nobody", NOBODY, NOBODY, here.home)
    return Machine(person, here.root, is_root=True)


def test_a_program_that_fails_is_quoted(here):
    here.program("tool", "echo what is wrong >&2; exit 3")
    with pytest.raises(machine.ProgramFailed, match="tool failed: what is wrong"):
        here.machine.run(("tool",), here.root)


def has_ended(pid):
    """Whether a process that was killed is gone, which the kernel does in its own time."""
    try:
        process = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    ending = select.poll()
    ending.register(process, select.POLLIN)
    try:
        return bool(ending.poll(10_000))
    finally:
        os.close(process)


def test_a_program_that_never_ends_is_ended_with_its_children(here, monkeypatch):
    monkeypatch.setattr(machine, "LIMIT_S", 0.3)
    here.program("tool", f"sleep 60 & echo $! >{here.root}/pid; wait")
    with pytest.raises(machine.ProgramFailed, match="did not end"):
        here.machine.run(("tool",), here.root)
    pid = int((here.root / "pid").read_text())
    assert has_ended(pid)


def test_a_program_can_ask_nobody(here):
    here.program("tool", "cat; cat </dev/tty && echo asked; env")
    said = here.machine.run(("tool",), here.root, "given")
    assert said.startswith("given")
    assert "asked" not in said
    assert f"HOME={here.home}" in said
    assert "LC_ALL=C.UTF-8" in said
    assert "HOMEPORT" not in said


@root_only
def test_under_sudo_a_program_on_what_is_theirs_is_run_as_them(sudo):
    assert sudo.run(("id", "-u"), sudo.person.home / "x").strip() == str(NOBODY)
    assert sudo.run(("id", "-ru"), sudo.person.home / "x").strip() == str(NOBODY)
    assert sudo.run(("id", "-u"), sudo.root / "x").strip() == "0"


@root_only
def test_under_sudo_files_in_their_home_are_theirs(sudo):
    path = sudo.person.home / "made"
    with sudo.acting(path):
        path.write_text("")
    assert path.stat().st_uid == NOBODY
    assert os.geteuid() == 0


@root_only
def test_under_sudo_no_link_leads_root_anywhere(sudo):
    secret = sudo.root / "secret"
    secret.write_text("root's")
    secret.chmod(0o600)
    link = sudo.person.home / "link"
    link.symlink_to(secret)
    with sudo.acting(link), pytest.raises(PermissionError):
        link.read_text()


@root_only
def test_what_can_be_written_is_asked_as_whom_it_belongs_to(sudo):
    barred = sudo.person.home / "barred"
    barred.mkdir(0o755)
    assert sudo.can_write(sudo.person.home / "a/b/c")
    assert not sudo.can_write(barred / "c")
    assert sudo.can_write(sudo.root / "a/b/c")


def test_whose_home_it_is(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert machine.this({"SUDO_UID": str(NOBODY), "HOME": "/root"}, "linux").person.uid == NOBODY
    assert machine.this({"HOME": "/nowhere"}, "linux").person.home == Path("/nowhere")
    for wrong in ("", "0", "x", "-1", "99999999999999999999"):
        assert machine.this({"SUDO_UID": wrong, "HOME": "/root"}, "linux").person.uid == 0


@root_only
def test_root_with_the_home_of_somebody_else(tmp_path):
    """After `su -m`, or doas."""
    os.chown(tmp_path, NOBODY, NOBODY)
    found = machine.this({"HOME": str(tmp_path)}, "linux")
    assert (found.person.uid, found.person.home, found.is_sudo) == (NOBODY, tmp_path, True)
    assert machine.this({"HOME": "/nowhere"}, "linux").person.uid == 0


def test_only_root_is_called_by_sudo(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    found = machine.this({"SUDO_UID": str(NOBODY), "HOME": "/home/ann"}, "linux")
    assert (found.person.uid, found.is_sudo) == (1000, False)


def test_a_home_that_is_everything_is_nobodys(here):
    person = here.machine.person._replace(home=Path("/"))
    found = dataclasses.replace(here.machine, person=person, is_root=True)
    assert not found.is_theirs(Path("/etc/docker"))


@root_only
def test_root_looks_for_programs_only_where_root_alone_may_write(tmp_path, monkeypatch):
    """Not every sudo has a `secure_path`."""
    own, theirs, open_, below = (
        tmp_path / name for name in ("own", "theirs", "open", "theirs/own")
    )
    for folder in (own, theirs, open_, below):
        folder.mkdir()
    os.chown(theirs, NOBODY, NOBODY)
    open_.chmod(0o777)
    given = ":".join(["", ".", "bin", str(theirs), str(below), str(open_), str(own), "/no/such"])
    environ = {"PATH": given, "SUDO_UID": "0"}
    assert machine.this(environ, "linux").path.split(":")[:2] == [str(own), "/usr/local/sbin"]
    monkeypatch.setattr(os, "geteuid", lambda: NOBODY)
    assert machine.this(environ, "linux").path.startswith(
        f"{theirs}:{below}:{open_}:{own}:/no/such:"
    )


@root_only
def test_root_runs_nothing_that_somebody_wrote(sudo):
    tool = sudo.root / "tool"
    tool.touch()
    assert sudo.may_run(tool, sudo.root)
    os.chown(tool, NOBODY, NOBODY)
    assert not sudo.may_run(tool, sudo.root)
    assert sudo.may_run(tool, sudo.person.home / "x")
