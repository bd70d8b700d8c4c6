"""The examples of docs/registry.md are settings."""

import re
from pathlib import Path

import pytest

from homeport import errors
from homeport.stack import load
from homeport.stack.distribution import reading

GUIDE = (Path(__file__).parent.parent.parent / "docs/registry.md").read_text()
EXAMPLES = re.findall(r"```toml\n(.*?)```", GUIDE, re.DOTALL)
CONFIGS = re.findall(r"```yaml\n(.*?)```", GUIDE, re.DOTALL)


def loaded(text, tmp_path):
    path = tmp_path / "homeport.toml"
    path.write_text(text)
    return load.load({}, {"HOMEPORT_DATA": "/d"}, config=str(path)).settings.registry


@pytest.mark.parametrize("text", EXAMPLES, ids=range(len(EXAMPLES)))
def test_each_example_loads(text, tmp_path):
    (tmp_path / "config.yml").write_text(CONFIGS[0])
    its = loaded(text.replace("/etc/docker/registry", str(tmp_path)), tmp_path)
    assert its != loaded("", tmp_path)


def test_the_whole_guide_is_there():
    assert (len(EXAMPLES), len(CONFIGS)) == (11, 2)


def test_the_example_of_registry_v2(tmp_path):
    (tmp_path / "config.yml").write_text(CONFIGS[0].replace("/auth", str(tmp_path)))
    (tmp_path / "htpasswd").write_text("")
    found = reading.read(tmp_path / "config.yml", {})
    assert (found.problems, found.notes) == ([], [])
    assert {key: raw.value for key, raw in found.values.items()} == {
        "registry.folder": "/var/lib/registry",
        "registry.delete": True,
        "registry.host": "0.0.0.0",
        "registry.port": "5000",
        "registry.certificate": "/certs/domain.crt",
        "registry.key": "/certs/domain.key",
        "registry.tls": True,
        "registry.realm": "Registry Realm",
        "registry.htpasswd": str(tmp_path / "htpasswd"),
    }


def test_a_rule_that_would_remove_every_tag_is_refused(tmp_path):
    with pytest.raises(errors.SettingsError, match="it would remove every tag"):
        loaded('[[registry.retention]]\nrepositories = ["**"]\n', tmp_path)
