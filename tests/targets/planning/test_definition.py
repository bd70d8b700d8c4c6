"""The settings file of a declared stack."""

import json

import pytest
from tests.targets.planning import declared

from homeport import errors
from homeport.stack import load
from homeport.targets.local.planning import definition

PASSWORD = "never to be seen"


def refused(folder, text):
    with pytest.raises(errors.SettingsError) as caught:
        declared.of(folder, text)
    return str(caught.value)


def test_it_is_what_the_text_says(tmp_path):
    wanted = declared.of(tmp_path, "[registry]\nport = 5001\nfolder = 'images'\n")
    assert wanted.settings.data == tmp_path
    assert wanted.settings.registry.port == 5001
    assert wanted.settings.registry.folder == tmp_path / "images"


def test_the_environment_gives_secrets_only(tmp_path):
    given = {
        "HOMEPORT_ADMIN_PASSWORD": PASSWORD,
        "HOMEPORT_REGISTRY_PORT": "1",
        "HOMEPORT_NONE": "1",
        "DEBUG": "1",
        "REGISTRY_HTTP_ADDR": ":2",
        "HOMEPORT_CONFIG": "/nowhere",
    }
    wanted = declared.of(tmp_path, "", **given)
    assert wanted.settings.admin.password == PASSWORD
    assert wanted.settings.registry.port == 5000
    assert wanted.settings.log.level == "info"


@pytest.mark.parametrize(
    "text", ['data = "."', 'data = "{}"', 'data = "a/.."', 'target = "local"', ""]
)
def test_what_agrees_with_the_name(tmp_path, text):
    assert declared.of(tmp_path, text.format(tmp_path)).settings.data == tmp_path


@pytest.mark.parametrize(
    "text", ['data = "elsewhere"', 'data = "/"', "data = 1", 'target = "kubernetes"']
)
def test_what_contradicts_the_name(tmp_path, text):
    said = refused(tmp_path, f"\n{text}")
    assert f"{tmp_path}/homeport.toml:2: {text.split()[0]} is" in said
    assert "Take it out of the definition" in said


def test_what_is_wrong_is_named_with_its_line(tmp_path):
    assert "homeport.toml:2: registry.porf" in refused(tmp_path, "[registry]\nporf = 1\n")
    assert "homeport.toml" in refused(tmp_path, "[registry")
    assert "more than" in refused(tmp_path, "#" * (definition.LONGEST_BYTES + 1))
    assert list(tmp_path.iterdir()) == []


def test_a_wrong_secret_is_not_shown(tmp_path):
    assert PASSWORD not in refused(tmp_path, f'admin.password = ["{PASSWORD}"]')


@pytest.mark.parametrize("name", ["", "relative", "/a/../b", "/a\nb", "~/data", "/a\0"])
def test_names_of_no_stack(name):
    with pytest.raises(errors.SettingsError, match="does not name a stack"):
        definition.folder_of(name)


@pytest.mark.parametrize("name", ["/", "/home", "/home/ann", "/home/ann/"])
def test_folders_that_hold_more_than_a_stack(name, monkeypatch):
    monkeypatch.setenv("HOME", "/home/ann")
    with pytest.raises(errors.HomeportError, match="holds more than a stack"):
        definition.folder_of(name)


def test_a_folder_that_is_a_link(tmp_path):
    (tmp_path / "link").symlink_to(tmp_path)
    with pytest.raises(errors.HomeportError, match="symbolic link") as caught:
        definition.folder_of(str(tmp_path / "link"))
    assert str(tmp_path) in str(caught.value)


def test_a_link_on_the_way_is_followed(tmp_path):
    (tmp_path / "link").symlink_to(tmp_path)
    assert definition.folder_of(str(tmp_path / "link" / "data")).name == "data"


def test_every_command_finds_the_stack_by_the_file(tmp_path):
    wanted = declared.of(tmp_path)
    definition.keep(wanted)
    found = load.load({}, {}, config=str(tmp_path / "homeport.toml")).settings
    assert found == wanted.settings


def test_files_are_for_their_owner_only_and_the_mark_has_no_secret(tmp_path):
    definition.keep(declared.of(tmp_path, f'admin.password = "{PASSWORD}"'))
    for name in ("homeport.toml", "applied.json"):
        assert (tmp_path / name).stat().st_mode & 0o077 == 0
    assert PASSWORD not in (tmp_path / "applied.json").read_text()


def test_somebody_elses_file_is_not_written_over(tmp_path):
    (tmp_path / "homeport.toml").write_text("mine")
    with pytest.raises(errors.HomeportError, match="was not written by an apply"):
        definition.keep(declared.of(tmp_path))
    definition.forget(tmp_path)
    assert (tmp_path / "homeport.toml").read_text() == "mine"
    assert len(list(tmp_path.iterdir())) == 1


def test_one_that_was_cut_off_after_the_mark_goes_on(tmp_path):
    definition.keep(declared.of(tmp_path))
    (tmp_path / "homeport.toml").unlink()
    assert definition.applied(tmp_path, {}).registry.port == declared.REGISTRY
    definition.keep(declared.of(tmp_path))
    assert definition.stored(tmp_path) == declared.of(tmp_path).text


def test_what_was_applied_is_known_though_the_file_is_broken(tmp_path):
    definition.keep(declared.of(tmp_path, f"{declared.TEXT}registry.folder = '/images'"))
    (tmp_path / "homeport.toml").write_text("[broken")
    assert str(definition.applied(tmp_path, {}).registry.folder) == "/images"
    (tmp_path / "applied.json").write_text(json.dumps({"settings": {"registry.port": "x"}}))
    with pytest.raises(errors.HomeportError, match="are broken"):
        definition.applied(tmp_path, {})


def test_forgotten(tmp_path):
    definition.keep(declared.of(tmp_path))
    definition.forget(tmp_path)
    definition.forget(tmp_path)
    assert list(tmp_path.iterdir()) == []
    assert definition.applied(tmp_path, {}) is None
