"""Removing a stack's data, and nothing else."""

import contextlib
import os
import subprocess
from pathlib import Path

import pytest
from tests.targets.planning import declared
from tests.targets.planning.declared import TEXT

from homeport import errors
from homeport.stack import folders
from homeport.targets.local import prepare
from homeport.targets.local.planning import definition, removing


def made(folder, text=TEXT):
    """A stack that ran, with something in each of its folders."""
    wanted = declared.of(folder, text)
    where = folders.of(wanted.settings)
    for each in (where.data, where.run, where.logs, where.certificates, where.auth, where.dns):
        prepare.data_folder(each)
    for name, files in {
        "registry": ("lock", "registry.db", "registry.db-wal", "blobs/files/a/b"),
        "cloud": ("lock", "s3.db", "sqs.db", "s3/files/c", "lambda/code/d/handler.py"),
    }.items():
        for file in files:
            path = where.component(name) / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("data")
    for path in (where.lock, where.log("registry"), where.htpasswd, where.certificates / "ca.key"):
        path.write_text("x")
    definition.keep(wanted)
    return wanted


def remove(wanted):
    told = []
    removing.carry_out(removing.make(wanted.settings), told.append)
    return told


def refused(wanted):
    before = snapshot(wanted.folder.parent)
    with pytest.raises(errors.HomeportError) as caught:
        removing.make(wanted.settings)
    assert snapshot(wanted.folder.parent) == before
    return str(caught.value)


def snapshot(folder):
    return sorted(str(path) for path in folder.rglob("*"))


def test_all_of_it_and_nothing_else(tmp_path):
    (tmp_path / "other").write_text("stays")
    wanted = made(tmp_path / "data")
    (wanted.folder / ".homeport.toml.0123456789abcdef").write_text("cut off")
    told = remove(wanted)
    assert snapshot(tmp_path) == [str(tmp_path / "other")]
    assert f"Removing {wanted.folder}/registry." in told


def test_twice(tmp_path):
    wanted = made(tmp_path / "data")
    remove(wanted)
    assert remove(wanted) == []
    assert removing.make(wanted.settings).is_empty


def test_folders_elsewhere(tmp_path):
    text = f"{TEXT}registry.folder = '{tmp_path}/images'\ncloud.folder = 'deep/down/aws'\n"
    remove(made(tmp_path / "data", text))
    assert snapshot(tmp_path) == []


@pytest.mark.parametrize("place", ["journal", "deep/logs"])
def test_logs_in_another_folder_of_the_stack(tmp_path, place):
    remove(made(tmp_path / "data", f"{TEXT}log.folder = '{place}'"))
    assert snapshot(tmp_path) == []


def test_logs_among_those_of_others(tmp_path):
    logs = tmp_path / "var"
    wanted = made(tmp_path / "data", f"{TEXT}log.folder = '{logs}'")
    for name in ("syslog", "nginx.log", "cloud.log.1", "registry-ui.log", "registry-audit.log"):
        (logs / name).write_text("")
    remove(wanted)
    assert snapshot(tmp_path) == [str(logs), str(logs / "nginx.log"), str(logs / "syslog")]


def test_files_of_the_user_stay_and_are_named(tmp_path):
    (tmp_path / "users").write_text("ann:x")
    wanted = made(tmp_path / "data", f"{TEXT}registry.htpasswd = '{tmp_path}/users'")
    told = remove(wanted)
    assert snapshot(tmp_path) == [str(tmp_path / "users")]
    assert f"{tmp_path}/users stays: it is not in the data folder (registry.htpasswd)." in told


# What is not ours


@pytest.mark.parametrize("name", ["photos", ".git", "homeport.toml.bak", "Registry"])
def test_something_foreign_in_the_data_folder(tmp_path, name):
    wanted = made(tmp_path / "data")
    (wanted.folder / name).mkdir()
    said = refused(wanted)
    assert f"has what is not the stack's: '{name}'" in said
    assert "Nothing was removed" in said


def test_something_foreign_in_a_folder_elsewhere(tmp_path):
    wanted = made(tmp_path / "data", f"{TEXT}cloud.folder = '{tmp_path}/aws'")
    (tmp_path / "aws" / "thesis.odt").write_text("")
    assert "'thesis.odt'" in refused(wanted)


def test_a_folder_elsewhere_that_no_component_ever_had(tmp_path):
    wanted = made(tmp_path / "data", f"{TEXT}cloud.folder = '{tmp_path}/aws'")
    (tmp_path / "aws" / "lock").unlink()
    assert "no cloud has kept its data there" in refused(wanted)


def test_a_folder_elsewhere_that_holds_the_data_folder(tmp_path):
    wanted = made(tmp_path / "data")
    assert "'data'" in refused(declared.with_setting(wanted, "registry.folder", tmp_path))


