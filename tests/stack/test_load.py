import contextlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from homeport import errors
from homeport.stack import load, names, sources


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    return tmp_path


def read(environ=None, flags=None, toml=None, **options):
    if toml is not None:
        Path("homeport.toml").write_text(toml)
    return load.load(flags or {}, environ or {}, **options)


def problem(*arguments, **options):
    with pytest.raises(errors.SettingsError) as caught:
        read(*arguments, **options)
    return caught.value.what


# Precedence


def test_a_flag_comes_before_the_environment_that_before_the_file_that_before_the_default():
    toml = "[registry]\nport = 3000\n[cloud]\nport = 3001\nquota = '1GiB'"
    environ = {"HOMEPORT_REGISTRY_PORT": "2000", "HOMEPORT_CLOUD_PORT": "2001"}
    chosen = read(environ, {"registry.port": "1000"}, toml).settings
    assert chosen.registry.port == 1000
    assert chosen.cloud.port == 2001
    assert chosen.cloud.quota == 2**30
    assert chosen.registry.memory == 512 * 2**20


def test_localstack_names_come_last_before_the_defaults():
    environ = {"GATEWAY_LISTEN": "0.0.0.0:4000", "DATA_DIR": "/var/lib/localstack"}
    loaded = read(environ, toml="[cloud]\nport = 3001")
    assert loaded.settings.cloud.port == 3001
    assert loaded.settings.cloud.host == "0.0.0.0"
    assert loaded.settings.cloud.folder == Path("/var/lib/localstack")
    assert any("GATEWAY_LISTEN" in note and "HOMEPORT_CLOUD_HOST" in note for note in loaded.notes)
    assert not any("HOMEPORT_CLOUD_PORT" in note for note in loaded.notes)


@pytest.mark.parametrize(
    ("text", "host", "port"),
    [
        ("0.0.0.0:4510", "0.0.0.0", 4510),
        (":4510", "127.0.0.1", 4510),
        ("4510", "127.0.0.1", 4510),
        ("10.0.0.1", "10.0.0.1", 4566),
        ("127.0.0.1:4510,10.0.0.1:80", "127.0.0.1", 4510),
    ],
)
def test_gateway_listen(text, host, port):
    cloud = read({"GATEWAY_LISTEN": text}).settings.cloud
    assert (cloud.host, cloud.port) == (host, port)


def test_the_services_of_the_data_model_are_followed_without_a_word():
    loaded = read({"SERVICES": "s3,sqs,sns,dynamodb,lambda", "PERSISTENCE": "1"})
    assert loaded.settings.cloud.services == ("s3", "sqs", "sns", "dynamodb", "lambda")
    assert not any("does not have" in note for note in loaded.notes)


def test_localstack_values_that_have_no_meaning_here_are_noted():
    loaded = read({"SERVICES": "s3,iam,ec2", "PERSISTENCE": "0", "DEBUG": "app:*"})
    assert loaded.settings.cloud.services == ("s3",)
    assert any("does not have ec2." in note for note in loaded.notes)
    assert any("PERSISTENCE=0" in note for note in loaded.notes)
    assert loaded.settings.log.level == "info"


@pytest.mark.parametrize(
    ("text", "executor"), [("local", "process"), ("docker", "docker"), ("Kubernetes", "kubernetes")]
)
def test_executor_and_keep_alive_of_localstack(text, executor):
    environ = {"LAMBDA_RUNTIME_EXECUTOR": text, "LAMBDA_KEEPALIVE_MS": "600000"}
    functions = read(environ).settings.functions
    assert (functions.executor, functions.idle_s) == (executor, 600)


def test_executor_and_keep_alive_that_mean_nothing_are_noted():
    notes = read({"LAMBDA_RUNTIME_EXECUTOR": "magic", "LAMBDA_KEEPALIVE_MS": "soon"}).notes
    assert [note.partition(" ")[0] for note in notes] == [
        "LAMBDA_RUNTIME_EXECUTOR=magic",
        "LAMBDA_KEEPALIVE_MS=soon",
    ]


def test_debug_and_host_of_localstack():
    chosen = read({"DEBUG": "1", "LOCALSTACK_HOST": "aws.lan:443"}).settings
    assert chosen.log.level == "debug"
    assert chosen.tls.hostnames == ("aws.lan",)


def test_rules_of_the_data_model_that_are_switched_off_are_pointed_out():
    loaded = read({"HOMEPORT_REGISTRY_TLS": "off", "HOMEPORT_REGISTRY_AUTH": "off"})
    assert [note.partition(" (")[0] for note in loaded.notes] == [
        "The registry speaks plain HTTP",
        "The registry lets everyone in",
    ]


# Places


def test_the_data_folder_is_in_the_xdg_data_home(folder):
    assert read({"XDG_DATA_HOME": "/x"}).settings.data == Path("/x/homeport")
    default = folder / "home/.local/share/homeport"
    assert read().settings.data == default
    assert read({"XDG_DATA_HOME": "relative"}).settings.data == default


def test_relative_folders_start_at_the_file_or_where_the_command_is_run(folder):
    (folder / "sub").mkdir()
    (folder / "sub/my.toml").write_text('[cloud]\nfolder = "c"')
    chosen = read({"HOMEPORT_DATA": "d"}, config="sub/my.toml").settings
    assert chosen.cloud.folder == folder / "sub/c"
    assert chosen.data == folder / "d"


