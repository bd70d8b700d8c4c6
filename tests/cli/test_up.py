"""The whole stack, started and stopped as a person does."""

import os
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from base64 import b64encode
from pathlib import Path

import pytest

from homeport.registry.access import htpasswd


def group_of(session):
    listed = subprocess.run(
        ["ps", "-s", str(session), "-o", "pid=,stat="], capture_output=True, text=True, check=False
    )
    return [line for line in listed.stdout.splitlines() if " Z" not in line]


def login(home, password):
    """The status of the registry's base for the admin."""
    trust = ssl.create_default_context(cafile=home.data / "certs/ca.crt")
    request = urllib.request.Request(f"https://localhost:{home.registry_port}/v2/")
    request.add_header("Authorization", "Basic " + b64encode(f"admin:{password}".encode()).decode())
    try:
        with urllib.request.urlopen(request, context=trust) as response:
            return response.status
    except urllib.error.HTTPError as error:
        with error:
            return error.code


def health(home):
    url = f"http://localhost:{home.cloud_port}/_localstack/health"
    with urllib.request.urlopen(url) as response:
        return response.status


def password_of(home):
    return (home.data / "auth/admin-password").read_text().strip()


def assert_nothing_runs(home, pids, until):
    until(lambda: not any(group_of(pid) for pid in pids), "the end of all processes")
    assert home.status() == {"running": False, "components": []}
    assert home.run("status").returncode == 1


def test_the_first_start_shows_all_that_is_needed(home, until):
    process = home.up()
    assert login(home, password_of(home)) == 200
    assert login(home, "wrong") == 401
    assert health(home) == 200
    pids = home.pids()
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=20)
    assert (process.returncode, err) == (0, "")
    assert f"admin, password {password_of(home)} " in out
    assert f"docker login localhost:{home.registry_port} -u admin" in out
    assert 'eval "$(' in out
    assert "registry     stopped" in out
    assert_nothing_runs(home, pids, until)


def test_secrets_are_for_their_owner_only(home):
    home.up()
    for name in ("auth/admin-password", "auth/htpasswd", "certs/ca.key", "certs/server.key"):
        assert (home.data / name).stat().st_mode & 0o077 == 0, name
    assert home.data.stat().st_mode & 0o077 == 0
    shown = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout
    assert password_of(home) not in shown


def test_users_certificates_and_data_survive_a_restart(home):
    home.up()
    password = password_of(home)
    certificates = {path.name: path.read_bytes() for path in (home.data / "certs").iterdir()}
    home.run("users", "add", "ann", "--password-stdin", input="secret")
    home.run("down")
    process = home.up()
    assert login(home, password) == 200
    assert htpasswd.users(home.data / "auth/htpasswd") == ["admin", "ann"]
    assert {p.name: p.read_bytes() for p in (home.data / "certs").iterdir()} == certificates
    process.send_signal(signal.SIGTERM)
    assert password not in process.communicate(timeout=20)[0]


def test_the_password_can_be_given(home):
    home.environment["HOMEPORT_ADMIN_PASSWORD"] = "my own"
    process = home.up()
    assert login(home, "my own") == 200
    environ = [Path(f"/proc/{pid}/environ").read_text() for pid in home.pids()]
    assert not any("my own" in text for text in environ)
    home.run("down")
    assert "my own" not in "".join(process.communicate(timeout=20))
    home.environment["HOMEPORT_ADMIN_PASSWORD"] = "another"
    home.up()
    assert login(home, "another") == 200
    assert login(home, "my own") == 401


def test_a_component_that_dies_is_started_again_and_the_other_goes_on(home, until):
    home.up()
    before = home.rows()
    os.kill(before["cloud"]["pid"], signal.SIGKILL)
    until(lambda: home.rows()["cloud"]["restarts"] == 1 and home.is_ready(), "the restart")
    after = home.rows()
    assert after["cloud"]["pid"] != before["cloud"]["pid"]
    assert after["registry"] == {**before["registry"], "memory": after["registry"]["memory"]}
    assert health(home) == 200


def test_a_second_up_is_refused_and_says_who_and_what_helps(home):
    process = home.up()
    second = home.run("up")
    assert second.returncode == 1
    assert f"(process {process.pid})" in second.stderr
    assert "homeport status" in second.stderr
    assert "homeport down" in second.stderr
    assert home.is_ready()


def test_two_stacks_run_side_by_side(home, tmp_path):
    other = type(home)(tmp_path / "other")
    other.folder.mkdir()
    try:
        home.up()
        other.up()
        assert health(home) == health(other) == 200
        other.run("down")
        assert health(home) == 200
    finally:
        other.clean()


def test_the_end_of_the_supervisor_is_the_end_of_its_components(home, until):
    process = home.up()
    pids = home.pids()
    process.kill()
    assert_nothing_runs(home, pids, until)
    home.up()
    assert health(home) == 200


def test_in_the_background(home, until):
    done = home.run("up", "--detach")
    assert done.returncode == 0, done.stderr
    assert home.is_ready()
    assert "docker login" in done.stdout
    assert f"password {password_of(home)}" in done.stdout
    assert "(ready)" not in done.stdout
    pids = [*home.pids(), home.status()["pid"]]
    assert "cloud       | " in home.run("logs").stdout
    assert home.run("status").stdout.splitlines()[0].split() == [
        "COMPONENT", "STATE", "URL", "SINCE", "MEMORY", "RESTARTS",
    ]  # fmt: skip
    assert "has stopped" in home.run("down").stderr
    assert_nothing_runs(home, pids, until)
    assert home.run("down").returncode == 0


