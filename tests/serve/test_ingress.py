"""The ingress as a process: it starts the real Traefik, ends with it, and leaves nothing behind."""

import os
import signal
import socket
import stat
import subprocess
from pathlib import Path

import pytest
from tests.serve import standing
from tests.stack.rules import serving

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    """A stack that no test changes."""
    with standing.standing(tmp_path_factory.mktemp("shared")) as made:
        yield made


@pytest.fixture
def stack(tmp_path):
    """A stack of the test's own, of which nothing runs yet."""
    made = standing.Standing(tmp_path)
    yield made
    made.stop()


def refused(stack):
    """What it says that cannot be started."""
    done = subprocess.run(
        stack.command("ingress"),
        env=stack.whole_environment(),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    return done.stderr


def is_alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"


def test_the_components_are_there_under_their_names(shared):
    hosts = shared.chosen.hosts
    assert shared.ask(hosts.registry, "/livez").status == 200
    assert '"services"' in shared.ask(hosts.cloud, "/_localstack/health").text
    assert shared.ask(f"bucket.{hosts.cloud}", "/key").status == 404


def test_nothing_is_served_in_plain(shared):
    host = shared.chosen.hosts.registry
    with socket.create_connection(("127.0.0.1", shared.plain_port)) as raw:
        raw.sendall(f"GET /v2/?a=b HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
        answer = raw.makefile().read()
    assert answer.startswith("HTTP/1.1 301 ")
    assert f"Location: https://{host}:{shared.port}/v2/?a=b\n" in answer


def test_its_files_are_for_their_owner_only(shared):
    where = shared.where
    for folder in (where.ingress, where.ingress_configuration):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        for path in folder.iterdir():
            assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_traefik_gets_next_to_nothing_of_this_machine(shared):
    pid = shared.traefik_pid()
    variables = Path(f"/proc/{pid}/environ").read_text().split("\0")
    names = {variable.partition("=")[0] for variable in variables if variable}
    assert names <= {"PATH", "HOME", "TZ"}
    words = Path(f"/proc/{pid}/cmdline").read_text().split("\0")[1:-1]
    assert words == [f"--configFile={shared.where.ingress_configuration}/traefik.yml"]


def test_traefik_listens_on_its_two_ports_and_nowhere_else(shared):
    pid = shared.traefik_pid()
    links = [str(fd.readlink()) for fd in Path(f"/proc/{pid}/fd").iterdir()]
    rows = [
        line.split()
        for table in ("tcp", "tcp6")
        for line in Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]
    ]
    listening = {row[1] for row in rows if row[3] == "0A" and f"socket:[{row[9]}]" in links}
    ports = {int(address.partition(":")[2], 16) for address in listening}
    assert ports == {shared.port, shared.plain_port}
    assert all(address.startswith("0100007F:") for address in listening)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_in_order_and_traefik_with_it(stack, number):
    stack.start_all()
    pid, process = stack.traefik_pid(), stack.processes.pop("ingress")
    process.send_signal(number)
    assert process.wait(20) == 0
    assert not is_alive(pid)
    assert not (stack.where.ingress_configuration / "routes.yml").exists()


def test_traefik_ends_with_it_however_it_ends(stack):
    stack.start_all()
    pid, process = stack.traefik_pid(), stack.processes.pop("ingress")
    process.kill()
    process.wait(20)
    standing.until(lambda: not is_alive(pid), "the end of Traefik")


def test_it_ends_with_traefik_and_says_why(stack):
    stack.start_all()
    pid, process = stack.traefik_pid(), stack.processes.pop("ingress")
    os.kill(pid, signal.SIGKILL)
    assert process.wait(20) == 1
    assert "error: Traefik has ended by SIGKILL" in stack.log


@pytest.mark.parametrize("setting", ["port", "plain_port"])
def test_a_port_that_is_taken(stack, setting):
    port = getattr(stack, setting)
    with socket.create_server(("127.0.0.1", port)):
        said = refused(stack)
    assert f"cannot listen on port {port} of 127.0.0.1: " in said
    assert f"(pid {os.getpid()}) has it." in said
    assert f"ss -ltnp 'sport = :{port}'" in said
    assert f"ingress.{setting} chooses another port" in said


def test_a_traefik_that_is_not_there(stack):
    stack.configured(HOMEPORT_INGRESS_TRAEFIK="/nowhere/traefik")
    said = refused(stack)
    assert "/nowhere/traefik is no program that can be run." in said
    assert "ingress.enabled = false goes without" in said


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"\x7fELF of another machine", "Traefik has ended with exit code"),
        (b"#!/nowhere/interpreter", "could not be started: No such file or directory."),
        (b"#!/bin/sh\necho broken >&2\nexit 3\n", "Traefik has ended with exit code 3"),
    ],
    ids=["other", "incomplete", "broken"],
)
def test_a_traefik_that_is_broken(stack, content, why):
    path = stack.folder / "traefik"
    path.write_bytes(content)
    path.chmod(0o700)
    stack.configured(HOMEPORT_INGRESS_TRAEFIK=str(path))
    assert why in refused(stack)


def test_a_configuration_that_cannot_be_written(stack):
    stack.where.ingress_configuration.parent.mkdir(exist_ok=True)
    stack.where.ingress_configuration.write_text("in the way")
    assert f"The folder {stack.where.ingress_configuration} cannot be used" in refused(stack)


def test_a_certificate_that_is_not_there(stack):
    (stack.where.certificates / "server.crt").unlink()
    assert "server.crt is not there." in refused(stack)


def test_its_log_goes_on_in_a_new_file(stack):
    log = stack.folder / "given.log"
    stack.start("registry", "cloud")
    process = subprocess.Popen(
        [*stack.command("ingress"), "--log-file", str(log)], env=stack.whole_environment()
    )
    stack.processes["ingress"] = process
    standing.until(lambda: serving.listens(stack.port), "the ingress")
    process.send_signal(signal.SIGHUP)
    standing.until(log.exists, "the new file")
    os.kill(stack.traefik_pid(), signal.SIGTERM)
    assert process.wait(20) == 1
    stack.processes.pop("ingress")
    assert "INFO traefik: Shutting down" in log.read_text()
