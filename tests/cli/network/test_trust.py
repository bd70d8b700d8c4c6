"""homeport trust: what is shown, asked, done and said. Only stores of the test's own home are written."""

from __future__ import annotations

import datetime
import fcntl
import json
import os
import pty
import shutil
import subprocess
import sys

import pytest
from tests.net.trust import cas

from homeport.net import ca

NOW = datetime.datetime.now(datetime.UTC)
PROFILE = ".mozilla/firefox/a.default"


@pytest.fixture
def stack(home):
    """A home with the CA of a stack, and a profile of Firefox."""
    if shutil.which("certutil") is None:
        pytest.skip("certutil is not installed here")
    (home.data / "certs").mkdir(parents=True)
    ca.ensure(home.data / "certs", ["localhost"], NOW)
    profile = home.folder / PROFILE
    profile.mkdir(parents=True)
    words = ["certutil", "-N", "-d", f"sql:{profile}", "--empty-password"]
    subprocess.run(words, check=True, capture_output=True)
    return home


def entries(home):
    words = ["certutil", "-L", "-d", f"sql:{home.folder / PROFILE}"]
    said = subprocess.run(words, check=True, capture_output=True, text=True).stdout
    return [line.split()[0] for line in said.splitlines() if line.startswith("homeport-")]


def trust(home, *words, **options):
    return home.run("trust", "--store", "firefox", *words, **options)


def fingerprint(home):
    words = ["openssl", "x509", "-noout", "-fingerprint", "-sha256", "-in"]
    done = subprocess.run(
        [*words, home.data / "certs/ca.crt"], check=True, capture_output=True, text=True
    )
    return done.stdout.strip().partition("=")[2]


def test_comes_and_goes(stack):
    done = trust(stack, "-y")
    assert (done.returncode, len(entries(stack))) == (0, 1), done.stderr
    assert f"SHA-256 {fingerprint(stack)}" in done.stdout
    assert "firefox  ~/.mozilla/firefox/a.default  added" in done.stdout
    assert "restart it" in done.stderr
    again = trust(stack, "-y")
    assert "trusted already" in again.stdout
    assert "Nothing was changed." in again.stderr
    assert "removed" in trust(stack, "--undo", "-y").stdout
    assert entries(stack) == []
    assert trust(stack, "--undo", "-y").returncode == 0


def test_shows_and_changes_nothing(stack):
    done = trust(stack, "--show")
    assert done.returncode == 0
    assert "to be added" in done.stdout
    line = next(line for line in done.stdout.splitlines() if " -A " in line)
    assert entries(stack) == []
    # What is shown can be typed.
    shown = line.removeprefix("  run").replace("~", str(stack.folder))
    subprocess.run(["sh", "-c", shown], check=True)
    assert len(entries(stack)) == 1
    assert "trusted already" in trust(stack, "--show").stdout


def test_files_are_shown_with_what_changes_in_them(stack):
    done = stack.run("trust", "--store", "containerd", "--show")
    if "skipped" in done.stdout:
        pytest.skip("containerd is not installed here")
    assert f'+server = "https://localhost:{stack.registry_port}"' in done.stdout
    assert "hosts.toml" in done.stdout


def test_nobody_agrees_by_a_pipe(stack):
    done = trust(stack, input="y\n")
    assert done.returncode == 1
    assert "no terminal to ask on" in done.stderr
    assert entries(stack) == []


def on_a_terminal(home, typed, *words):
    """The exit code, where a person types that."""
    leader, follower = pty.openpty()
    command = [sys.executable, "-m", "homeport", "trust", "--store", "firefox", *words]
    process = subprocess.Popen(
        command,
        stdin=follower,
        stdout=subprocess.DEVNULL,
        stderr=follower,
        env=home.environment,
        cwd=home.folder,
    )
    os.close(follower)
    with os.fdopen(leader, "r+b", buffering=0) as terminal:
        said = b""
        while b"[y/N] " not in said:
            said += terminal.read(1000)
        terminal.write(typed)
        return process.wait(30), said.decode()


@pytest.mark.parametrize(
    ("typed", "code", "count"), [(b"y\n", 0, 1), (b"\n", 1, 0), (b"no\n", 1, 0)]
)
def test_a_person_is_asked(stack, typed, code, count):
    found, said = on_a_terminal(stack, typed)
    assert "Have this CA trusted in 1 place?" in said
    assert (found, len(entries(stack))) == (code, count)


