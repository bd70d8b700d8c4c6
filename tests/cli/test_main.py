import subprocess
import sys

import pytest

from homeport import errors
from homeport.cli import arguments, main
from homeport.stack import settings, version


def said(capsys, *words):
    code = main.main(words)
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_help_names_every_command(capsys):
    code, out, _ = said(capsys, "--help")
    assert code == 0
    assert all(f"  {name} " in out for name in main.COMMANDS)
    assert said(capsys)[:2] == (2, out)


@pytest.mark.parametrize("name", main.COMMANDS)
def test_each_command_has_help(capsys, name):
    with pytest.raises(SystemExit) as ended:
        main.main([name, "--help"])
    assert ended.value.code == 0
    out = capsys.readouterr().out
    assert f"usage: homeport {name}" in out
    assert "--data" in out


def test_up_shows_every_setting(capsys):
    with pytest.raises(SystemExit):
        main.main(["up", "--help"])
    out = capsys.readouterr().out
    assert "--registry-port PORT" in out
    assert "--cloud-verify-signatures" in out
    assert "--admin-password" not in out
    assert "--pihole-password PASSWORD" not in out


def test_version(capsys):
    assert said(capsys, "--version") == (0, f"homeport {version.VERSION}\n", "")


def test_a_mistyped_command(capsys):
    code, out, err = said(capsys, "stauts")
    assert (code, out) == (2, "")
    assert "Did you mean homeport status?" in err


def test_a_mistyped_flag(capsys):
    code, _, err = said(capsys, "status", "--registry-prot", "1")
    assert code == 2
    assert "Did you mean --registry-port?" in err


@pytest.mark.parametrize(
    "words", [["up", "--only", "x"], ["users", "add"], ["serve"], ["logs", "x"]]
)
def test_a_command_line_that_makes_no_sense(capsys, words):
    code, _, err = said(capsys, *words)
    assert code == 2
    assert err.startswith("error: ")
    assert len(err.splitlines()) == 2


def test_a_wrong_setting_is_one_clear_message(capsys, monkeypatch):
    monkeypatch.setenv("HOMEPORT_REGISTRY_PROT", "1")
    code, out, err = said(capsys, "status")
    assert (code, out) == (1, "")
    assert "HOMEPORT_REGISTRY_PROT" in err
    assert "Traceback" not in err


def run_with(monkeypatch, error):
    def fail(name, words):
        raise error

    monkeypatch.setattr(main, "_run", fail)


def test_exit_codes(capsys, monkeypatch):
    wanted = [
        (errors.HomeportError("x"), 1),
        (arguments.UsageError("x"), 2),
        (KeyboardInterrupt(), 130),
        (PermissionError(13, "denied"), 1),
    ]
    for error, code in wanted:
        run_with(monkeypatch, error)
        assert main.main(["status"]) == code
    assert "Traceback" not in capsys.readouterr().err


def test_debug_shows_where(capsys, monkeypatch):
    run_with(monkeypatch, errors.HomeportError("the text", hint="the hint"))
    assert main.main(["--debug", "status"]) == 1
    err = capsys.readouterr().err
    assert "Traceback" in err
    assert "error: the text\n  the hint\n" in err


def test_a_reader_that_has_enough_is_no_error(home):
    command = f"{sys.executable} -m homeport env | true"
    done = subprocess.run(
        command,
        shell=True,
        check=False,
        cwd=home.folder,
        env=home.environment,
        capture_output=True,
        text=True,
    )
    assert done.stderr == ""


def loaded_modules(*words):
    code = (
        "import sys; from homeport.cli import main\n"
        f"try: main.main({list(words)!r})\n"
        "except SystemExit: pass\n"
        "sys.stderr.write(' '.join(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stderr.split())


def test_help_loads_no_command():
    loaded = loaded_modules("--help")
    assert not loaded & {"asyncio", "rich", "cryptography", "uvloop", "homeport.cli.local.up"}


@pytest.mark.parametrize("component", settings.COMPONENTS)
def test_a_component_carries_nothing_of_another(component):
    # An address of nobody, too: https://www.rfc-editor.org/rfc/rfc5737
    nowhere = ("--data", "/proc/nowhere", "--dns-host", "192.0.2.1")
    loaded = loaded_modules("serve", component, *nowhere)
    modules = {name: f"homeport.serve.{name.replace('-', '_')}" for name in settings.COMPONENTS}
    others = {module for name, module in modules.items() if name != component}
    assert modules[component] in loaded
    assert not loaded & others
    assert not loaded & {"rich", "cryptography", "homeport.net.ca"}
