"""env, users, logs, words: commands that need no running stack."""

import json
import os
import shutil
import subprocess

import pytest

from homeport.cli import output
from homeport.cli.view import words
from homeport.registry.access import htpasswd


def test_env_is_read_by_a_shell_whatever_the_folder_is_called(home):
    home.environment["HOMEPORT_DATA"] = str(home.folder / 'it\'s a "$HOME" `x`')
    script = (
        home.run("env").stdout
        + 'printf "%s|%s|%s" "$AWS_ENDPOINT_URL" "$AWS_REGION" "$HOMEPORT_CA"'
    )
    done = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=True)
    ca = f"{home.environment['HOMEPORT_DATA']}/certs/ca.crt"
    assert done.stdout == f"http://localhost:{home.cloud_port}|us-east-1|{ca}"


@pytest.mark.parametrize("shell", ["sh", "bash", "dash", "zsh"])
def test_env_gives_the_endpoint_to_every_aws_and_a_flag_of_the_user_s_comes_last(home, shell):
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed here")
    aws = home.folder / "aws"
    aws.write_text('#!/bin/sh\necho "$# $*"\n')
    aws.chmod(0o755)
    script = home.run("env").stdout + "aws s3 'a b'\nunset AWS_ENDPOINT_URL\naws s3 ls\n"
    environment = {"PATH": f"{home.folder}:{os.environ['PATH']}"}
    done = subprocess.run(
        [shell, "-c", script], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout == f"3 --endpoint-url=http://localhost:{home.cloud_port} s3 a b\n2 s3 ls\n"


def test_env_of_the_fish(home):
    home.environment["HOMEPORT_DATA"] = "/it's"
    out = home.run("env", "--shell", "fish").stdout
    assert "set -gx HOMEPORT_CA '/it\\'s/certs/ca.crt'\n" in out
    if fish := shutil.which("fish"):
        assert (
            subprocess.run([fish, "--no-execute"], input=out, text=True, check=False).returncode
            == 0
        )


def test_env_follows_the_settings_and_what_it_prints_is_no_wrong_setting(home):
    lines = home.run("env", "--cloud-host", "10.0.0.1", "--registry-port", "7000").stdout
    assert f"AWS_ENDPOINT_URL=http://10.0.0.1:{home.cloud_port}\n" in lines
    assert "HOMEPORT_REGISTRY=localhost:7000\n" in lines
    home.environment |= {"HOMEPORT_REGISTRY": "localhost:7000", "HOMEPORT_CA": "/x"}
    assert home.run("env").returncode == 0


# Users


def users(home, *given, **options):
    done = home.run("users", *given, **options)
    return done.returncode, done.stdout, done.stderr


def test_users_are_added_listed_and_removed(home):
    assert "no users yet" in users(home, "list")[2]
    assert users(home, "add", "ann", "--password-stdin", input="secret\n")[0] == 0
    assert users(home, "add", "bob", "--password-stdin", input="other")[2] == "bob can log in.\n"
    assert users(home, "list")[1] == "ann\nbob\n"
    assert users(home, "remove", "ann")[0] == 0
    assert json.loads(users(home, "list", "-o", "json")[1]) == ["bob"]
    known = htpasswd.read(home.data / "auth/htpasswd")
    assert htpasswd.verify(known, "bob", b"other")


def test_a_password_is_made_up_and_can_be_changed(home):
    password = users(home, "add", "ann", "--generate")[1].strip()
    assert len(password) == 20
    file = home.data / "auth/htpasswd"
    assert htpasswd.verify(htpasswd.read(file), "ann", password.encode())
    code, _, err = users(home, "add", "ann", "--password-stdin", input="new")
    assert (code, err) == (0, "ann has a new password.\n")
    assert htpasswd.verify(htpasswd.read(file), "ann", b"new")


def test_the_admin_s_new_password_is_written_down(home):
    users(home, "add", "admin", "--password-stdin", input="changed")
    file = home.data / "auth/admin-password"
    assert file.read_text() == "changed\n"
    assert file.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("given", "text", "wanted"),
    [
        (["remove", "nobody"], "", "There is no user 'nobody'"),
        (["add", "a:b", "--password-stdin"], "x", "can not be a user name"),
        (["add", "a", "--password-stdin"], "", "The password can not be used"),
        (["add", "a"], "", "There is no terminal to ask"),
    ],
)
def test_users_that_cannot_be(home, given, text, wanted):
    code, out, err = users(home, *given, input=text)
    assert (code, out) == (1, "")
    assert wanted in err


# Logs


def test_logs_before_the_first_start(home):
    done = home.run("logs")
    assert done.returncode == 1
    assert "homeport up" in done.stderr


def test_logs_show_the_last_lines_of_each(home):
    logs = home.data / "logs"
    logs.mkdir(parents=True)
    (logs / "cloud.log.1").write_text("one\ntwo\n")
    (logs / "cloud.log").write_text("three\n")
    (logs / "registry.log").write_text("other\n")
    assert home.run("logs", "cloud", "-n", "2").stdout == "two\nthree\n"
    assert home.run("logs").stdout == (
        "registry    | other\ncloud       | one\ncloud       | two\ncloud       | three\n"
    )


def test_logs_are_followed_through_being_set_aside(home):
    logs = home.data / "logs"
    logs.mkdir(parents=True)
    log = logs / "cloud.log"
    log.write_text("one\n")
    process = home.start("logs", "cloud", "-f")
    assert process.stdout.readline() == "one\n"
    with log.open("a") as file:
        file.write("two\n")
        file.flush()
        assert process.stdout.readline() == "two\n"
        log.rename(logs / "cloud.log.1")
        file.write("late\n")
    log.write_text("three\n")
    assert process.stdout.readline() == "late\n"
    assert process.stdout.readline() == "three\n"


# Words


def test_durations():
    said = [words.duration(s) for s in (-1, 0.4, 59, 60, 3600, 7500, 86_400, 200_000)]
    assert said == ["0 s", "0 s", "59 s", "1 min", "1 h", "2 h 5 min", "1 day", "2 days 7 h"]


def test_sizes():
    assert [words.size(n) for n in (None, 0, 32 * 2**20, 3 * 2**29)] == [
        "-",
        "0 MiB",
        "32 MiB",
        "1.5 GiB",
    ]


def test_paths(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", "/home/ann")
    assert words.path(tmp_path.__class__("/home/ann/my data")) == "~/'my data'"
    assert words.path(tmp_path.__class__("/home/annex")) == "/home/annex"


def test_a_table():
    assert output.table(["a", "b"], [["long", "x"], ["y", ""]]) == "A     B\nlong  x\ny"
