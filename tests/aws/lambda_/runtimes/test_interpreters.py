"""What an environment sees of this machine to run an interpreter."""

from pathlib import Path

import pytest

from homeport.aws.lambda_.runtimes import interpreters


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


def program(folder):
    (folder / "bin").mkdir(parents=True)
    (folder / "lib").mkdir()
    return folder / "bin" / "python3.11"


def test_the_folder_that_it_was_installed_to(home):
    assert interpreters.roots(program(home / "python")) == (home / "python",)


def test_what_programs_keep_in_ones_home_is_no_part_of_it(home):
    local = home / ".local"
    assert interpreters.roots(program(local)) == (local / "bin", local / "lib")


def test_a_home_is_no_place_of_an_interpreter(home):
    one = program(home)
    assert interpreters.roots(one) == (one,)


def test_what_is_of_the_system_is_there_anyway():
    assert interpreters.roots(Path("/usr/bin/python3.11")) == ()
