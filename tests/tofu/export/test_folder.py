"""What becomes of a folder."""

import pytest
from tests.tofu.export import stacks

from homeport import errors
from homeport.tofu.export import export, folder
from homeport.tofu.export.folder import Action

TEXTS = stacks.files()
WITH_NAMES = stacks.files(names=stacks.NAMES)


def write(root, texts=TEXTS, *, is_forced=False):
    planned = folder.steps(root, texts, is_forced=is_forced)
    folder.carry_out(root, planned)
    return {step.path: step.action for step in planned}


def content(root):
    return {
        str(path.relative_to(root)): path.read_text() for path in root.rglob("*") if path.is_file()
    }


def refused(root, texts=TEXTS, *, is_forced=False):
    before = content(root)
    with pytest.raises(errors.HomeportError) as found:
        write(root, texts, is_forced=is_forced)
    assert content(root) == before
    return str(found.value)


def test_a_new_folder(tmp_path):
    done = write(tmp_path / "a" / "b")
    assert set(done.values()) == {Action.CREATE}
    assert content(tmp_path / "a" / "b") == TEXTS


def test_once_more_is_nothing(tmp_path):
    write(tmp_path)
    assert set(write(tmp_path).values()) == {Action.NONE}


def test_a_changed_stack(tmp_path):
    write(tmp_path)
    changed = stacks.files({"domain": "home.arpa", "ui.enabled": "false"})
    done = write(tmp_path, changed)
    assert done["stack/registry.tf.json"] is Action.CHANGE
    assert done["stack/registry-ui.tf.json"] is Action.REMOVE
    assert done["stack/versions.tf.json"] is Action.NONE
    assert content(tmp_path) == changed


def test_a_file_of_somebody_else_is_left_even_by_force(tmp_path):
    (tmp_path / "README.md").write_text("Mine.")
    assert "other things" in refused(tmp_path)
    assert "not made by homeport" in refused(tmp_path, is_forced=True)


def test_a_folder_of_other_things_is_left(tmp_path):
    (tmp_path / "main.tf").write_text("")
    assert "--force" in refused(tmp_path)
    write(tmp_path, is_forced=True)
    assert content(tmp_path) == {**TEXTS, "main.tf": ""}


def test_own_files_of_the_user_stay_beside_ours(tmp_path):
    write(tmp_path)
    (tmp_path / "stack/backend.tf").write_text("mine")
    (tmp_path / "stack/own.tf.json").write_text("{}")
    write(tmp_path, stacks.files({"domain": "home.arpa"}))
    assert (tmp_path / "stack/backend.tf").read_text() == "mine"
    assert (tmp_path / "stack/own.tf.json").read_text() == "{}"


@pytest.mark.parametrize("path", ["README.md", "stack/registry.tf.json", "data/volumes.tf.json"])
def test_an_edited_file_is_kept_unless_forced(tmp_path, path):
    write(tmp_path)
    (tmp_path / path).write_text(TEXTS[path] + "\n")
    assert "was edited" in refused(tmp_path)
    assert write(tmp_path, is_forced=True)[path] is Action.CHANGE
    assert content(tmp_path) == TEXTS


def test_an_edited_file_that_would_go_is_kept(tmp_path):
    write(tmp_path)
    path = tmp_path / "stack/registry-ui.tf.json"
    path.write_text(path.read_text() + "\n")
    assert "was edited" in refused(tmp_path, stacks.files({"ui.enabled": "false"}))


@pytest.mark.parametrize("name", ["terraform.tfstate", ".terraform"])
def test_the_files_of_a_state_do_not_go(tmp_path, name):
    write(tmp_path, WITH_NAMES)
    (tmp_path / "dns" / name).write_text("")
    assert "destroy first" in refused(tmp_path)
    assert write(tmp_path, is_forced=True)["dns/records.tf.json"] is Action.REMOVE


def test_a_folder_without_a_state_goes(tmp_path):
    write(tmp_path, WITH_NAMES)
    assert write(tmp_path)["dns/records.tf.json"] is Action.REMOVE
    assert content(tmp_path) == TEXTS


def test_what_keeps_data_is_written_again(tmp_path):
    write(tmp_path)
    (tmp_path / "data/keep_override.tf.json").unlink()
    assert write(tmp_path)["data/keep_override.tf.json"] is Action.CREATE


@pytest.mark.parametrize("name", ["stack", "README.md"])
def test_links_are_not_followed(tmp_path, name):
    elsewhere, root = tmp_path / "elsewhere", tmp_path / "root"
    elsewhere.mkdir()
    write(root)
    (root / "stack").rename(tmp_path / "old") if name == "stack" else (root / name).unlink()
    (root / name).symlink_to(elsewhere)
    with pytest.raises(errors.HomeportError):
        write(root, is_forced=True)
    assert list(elsewhere.iterdir()) == []


def test_a_file_where_a_folder_should_be(tmp_path):
    (tmp_path / "file").write_text("")
    refused(tmp_path / "file")
    refused(tmp_path / "file" / "below")


def test_a_death_in_the_middle_is_made_good(tmp_path, monkeypatch):
    planned = folder.steps(tmp_path, TEXTS, is_forced=False)
    folder.carry_out(tmp_path, planned[:4])
    assert content(tmp_path) == {step.path: step.text for step in planned[:4]}
    write(tmp_path)
    assert content(tmp_path) == TEXTS


def test_folders_are_those_of_the_files():
    assert {path.partition("/")[0] for path in WITH_NAMES if "/" in path} == set(export.FOLDERS)