def test_the_file_is_named_or_here_or_in_the_config_home(folder):
    assert read().file is None
    config = folder / "home/.config/homeport"
    config.mkdir(parents=True)
    (config / "homeport.toml").write_text("[cloud]\nport = 1")
    assert read().settings.cloud.port == 1
    assert read(toml="[cloud]\nport = 2").settings.cloud.port == 2
    Path("other").write_text("[cloud]\nport = 3")
    assert read({"HOMEPORT_CONFIG": "other"}).settings.cloud.port == 3
    assert read({"HOMEPORT_CONFIG": "nowhere"}, config="other").settings.cloud.port == 3


# Errors


def test_a_wrong_name_in_the_file_is_shown_with_its_line_and_the_nearest():
    said = problem(toml="# mine\n[registry]\n\nprot = 5000\n[clowd]\nport = 1\nhots = 2\n")
    assert (
        "homeport.toml:4: registry.prot: there is no such setting. Did you mean registry.port?"
        in said
    )
    assert "homeport.toml:6: clowd.port" in said
    assert "cloud.port?" in said


def test_a_setting_outside_its_table_is_found():
    assert "Did you mean cloud.verify_signatures?" in problem(toml="verify_signatures = true")


def test_a_wrong_value_is_shown_with_its_line_and_what_is_allowed():
    said = problem(toml="[registry]\nport = 70000\nquota = 'x'\n[log]\nlevel = 'loud'\n")
    assert "homeport.toml:2: registry.port: 70000 is not a port from 1 to 65535." in said
    assert "homeport.toml:3: registry.quota: 'x' is not a size such as \"30GiB\"" in said
    assert "homeport.toml:5: log.level: 'loud' is not one of debug, info, warning, error." in said


def test_all_sources_are_looked_at_before_it_gives_up():
    environ = {"HOMEPORT_REGISTRY_PROT": "1", "HOMEPORT_LOG_LEVEL": "loud"}
    said = problem(environ, {"cloud.port": "x"}, "[cloud]\nqouta = 1")
    assert len(said.splitlines()) == 4
    assert "Did you mean HOMEPORT_REGISTRY_PORT?" in said
    assert "--cloud-port: cloud.port: 'x'" in said
    assert "Did you mean cloud.quota?" in said


def test_the_wrong_one_of_several_services_is_named():
    assert "'s4' is not one of s3, " in problem({"HOMEPORT_CLOUD_SERVICES": "s3,s4"})


def test_variables_that_are_no_settings_are_left_alone():
    environ = dict.fromkeys([*names.GIVEN_VARIABLES, "HOMEPORT_BENCH_DIR", "OTHER"], "")
    assert read(environ).notes == ()


def test_a_password_is_never_shown():
    assert "12345" not in problem(toml="[admin]\npassword = 12345")


@pytest.mark.parametrize(
    ("toml", "wanted"),
    [
        ("a = \n", "homeport.toml: Invalid value (at line 1"),
        ("registry = 5\n", "homeport.toml:1: registry is a table: write [registry]"),
        ("[registry]\nport = 4566\n", "registry.port and cloud.port are both 4566"),
        ("[registry.port]\nx = 1\n", "registry.port"),
        ("[[registry]]\n", "registry is a table"),
    ],
)
def test_files_that_make_no_sense(toml, wanted):
    assert wanted in problem(toml=toml)


def test_a_file_that_is_not_there_or_not_text(folder):
    assert "cannot be read" in problem(config="nowhere.toml")
    (folder / "binary").write_bytes(b"\xff\xfe")
    assert "cannot be read" in problem(config="binary")


@given(text=st.text(max_size=200))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_text_makes_anything_but_settings_or_an_error(folder, text):
    path = folder / "any.toml"
    path.write_text(text, encoding="utf-8", errors="replace")
    with contextlib.suppress(errors.SettingsError):
        load.load({}, {}, config=str(path))


# Handing settings on


def test_a_process_of_the_stack_reads_the_same_settings_from_its_environment():
    toml = (
        "data = '/d'\n[registry]\nquota = 'none'\nfolder = '/r'\n[tls]\nhostnames = []\n"
        "[admin]\npassword = 'secret'\n[cloud]\nservices = ['sqs']\n"
    )
    chosen = read({"DEBUG": "1"}, toml=toml).settings
    environ = load.process_environment(chosen, {"PATH": "/bin", "DEBUG": "1", "HOMEPORT_X": "1"})
    assert environ["PATH"] == "/bin"
    assert not set(environ) & {*sources.LOCALSTACK_VARIABLES, "HOMEPORT_X"}
    assert "secret" not in str(environ)
    again = load.load({}, environ).settings
    assert again.admin.password == ""
    for setting in names.ALL:
        if not setting.is_secret:
            assert setting.of(again) == setting.of(chosen), setting.key


def test_names_of_localstack_mean_nothing_to_the_registry():
    loaded = load.load({"data": "/d"}, {"DATA_DIR": "/x", "PERSISTENCE": "0"}, has_cloud=False)
    assert (loaded.settings.cloud.folder, loaded.notes) == (None, ())