@pytest.mark.parametrize("folder", ["/", "~"])
def test_a_folder_elsewhere_that_holds_more(tmp_path, folder, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    wanted = made(tmp_path / "data")
    path = Path(folder).expanduser()
    assert "holds more" in refused(declared.with_setting(wanted, "registry.folder", path))


def test_a_folder_without_a_mark(tmp_path):
    wanted = made(tmp_path / "data")
    for path in (wanted.folder / "applied.json", folders.of(wanted.settings).lock):
        path.unlink()
    assert "is no stack's data folder" in refused(wanted)


def test_a_file_in_place_of_the_folder(tmp_path):
    (tmp_path / "data").write_text("")
    assert "is no folder" in refused(declared.of(tmp_path / "data"))


def test_a_folder_that_does_not_end_what_runs(tmp_path):
    wanted = made(tmp_path / "data")
    removal = removing.make(wanted.settings)
    before = snapshot(tmp_path)
    with declared.supervised(wanted), pytest.raises(errors.HomeportError, match="runs on"):
        removing.carry_out(removal, lambda _: None)
    assert set(before) <= set(snapshot(tmp_path))


# Links and mounts


def test_links_are_removed_and_not_followed(tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir(mode=0o500)
    (outside / "precious").mkdir()
    wanted = made(tmp_path / "data")
    (wanted.folder / "registry" / "blobs" / "link").symlink_to(outside)
    (wanted.folder / "dns").rmdir()
    (wanted.folder / "dns").symlink_to(outside)
    remove(wanted)
    assert snapshot(tmp_path) == [str(outside), str(outside / "precious")]
    assert outside.stat().st_mode & 0o777 == 0o500


def test_a_data_folder_that_is_a_link(tmp_path):
    wanted = made(tmp_path / "data")
    (tmp_path / "link").symlink_to(wanted.folder)
    chosen = declared.with_setting(wanted, "data", tmp_path / "link").settings
    with pytest.raises(errors.HomeportError, match="symbolic link"):
        removing.make(chosen)


def test_folders_without_write_permission(tmp_path):
    wanted = made(tmp_path / "data")
    code = wanted.folder / "cloud" / "lambda" / "code"
    (code / "d").chmod(0o500)
    code.chmod(0o500)
    remove(wanted)
    assert snapshot(tmp_path) == []


IN_MOUNTS_OF_ITS_OWN = ["unshare", "--mount", "--propagation", "private", "sh", "-c"]


@pytest.mark.parametrize("mount", ["-t tmpfs tmpfs", "--bind ../photos", "--bind ../photos/one"])
def test_what_is_mounted_in_the_folder(tmp_path, mount):
    """A folder or file of the same disk, too, which has the same number of a device."""
    wanted = made(tmp_path / "data")
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "one").write_text("precious")
    place = "cloud/s3/files/c" if mount.endswith("one") else "cloud/s3"
    code = (
        "import sys; from homeport.stack import load; from homeport.targets.local.planning import removing;"
        "removing.carry_out(removing.make(load.load({'data': sys.argv[1]}, {}).settings), print)"
    )
    script = f"cd '{wanted.folder}' && mount {mount} {place} && {declared.PYTHON} -c \"{code}\" '{wanted.folder}'"
    probe = subprocess.run([*IN_MOUNTS_OF_ITS_OWN, "mount -t tmpfs tmpfs /mnt"], check=False)
    if os.getuid() != 0 or probe.returncode != 0:
        pytest.skip("only root can mount")
    done = subprocess.run(
        [*IN_MOUNTS_OF_ITS_OWN, script], capture_output=True, text=True, check=False
    )
    assert "is a file system of its own, in the stack's folder" in done.stderr
    assert (tmp_path / "photos" / "one").read_text() == "precious"
    assert wanted.folder / "registry" in wanted.folder.iterdir()


def test_a_folder_elsewhere_that_is_a_disk(tmp_path):
    """It is emptied; the mount itself, and what each file system has of its own, are not ours."""
    images = tmp_path / "images"
    wanted = made(tmp_path / "data", f"{TEXT}registry.folder = '{images}'\n")
    (images / "lost+found").mkdir()
    remove(wanted)
    assert snapshot(tmp_path) == [str(images), str(images / "lost+found")]


# Cut off


class Killed(BaseException):
    pass


@pytest.fixture
def cut_off(monkeypatch):
    """Removes, until so many things are gone."""

    def removes(wanted, count):
        steps = iter(range(count))

        def killing(remove):
            def step(path):
                if next(steps, None) is None:
                    raise Killed
                remove(path)

            return step

        with monkeypatch.context() as patch:
            for module, name in REMOVING:
                patch.setattr(module, name, killing(getattr(module, name)))
            with contextlib.suppress(Killed):
                remove(wanted)
        return next(steps, None) is None

    return removes


REMOVING = ((removing, "_remove"), (removing, "_remove_empty"), (definition, "_unlink"))
STEPS = 23


def test_how_many_steps_there_are(tmp_path, cut_off):
    assert cut_off(made(tmp_path / "data", f"{TEXT}registry.folder = '{tmp_path}/images'\n"), STEPS)
    assert snapshot(tmp_path) == []


@pytest.mark.parametrize("count", range(STEPS))
def test_one_that_was_cut_off_anywhere_is_gone_on_with(tmp_path, cut_off, count):
    wanted = made(tmp_path / "data", f"{TEXT}registry.folder = '{tmp_path}/images'\n")
    assert cut_off(wanted, count)
    again = definition.applied(wanted.folder, {})
    removing.carry_out(removing.make(again or wanted.settings), lambda _: None)
    assert snapshot(tmp_path) == []
