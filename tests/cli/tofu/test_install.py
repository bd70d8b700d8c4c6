"""`homeport tofu install` and its opposite, as a person sees them."""

import pytest

from homeport.cli import main


@pytest.fixture
def person(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("TF_CLI_CONFIG_FILE", raising=False)
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)

    def run(*words):
        code = main.main(["tofu", *words])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def test_it_says_what_it_wrote_and_what_to_do_next(person, tmp_path):
    code, out, err = person("install")
    assert (code, out) == (0, "")
    assert "~/.terraform.d/plugins/homeport.local" in err
    assert 'source  = "homeport.local/homeport/homeport"' in err
    assert not (tmp_path / ".terraformrc").exists()


def test_a_mirror_prints_its_configuration_alone(person, tmp_path):
    code, out, err = person("install", "--mirror", str(tmp_path / "mirror"))
    assert code == 0
    assert out.startswith("provider_installation {")
    assert "~/.terraformrc" in err


def test_the_configuration_is_written_where_there_is_none(person, tmp_path):
    mirror = str(tmp_path / "mirror")
    assert person("install", "--mirror", mirror, "--write-config")[0] == 0
    text = (tmp_path / ".terraformrc").read_text()
    assert mirror in text
    code, _, err = person("install", "--mirror", mirror, "--write-config")
    assert code == 1
    assert "is there already, and is not changed" in err
    assert (tmp_path / ".terraformrc").read_text() == text


def test_an_uninstall_says_what_is_gone(person, tmp_path):
    person("install")
    code, _, err = person("uninstall")
    assert code == 0
    assert err.count("Deleted:") == 2
    assert "There was nothing of it" in person("uninstall")[2]


def test_without_a_command_they_are_named(person):
    code, _, err = person()
    assert code == 2
    assert "install, uninstall, export, serve" in err


def test_the_help_of_each(person, capsys):
    for name in ("install", "uninstall", "serve"):
        with pytest.raises(SystemExit):
            main.main(["tofu", name, "--help"])
        assert f"homeport tofu {name}" in capsys.readouterr().out
