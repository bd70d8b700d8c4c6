"""Commands that ask a registry which runs, and what they say where it can not be asked."""

import datetime
import socket
import threading

import pytest

from homeport.cli.registry import running
from homeport.net import ca
from homeport.storage.lock import FolderLock


@pytest.fixture
def silent():
    """A port where somebody takes connections and says nothing but what they are told to."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server


def test_a_registry_that_runs_is_asked(stack, until):
    stack.push("a:v1=one", "a:v1=new")
    stack.start(until)
    assert stack.json("usage")["blobs"] == 2
    assert stack.json("gc", "--dry-run", "--grace", "0s", "--untagged", "0s")["manifests"] == 1
    assert "no retention rules" in stack.run("retention")[2]  # two questions, one connection
    code, _, err = stack.run("robots", "remove", "ci")
    assert (code, err) == (1, "error: There is no robot 'ci'.\n")


def test_it_is_asked_over_tls_with_the_certificate_of_its_folder(stack, until, monkeypatch):
    stack.push("a:v1=one")
    now = datetime.datetime.now(datetime.UTC)
    for folder in (stack.where.certificates, stack.home.folder / "other"):
        folder.mkdir()
        ca.ensure(folder, ["registry.example"], now)
    stack.home.environment["HOMEPORT_REGISTRY_TLS"] = "on"
    monkeypatch.setenv("HOMEPORT_REGISTRY_TLS", "on")
    stack.start(until)
    assert stack.json("usage")["tags"] == 1
    # Of a certificate with its chain the first counts: many have one of the same authority.
    chain = stack.home.folder / "other" / "server.crt"
    chain.write_text(chain.read_text() + (stack.where.certificates / "ca.crt").read_text())
    (stack.where.certificates / "ca.crt").unlink()
    monkeypatch.setenv("HOMEPORT_REGISTRY_CERTIFICATE", "other/server.crt")
    monkeypatch.setenv("HOMEPORT_REGISTRY_KEY", "other/server.key")
    code, _, err = stack.run("usage")
    assert (code, "is not the registry of this data folder" in err) == (1, True)


def test_another_registry_does_not_learn_of_it(stack, until, monkeypatch):
    stack.push("a:v1=one")
    stack.start(until)
    stack.where.registry_control.write_text("of another\n")
    code, _, err = stack.run("usage")
    assert (code, "is not the registry of this data folder" in err) == (1, True)


def test_its_secret_is_not_there(stack, until):
    stack.push("a:v1=one")
    stack.start(until)
    stack.where.registry_control.unlink()
    code, _, err = stack.run("usage")
    assert (code, "registry-control is not there" in err) == (1, True)


def test_its_folder_is_held_by_a_process_that_does_not_answer(stack):
    stack.push("a:v1=one")
    stack.where.registry_control.write_text("secret\n")
    with FolderLock(stack.where.registry / "lock"):
        code, _, err = stack.run("usage")
    assert code == 1
    assert "does not answer at http://localhost" in err
    assert "--registry-port" in err


def test_one_that_stops_in_the_middle(stack, silent, monkeypatch):
    stack.push("a:v1=one")
    stack.where.registry_control.write_text("secret\n")
    monkeypatch.setenv("HOMEPORT_REGISTRY_PORT", str(silent.getsockname()[1]))

    def answer():
        connection, _ = silent.accept()
        with connection:
            connection.recv(65_536)
            connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n15\r\n")

    thread = threading.Thread(target=answer)
    thread.start()
    with FolderLock(stack.where.registry / "lock"):
        code, _, err = stack.run("scrub")
    thread.join()
    assert code == 1
    assert "ended too early" in err
    assert "homeport registry usage" in err


class Interrupted:
    """An answer in the middle of which somebody presses Ctrl-C."""

    is_closed = False

    def __iter__(self):
        yield b"{}"
        raise KeyboardInterrupt

    def close(self):
        self.is_closed = True


def test_who_interrupts_it_is_told_that_it_goes_on(capsys):
    response = Interrupted()
    lines = running.Running(None, "", "", "")._lines(response)
    assert next(lines) == b"{}"
    with pytest.raises(KeyboardInterrupt):
        next(lines)
    assert response.is_closed
    assert "goes on" in capsys.readouterr().err


def test_one_that_was_ended_by_force_is_opened(stack, until):
    stack.push("a:v1=one")
    process = stack.start(until)
    process.kill()
    process.communicate()
    assert stack.where.registry_control.exists()
    assert stack.json("usage")["tags"] == 1


def test_there_is_none_yet(stack):
    code, _, err = stack.run("usage")
    assert code == 1
    assert "There is no registry in" in err
    assert "homeport up" in err


def test_none_is_made_by_looking(stack):
    stack.run("gc")
    assert not stack.where.registry.exists()
