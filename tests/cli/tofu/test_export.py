"""`homeport tofu export DIR`."""

import json

import pytest

from homeport.cli import main


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    """Runs the command in an empty folder: exit code, output, remarks."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOMEPORT_DATA", str(tmp_path / "data of homeport"))

    def run(*words):
        code = main.main(["tofu", "export", *words])
        told = capsys.readouterr()
        return code, told.out, told.err

    return run


def test_it_writes_and_says_what_to_run(run, tmp_path):
    code, out, err = run("out")
    assert code == 0
    assert "create   out/stack/registry.tf.json" in out.splitlines()
    assert "Files: 13 created. out/README.md says what to run:" in err
    assert "export TF_VAR_registry_auth_htpasswd=" in err
    assert "tofu -chdir=out/stack init && tofu -chdir=out/stack apply" in err
    assert "dns" not in err
    assert (tmp_path / "out/stack/registry.tf.json").is_file()


def test_once_more_is_nothing(run):
    run("out")
    assert run("out")[1:] == ("", "Nothing to do: all 13 files in out are as they should be.\n")


def test_for_programs(run):
    code, out, err = run("out", "-o", "json")
    assert code == 0
    assert {"action": "create", "path": "data/volumes.tf.json"} in json.loads(out)
    assert err == ""


def test_the_other_form(run, tmp_path):
    assert run("out", "--form", "manifest")[0] == 0
    assert "service_registry" in (tmp_path / "out/stack/registry.tf.json").read_text()


def test_names_in_a_pihole(run, tmp_path):
    words = (
        "--dns-provider",
        "pihole",
        "--dns-address",
        "192.168.1.20",
        "--dns-address6",
        "fd00::1",
    )
    code, _, err = run("out", *words)
    assert code == 0
    assert "dns.address6 is left out" in err
    made = json.loads((tmp_path / "out/dns/records.tf.json").read_text())["resource"]
    assert set(made["pihole_cname_record"]) == {"registry", "registry_ui", "localstack"}
    assert "tofu -chdir=out/dns apply -parallelism=1" in err


def test_no_shell_runs_what_stands_in_a_name(run):
    _, _, err = run("a $(b)")
    assert "tofu -chdir='a $(b)/stack' apply" in err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "DIR"),
        (("out", "--form", "yaml"), "--form"),
        (("out", "--registry-memory", "x"), "registry.memory"),
    ],
)
def test_a_wrong_command_line(run, tmp_path, words, said):
    code, out, err = run(*words)
    assert code != 0
    assert out == ""
    assert said in err
    assert not (tmp_path / "out").exists()


def test_what_cannot_be_deployed_is_not_written(run, tmp_path):
    code, _, err = run("out", "--registry-tokens", "true")
    assert code == 1
    assert "registry.engine" in err
    assert not (tmp_path / "out").exists()


def test_other_things_are_left(run, tmp_path):
    (tmp_path / "main.tf").write_text("")
    code, _, err = run(".")
    assert code == 1
    assert "other things" in err
    assert run(".", "--force")[0] == 0
