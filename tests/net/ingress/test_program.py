"""Where Traefik's program is, and what its file may."""

import os
import struct
import sys
from pathlib import Path

import pytest

from homeport.net.ingress import program


def executable(path):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("")
    path.chmod(0o700)
    return path


@pytest.fixture
def places(tmp_path, monkeypatch):
    """A Python with nothing beside it, and a path of one folder."""
    monkeypatch.setattr(sys, "executable", str(tmp_path / "venv" / "python"))
    monkeypatch.setenv("PATH", str(tmp_path / "path"))
    return tmp_path


def test_there_is_none(places):
    assert program.find() is None


def test_it_is_on_the_path(places):
    made = executable(places / "path" / "traefik")
    assert program.find() == made


def test_the_one_beside_this_python_goes_before(places):
    executable(places / "path" / "traefik")
    made = executable(places / "venv" / "traefik")
    assert program.find() == made


def test_the_one_that_is_given_goes_before_all(places):
    executable(places / "venv" / "traefik")
    assert program.find(Path("/other")) == Path("/other")


def with_capability(monkeypatch, flags, permitted):
    value = struct.pack("<IIIII", 0x02000000 | flags, permitted, 0, 0, 0)
    monkeypatch.setattr(os, "getxattr", lambda path, name: value)


@pytest.mark.parametrize(
    ("flags", "permitted", "may"),
    [(1, 1 << 10, True), (0, 1 << 10, False), (1, 1 << 9, False), (1, 0xFFFF, True)],
)
def test_what_setcap_wrote(monkeypatch, flags, permitted, may):
    with_capability(monkeypatch, flags, permitted)
    assert program.may_bind(Path("/traefik")) is may


def test_a_file_without_capabilities(tmp_path):
    assert not program.may_bind(executable(tmp_path / "traefik"))
    assert not program.may_bind(tmp_path / "missing")