def test_one_component_only(home):
    home.up("--only", "cloud")
    assert list(home.rows()) == ["cloud"]
    assert health(home) == 200


def test_a_log_goes_on_after_it_was_set_aside(home, until):
    home.environment["HOMEPORT_LOG_SIZE"] = "2KiB"
    home.up("--only", "cloud")
    logs = home.data / "logs"
    for _ in range(100):
        health(home)
    until((logs / "cloud.log.1").exists, "the old log")
    pid = home.pids()[0]
    health(home)
    until(lambda: "/_localstack/health" in (logs / "cloud.log").read_text(), "the new log")
    assert home.pids() == [pid]


def test_a_component_that_takes_too_much_memory_is_started_anew(home, until):
    home.environment["HOMEPORT_CLOUD_MEMORY"] = "1MiB"
    home.up()
    until(lambda: home.rows()["cloud"]["restarts"] >= 1, "the restart")
    assert "1 MiB are allowed" in home.rows()["cloud"]["problem"]
    assert home.rows()["registry"]["restarts"] == 0


# What a machine can be like


def refused(home, *words):
    done = home.run("up", *words)
    assert done.returncode == 1, done.stdout
    assert "Traceback" not in done.stderr
    assert home.status()["running"] is False
    return done.stderr


@pytest.mark.parametrize("words", [[], ["--detach"]])
def test_a_port_in_use(home, words):
    with socket.create_server(("127.0.0.1", home.cloud_port)):
        said = refused(home, *words)
    assert str(home.cloud_port) in said
    assert "--cloud-port" in said


@pytest.mark.parametrize("words", [[], ["--detach"]])
def test_a_broken_certificate(home, words):
    home.up()
    home.run("down")
    (home.data / "certs/server.key").write_text("broken")
    said = refused(home, *words)
    assert "server.key is not a private key" in said
    assert "Remove server.crt and server.key" in said
    (home.data / "certs/server.key").unlink()
    (home.data / "certs/server.crt").unlink()
    home.up()


def test_a_broken_database(home):
    home.up()
    home.run("down")
    (home.data / "cloud/sqs.db").write_bytes(b"no database" * 1000)
    assert "sqs.db" in refused(home)


def test_a_data_folder_that_is_a_file(home):
    home.data.write_text("")
    assert str(home.data) in refused(home)


NOBODY = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]


@pytest.fixture
def nobody(home):
    """A home whose commands are run by an ordinary user."""
    command = [*NOBODY, "test", "-x", sys.executable]
    if os.getuid() != 0 or shutil.which("setpriv") is None:
        pytest.skip("only root can become another user")
    if subprocess.run(command, check=False).returncode != 0:
        pytest.skip(f"{sys.executable} is closed to other users")
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        made = type(home)(Path(folder) / "home")
        made.folder.mkdir()
        os.chown(made.folder, 65534, 65534)
        made.prefix = NOBODY
        yield made
        made.clean()


def test_an_ordinary_user(nobody, until):
    process = nobody.up()
    pids = nobody.pids()
    assert {Path(f"/proc/{pid}").stat().st_uid for pid in pids} == {65534}
    assert login(nobody, password_of(nobody)) == 200
    process.send_signal(signal.SIGINT)
    assert process.wait(20) == 0
    assert_nothing_runs(nobody, pids, until)


def test_a_data_folder_of_another_user(nobody):
    nobody.data.mkdir(mode=0o700)
    done = nobody.run("up")
    assert done.returncode == 1
    assert "Permission denied" in done.stderr
    assert "--data" in done.stderr
    nobody.data.chmod(0o755)
    nobody.data.rmdir()


def test_a_full_disk(home):
    home.data.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(home.data)]
    if os.getuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        pytest.skip("only root can mount a small disk")
    try:
        (home.data / "filler").write_bytes(b"x" * 48 * 1024)
        assert "full" in refused(home)
    finally:
        subprocess.run(["umount", str(home.data)], check=True)


# The console


def test_the_console_is_there_beside_the_others(home):
    process = home.with_console().up()
    url = f"https://localhost:{home.ui_port}"
    assert home.rows()["registry-ui"]["url"] == url
    trust = ssl.create_default_context(cafile=home.data / "certs/ca.crt")
    with urllib.request.urlopen(f"{url}/", context=trust) as page:
        assert page.url == f"{url}/login"
    assert "registry-ui is ready" in home.run("logs", "registry-ui").stdout
    verified = home.run("verify", "--rule", "ingress-certificates")
    assert (verified.returncode, "1 passed" in verified.stdout) == (0, True), verified.stdout
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=20)
    assert (process.returncode, err) == (0, "")
    assert f"Open in a browser: {url}" in out


def test_the_stack_goes_on_without_its_console(home):
    home.with_console().environment["HOMEPORT_UI_MEMORY"] = "none"
    del home.environment["HOMEPORT_UI_PORT"]
    home.environment["HOMEPORT_UI_HOST"] = "203.0.113.1"  # an address of no machine
    done = home.run("up", "--detach")
    assert done.returncode == 0, done.stderr
    assert "The stack goes without its web console: port 5080 of 203.0.113.1" in done.stderr
    assert set(home.rows()) == {"registry", "cloud"}
    assert "browser" not in done.stdout


def test_a_console_that_dies_is_started_again_and_the_others_go_on(home, until):
    home.with_console().up()
    before = home.rows()
    os.kill(before["registry-ui"]["pid"], signal.SIGKILL)
    until(lambda: home.rows()["registry-ui"]["restarts"] == 1 and home.is_ready(), "the restart")
    after = home.rows()
    assert [after[name]["pid"] for name in ("registry", "cloud")] == [
        before[name]["pid"] for name in ("registry", "cloud")
    ]
