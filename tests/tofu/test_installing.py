"""Where the provider is written, and that nothing is left of it."""

import os
import stat
import subprocess
import sys
import venv

import pytest

from homeport import errors
from homeport.tofu import installing


@pytest.fixture
def environ(tmp_path):
    return {"HOME": str(tmp_path), "PATH": os.environ["PATH"]}


def test_it_goes_where_both_look_without_being_told(environ, tmp_path):
    places = installing.of(None, environ)
    folder = tmp_path / ".terraform.d/plugins/homeport.local/homeport/homeport"
    assert places.program.is_relative_to(folder)
    assert installing.configuration(places) == ""


def test_another_mirror_needs_a_configuration(environ, tmp_path):
    places = installing.of(tmp_path / 'a "${b}', environ)
    text = installing.configuration(places)
    assert f'path    = "{tmp_path}/a \\"$${{b}}"' in text
    assert 'include = ["homeport.local/*/*"]' in text


def test_the_program_is_the_same_whatever_python_it_starts(environ, tmp_path):
    one, two = installing.of(tmp_path / "1", environ), installing.of(tmp_path / "2", environ)
    installing.install(one, "/usr/bin/one")
    installing.install(two, "/usr/bin/two")
    assert one.program.read_bytes() == two.program.read_bytes()
    assert stat.S_IMODE(one.program.stat().st_mode) == 0o755


def test_the_program_starts_the_python_that_it_was_installed_by(environ, tmp_path):
    places = installing.of(None, environ)
    installing.install(places, sys.executable)
    (tmp_path / "homeport.py").write_text("raise SystemExit('not this one')")
    done = subprocess.run(
        [places.program],
        cwd=tmp_path,
        env=environ,
        capture_output=True,
        check=False,
        text=True,
        timeout=60,
    )
    assert done.returncode == 1
    assert "which they start themselves" in done.stderr


def first_line(places, tmp_path):
    """What terraform shows of a provider that does not start."""
    done = subprocess.run(
        [places.program],
        env={"HOME": str(tmp_path), "PATH": "/bin:/usr/bin"},
        capture_output=True,
        check=False,
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stdout.count("\n")) == (1, 1)
    return done.stdout


def test_a_machine_without_homeport_is_told_what_to_do(environ, tmp_path):
    places = installing.of(None, environ)
    installing.install(places, sys.executable)
    places.python.unlink()
    assert "not found on this machine" in first_line(places, tmp_path)


def test_a_python_that_was_moved_is_named_where_terraform_shows_it(environ, tmp_path):
    places = installing.of(None, environ)
    installing.install(places, "/moved away/bin/python")
    said = first_line(places, tmp_path)
    assert "/moved away/bin/python, is not there any more" in said
    assert "then: homeport tofu install" in said


def test_a_python_without_homeport_is_named_where_terraform_shows_it(environ, tmp_path):
    empty = tmp_path / "empty"
    venv.create(empty, with_pip=False)
    places = installing.of(None, environ)
    installing.install(places, str(empty / "bin" / "python"))
    assert f"not there any more in {empty}/bin/python" in first_line(places, tmp_path)


def test_an_uninstall_leaves_nothing_and_takes_nothing_of_others(environ, tmp_path):
    places = installing.of(None, environ)
    installing.install(places, sys.executable)
    other = places.mirror / "example.com/a/b"
    other.mkdir(parents=True)
    assert len(installing.uninstall(places)) == 2
    assert not (places.mirror / installing.HOST).exists()
    assert other.is_dir()
    assert installing.uninstall(places) == []


def test_a_folder_that_cannot_be_written_is_named(environ, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(errors.HomeportError, match="could not be written"):
        installing.install(installing.of(tmp_path / "file", environ), sys.executable)


def test_without_a_home_there_is_nowhere_to_go():
    with pytest.raises(errors.HomeportError, match="no home folder"):
        installing.of(None, {})
