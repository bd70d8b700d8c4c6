"""The process that terraform starts, by its handshake."""

import base64
import os
import signal
import socket
import ssl
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography import x509

from homeport.tofu import certificate, serving

WAIT_S = 30


@pytest.fixture
def process(tmp_path):
    environ = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "TMPDIR": str(tmp_path)}
    made = subprocess.Popen(
        [sys.executable, "-m", "homeport", "tofu", "serve"],
        env=environ | dict([serving.COOKIE]),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    yield made
    made.kill()
    made.communicate()


def handshake(process):
    line = process.stdout.readline().strip()
    core, app, network, path, kind, encoded = line.split("|")
    assert (core, app, network, kind) == ("1", "6", "unix", "grpc")
    return Path(path), base64.b64decode(encoded + "=" * (-len(encoded) % 4))


def test_the_handshake_names_a_socket_for_its_owner_only(process):
    path, der = handshake(process)
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    with socket.socket(socket.AF_UNIX) as plain:
        plain.connect(str(path))
        context = ssl.create_default_context(cadata=ssl.DER_cert_to_PEM_cert(der))
        context.set_alpn_protocols(["h2"])
        with context.wrap_socket(plain, server_hostname="localhost") as secured:
            assert secured.getpeercert(binary_form=True) == der


def test_ctrl_c_of_the_terminal_does_not_end_it_and_sigterm_does(process, tmp_path):
    path, _ = handshake(process)
    process.send_signal(signal.SIGINT)
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(1)
    process.terminate()
    assert process.wait(WAIT_S) == 0
    assert not path.parent.exists()


def test_a_person_is_told_what_it_is(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "homeport", "tofu", "serve"],
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path)},
        capture_output=True,
        check=False,
        text=True,
        timeout=WAIT_S,
    )
    assert done.returncode == 1
    assert "homeport tofu install" in done.stderr


def test_without_a_place_for_its_socket_terraform_shows_why(tmp_path):
    gone = str(tmp_path / "gone")
    done = subprocess.run(
        [sys.executable, "-m", "homeport", "tofu", "serve"],
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path), "PLUGIN_UNIX_SOCKET_DIR": gone}
        | dict([serving.COOKIE]),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        text=True,
        timeout=WAIT_S,
    )
    (line,) = done.stdout.splitlines()
    assert "cannot make a folder for its socket" in line
    assert "Set TMPDIR" in line


def test_whoever_started_it_is_gone_and_so_is_it(tmp_path):
    environ = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)} | dict([serving.COOKIE])
    command = f"{sys.executable} -m homeport tofu serve & sleep 2"
    with subprocess.Popen(
        ["/bin/sh", "-c", command], env=environ, stdout=subprocess.PIPE, text=True
    ) as shell:
        assert shell.stdout.readline().startswith("1|6|")
        shell.kill()
        assert shell.stdout.read() == ""  # the pipe ends with the last process that holds it


def test_a_socket_in_a_folder_far_down_is_put_elsewhere(tmp_path):
    deep = tmp_path / ("d" * 100)
    deep.mkdir()
    found = serving._folder({"PLUGIN_UNIX_SOCKET_DIR": str(deep)})
    assert len(str(found)) <= 100
    assert list(deep.iterdir()) == []
    found.rmdir()


def test_a_certificate_is_of_its_time_and_of_nobody_else():
    one, two = certificate.made(1_700_000_000), certificate.made(1_700_000_000)
    found = x509.load_der_x509_certificate(one.der)
    assert found.not_valid_before_utc.timestamp() < 1_700_000_000
    assert found.not_valid_after_utc.timestamp() > 1_700_000_000 + 86_400
    assert one.key != two.key
