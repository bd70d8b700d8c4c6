"""Where config.yml and its variables stand among the other sources."""

from pathlib import Path

import pytest

from homeport import errors
from homeport.stack import load

CONFIG = """
version: 0.1
storage: {filesystem: {rootdirectory: images}}
http: {addr: ':1000', debug: {addr: 'localhost:7000'}}
log: {level: warn}
notifications: {endpoints: [{name: ci, url: 'https://example.com', timeout: 1h}]}
"""


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("config.yml").write_text(CONFIG.replace(", timeout: 1h", ""))
    return tmp_path


def read(environ=None, flags=None, toml="", **options):
    Path("homeport.toml").write_text(toml)
    return load.load(flags or {}, {"HOMEPORT_DATA": "/d"} | (environ or {}), **options)


def test_a_config_is_named_by_a_setting_or_its_own_variable(folder):
    for named in (
        read(flags={"registry.config": "config.yml"}),
        read(toml='[registry]\nconfig = "config.yml"'),
        read({"HOMEPORT_REGISTRY_CONFIG": "config.yml"}),
        read({"REGISTRY_CONFIGURATION_PATH": "config.yml"}),
    ):
        its = named.settings.registry
        assert (its.port, its.folder, its.config) == (
            1000,
            folder / "images",
            folder / "config.yml",
        )
    assert read().settings.registry.port == 5000


@pytest.mark.parametrize(
    ("given", "port"),
    [
        ({}, 1000),
        ({"environ": {"REGISTRY_HTTP_ADDR": ":2000"}}, 2000),
        ({"toml": "[registry]\nport = 3000"}, 3000),
        ({"environ": {"HOMEPORT_REGISTRY_PORT": "4000"}}, 4000),
        ({"flags": {"registry.port": "5001"}}, 5001),
    ],
)
def test_the_rank_of_the_sources(given, port):
    ranks = {"environ": {}, "flags": {}, "toml": ""} | given
    ranks["environ"] = ranks["environ"] | {"REGISTRY_CONFIGURATION_PATH": "config.yml"}
    assert read(**ranks).settings.registry.port == port


def test_localstack_comes_after_it():
    environ = {"REGISTRY_CONFIGURATION_PATH": "config.yml", "DEBUG": "1"}
    assert read(environ).settings.log.level == "warning"


def test_what_the_file_does_not_say_is_as_distribution_has_it():
    loaded = read({"REGISTRY_CONFIGURATION_PATH": "config.yml"})
    its = loaded.settings.registry
    assert (its.tls, its.delete, its.auth, its.host) == (False, False, True, "0.0.0.0")
    assert "The registry speaks plain HTTP (registry.tls is off)." in loaded.notes


def test_variables_alone_leave_the_rest_as_homeport_has_it():
    its = read({"REGISTRY_STORAGE_CACHE_BLOBDESCRIPTOR": "inmemory"}).settings.registry
    assert (its.tls, its.delete, its.host) == (True, True, "127.0.0.1")


def test_a_wrong_value_is_told_with_its_place():
    Path("config.yml").write_text(CONFIG)
    with pytest.raises(errors.SettingsError) as caught:
        read({"REGISTRY_CONFIGURATION_PATH": "config.yml", "REGISTRY_HTTP_ADDR": ":x"})
    said = caught.value.what.splitlines()
    assert said[0].startswith("REGISTRY_HTTP_ADDR: registry.port: 'x' is not a port")
    assert ":6: notifications.endpoints[0].timeout: registry.webhooks[0].timeout: " in said[1]


def test_a_file_that_is_not_there_or_no_configuration():
    with pytest.raises(errors.SettingsError, match=r"nowhere\.yml cannot be read"):
        read({"REGISTRY_CONFIGURATION_PATH": "nowhere.yml"})
    for text, wanted in (("a: 1", "no version"), ("[", "not YAML"), ("- x", "must be a mapping")):
        Path("config.yml").write_text(text)
        with pytest.raises(errors.SettingsError, match=wanted):
            read({"REGISTRY_CONFIGURATION_PATH": "config.yml"})


def test_a_name_that_is_none_is_told_once():
    with pytest.raises(errors.SettingsError) as caught:
        read(toml="[registry]\nconfig = 5")
    assert caught.value.what == "homeport.toml:2: registry.config: 5 is not a file."


def test_variables_of_other_programs_are_passed_over():
    assert read({"REGISTRY_AUTH_FILE": "/auth.json"}).notes == ()
    assert read({"REGISTRY_STORAGE": "s3"}, has_registry=False).notes == ()
    [note] = read({"REGISTRY_URL": "x", "REGISTRY_TITLE": "y"}).notes
    assert note.endswith("no such keys: REGISTRY_TITLE, REGISTRY_URL.")


def test_images_of_registry_v2_are_pointed_at(folder):
    (folder / "images/docker/registry/v2").mkdir(parents=True)
    notes = read({"REGISTRY_CONFIGURATION_PATH": "config.yml"}).notes
    assert any("homeport registry import images, with" in note for note in notes)
