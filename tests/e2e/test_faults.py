"""What goes wrong on a real machine gets a clear error with the next step, and loses nothing."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time

import botocore.config
import botocore.exceptions
import harness
import pytest

pytestmark = pytest.mark.e2e


def up(stack, *arguments, **environment):
    """`homeport up` that is expected to fail at once; its words."""
    done = subprocess.run(
        [sys.executable, "-m", "homeport", "up", *arguments],
        env={**stack.environment, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        start_new_session=True,
    )
    assert done.returncode in (1, 2), done
    assert "Traceback" not in done.stderr + done.stdout
    return done.stdout + done.stderr


@pytest.fixture
def stopped(tmp_path):
    """A stack that has not been started."""
    return harness.Stack(tmp_path / "data")


@contextlib.contextmanager
def listening(port):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port))
        taken.listen()
        yield


def test_a_port_in_use_is_named_with_the_setting(stopped):
    with listening(stopped.cloud_port):
        words = up(stopped)
    assert str(stopped.cloud_port) in words
    assert "HOMEPORT_CLOUD_PORT" in words or "--cloud-port" in words


def test_a_second_up_names_the_first(stack):
    words = up(stack)
    assert str(stack.process.pid) in words
    assert "homeport down" in words or "homeport status" in words
    assert stack.is_ready()


def test_a_wrong_setting_is_named_with_its_line_and_the_nearest(stopped, tmp_path):
    (tmp_path / "homeport.toml").write_text("[registry]\nport = 5000\n\n[cloud]\nprot = 4566\n")
    words = up(stopped, "--config", str(tmp_path / "homeport.toml"))
    assert "5" in words
    assert "port" in words
    assert "prot" in words


def test_a_wrong_variable_is_named(stopped):
    assert "HOMEPORT_CLOUD_PORT" in up(stopped, HOMEPORT_CLOUD_PROT="1")


def test_a_broken_certificate_is_not_written_over(stack):
    stack.down()
    certificate = stack.data / "certs" / "server.crt"
    certificate.write_text("broken")
    words = up(stack)
    assert "server.crt" in words
    assert certificate.read_text() == "broken"


def test_an_unreadable_data_folder(stopped):
    stopped.data.mkdir(mode=0o700)
    if os.geteuid() == 0:
        stopped.data.rmdir()
        stopped.data.write_text("a file where the folder should be")
        assert str(stopped.data) in up(stopped)
    else:
        stopped.data.chmod(0)
        assert str(stopped.data) in up(stopped)
        stopped.data.chmod(0o700)


MALFORMED = [
    b"\x00\x01\x02\x03\r\n\r\n",
    b"GET\r\n\r\n",
    b"GET / HTTP/9.9\r\n\r\n",
    b"GET / HTTP/1.1\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
    b"PUT /b/k HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
    b"PUT /b/k HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\nhello",
    b"PUT /b/k HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n0\r\n\r\n",
    b'POST / HTTP/1.1\r\nHost: x\r\nX-Amz-Target: AmazonSQS.SendMessage\r\nContent-Length: 9\r\n\r\n{"a":[[[[',
    b"POST / HTTP/1.1\r\nHost: x\r\nX-Amz-Target: AmazonSQS.Nothing\r\nContent-Length: 2\r\n\r\n{}",
    b"POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 8\r\n\r\n%%%&Act=",
    b"POST /b?delete HTTP/1.1\r\nHost: x\r\nContent-Length: 20\r\n\r\n<!DOCTYPE a><a><b/> ",
    b"GET /%ff%fe/../../etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /b/k HTTP/1.1\r\nHost: x\r\nAuthorization: AWS4-HMAC-SHA256 Credential=/////\r\n\r\n",
    b"GET /b/k?X-Amz-Expires=abc&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Date=1 HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /v2/../x/manifests/latest HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: x\r\n" + b"A: b\r\n" * 5000 + b"\r\n",
    b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    b"\x16\x03\x01\x00\x05hello",
]


@pytest.mark.parametrize("request_bytes", MALFORMED, ids=lambda data: repr(data[:24]))
def test_a_malformed_request_gets_an_answer_or_is_cut_off_and_ends_nothing(
    shared_stack, request_bytes
):
    before = {name: row["pid"] for name, row in shared_stack.status().items()}
    with socket.create_connection(("127.0.0.1", shared_stack.cloud_port), timeout=30) as connection:
        with contextlib.suppress(ConnectionError):
            connection.sendall(request_bytes)
            connection.shutdown(socket.SHUT_WR)
        answer = b""
        with contextlib.suppress(ConnectionError):
            while data := connection.recv(65536):
                answer += data
    assert not answer.startswith(b"HTTP/1.1 2")
    assert not answer.startswith(b"HTTP/1.1 500")
    assert {name: row["pid"] for name, row in shared_stack.status().items()} == before


@pytest.fixture
def tiny_disk(tmp_path):
    """A disk of 112 MiB, of which 64 must stay free."""
    folder = tmp_path / "tiny"
    folder.mkdir()
    mount = harness.tool("mount")
    done = harness.run(mount, "-t", "tmpfs", "-o", "size=112m", "tmpfs", folder, check=False)
    if done.returncode != 0:
        pytest.skip(f"a small disk cannot be mounted here: {done.stderr.strip()}")
    yield folder
    harness.run(harness.tool("umount"), "-l", folder)


def client(stack):
    return stack.client("s3", retries={"total_max_attempts": 1})


def fill(s3):
    """Puts objects until the disk is full; the keys that were acknowledged and the error that ended it."""
    keys = []
    for number in range(100):
        try:
            s3.put_object(Bucket="full", Key=f"{number}", Body=bytes([number]) * 2_000_000)
        except botocore.exceptions.ClientError as error:
            return keys, error.response
        keys.append(f"{number}")
    raise AssertionError("the disk took 200 MB")


def put_small(s3):
    for number in range(1000):
        s3.put_object(Bucket="full", Key=f"small-{number}", Body=b"x" * 8000)


def test_a_full_disk_refuses_writes_loses_nothing_and_goes_on_when_there_is_room(tiny_disk):
    with harness.Stack(tiny_disk / "data").running() as stack:
        s3 = client(stack)
        s3.create_bucket(Bucket="full")
        keys, response = fill(s3)
        assert response["ResponseMetadata"]["HTTPStatusCode"] in (500, 503, 507)
        assert "full" in response["Error"]["Message"] or "free" in response["Error"]["Message"]
        listed = [row["Key"] for row in s3.list_objects_v2(Bucket="full").get("Contents", [])]
        assert sorted(listed) == sorted(keys)
        for key in keys:
            assert (
                s3.get_object(Bucket="full", Key=key)["Body"].read()
                == bytes([int(key)]) * 2_000_000
            )
        filler = tiny_disk / "filler"
        with contextlib.suppress(OSError), filler.open("wb", buffering=0) as file:
            while file.write(bytes(4096)):
                pass
        with pytest.raises(botocore.exceptions.ClientError):
            put_small(s3)
        assert s3.get_object(Bucket="full", Key=keys[0])["Body"].read() == bytes([0]) * 2_000_000
        filler.unlink()
        for key in keys:
            s3.delete_object(Bucket="full", Key=key)
        put_once_there_is_room(s3)


def put_once_there_is_room(s3):
    """The free space of a disk is looked up once a second at most, so what others free is seen a moment later."""
    for _ in range(30):
        with contextlib.suppress(botocore.exceptions.ClientError):
            return s3.put_object(Bucket="full", Key="again", Body=b"x" * 2_000_000)
        time.sleep(0.1)
    return s3.put_object(Bucket="full", Key="again", Body=b"x" * 2_000_000)


def test_ctrl_c_leaves_nothing_running(stack):
    pids = [row["pid"] for row in stack.status().values()]
    os.killpg(stack.process.pid, signal.SIGINT)
    stack.process.wait(20)
    assert [pid for pid in pids if alive(pid)] == []


def alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