def test_as_json(stack):
    done = json.loads(trust(stack, "-y", "-o", "json").stdout)
    assert done["fingerprint"] == fingerprint(stack)
    assert done["entry"] == entries(stack)[0]
    (place,) = done["places"]
    assert (place["store"], place["state"]) == ("firefox", "done")
    assert place["steps"][0]["run"][1] == "-A"
    shown = json.loads(trust(stack, "--undo", "--show", "-o", "json").stdout)
    assert shown["undo"] is True
    assert shown["places"][0]["state"] == "todo"


def test_a_new_ca_of_the_same_stack_takes_the_place_of_the_old_one(stack):
    trust(stack, "-y")
    first = entries(stack)
    shutil.rmtree(stack.data / "certs")
    (stack.data / "certs").mkdir()
    ca.ensure(stack.data / "certs", ["localhost"], NOW)
    assert "added" in trust(stack, "-y").stdout
    assert entries(stack) == first


def test_undone_when_the_data_folder_is_gone(stack):
    trust(stack, "-y")
    shutil.rmtree(stack.data)
    done = trust(stack, "--undo", "-y")
    assert "The CA is gone" in done.stdout
    assert entries(stack) == []


def test_a_file_stands_for_itself(stack):
    file = stack.folder / "corporate.pem"
    file.write_bytes(cas.pem("Corporate CA", "Corporation", ends=20_000))
    trust(stack, "-y")
    trust(stack, "-y", "--ca-file", "corporate.pem")
    assert len(entries(stack)) == 2
    trust(stack, "-y", "--ca-file", "corporate.pem", "--undo")
    assert len(entries(stack)) == 1


def test_one_at_a_time(stack):
    descriptor = os.open(stack.folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH)
        done = trust(stack, "-y")
    finally:
        os.close(descriptor)
    assert done.returncode == 1
    assert "Another homeport trust is at work" in done.stderr


def test_there_is_no_ca_yet(home):
    done = home.run("trust")
    assert done.returncode == 1
    assert "homeport up makes it" in done.stderr


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"hello", "no certificate"),
        (cas.pem(is_ca=False), "not the certificate of a CA"),
        (cas.pem(begins=-20_000, ends=-10_000), "no longer valid"),
        (cas.pem(begins=10_000, ends=20_000), "valid from"),
    ],
)
def test_what_is_refused(stack, content, why):
    (stack.folder / "x").write_bytes(content)
    done = trust(stack, "-y", "--ca-file", "x")
    assert (done.returncode, entries(stack)) == (1, [])
    assert why in done.stderr


def test_an_expired_one_can_be_undone(stack):
    (stack.folder / "x").write_bytes(cas.pem(begins=-20_000, ends=-10_000))
    assert trust(stack, "--undo", "-y", "--ca-file", "x").returncode == 0


def test_your_own_certificate_is_somebody_elses_ca(home):
    for name in ("c.pem", "k.pem"):
        (home.folder / name).write_text("")
    words = (
        "--tls-certificate",
        str(home.folder / "c.pem"),
        "--tls-key",
        str(home.folder / "k.pem"),
    )
    done = home.run("trust", *words)
    assert done.returncode == 1
    assert "--ca-file" in done.stderr


def test_a_store_that_does_not_exist(home):
    done = home.run("trust", "--store", "firefux")
    assert done.returncode == 2
    assert "firefox" in done.stderr


def test_a_named_store_that_is_not_there_is_no_success(stack):
    shutil.rmtree(stack.folder / ".mozilla")
    done = trust(stack, "-y")
    assert done.returncode == 1
    assert "skipped" in done.stdout


def test_the_certificate_itself(stack):
    done = stack.run("trust", "--pem")
    assert done.stdout == (stack.data / "certs/ca.crt").read_text()


def test_by_hand(stack):
    said = stack.run(
        "trust", "--print", "--ingress-enabled", "true", "--ingress-port", "8443"
    ).stdout
    file = stack.data / "certs/ca.crt"
    assert fingerprint(stack) in said
    for wanted in ("Windows", "Android", "iOS", "Fedora", f"REQUESTS_CA_BUNDLE={file}"):
        assert wanted in said
    assert "/etc/docker/certs.d/registry.homelab.local:8443/ca.crt" in said
    assert f"/etc/docker/certs.d/localhost:{stack.registry_port}/ca.crt" in said
    assert "PRIVATE KEY" not in said
