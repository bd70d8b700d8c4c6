"""A function that looks for secrets of the stack, of this machine and of other functions, and finds none."""

from __future__ import annotations

import os
import tempfile
import textwrap
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import harness
import pytest
from tests.e2e.functions import deployed

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]
SECRETS = {
    "the environment of the stack": harness.PASSWORD,
    "a stored secret": "stored-secret-of-somebody",
    "code of another function": "secret-in-the-code-of-another",
    "variables of another function": "secret-in-variables-of-another",
    "a file of another function": "secret-in-the-folder-of-another",
    "a file of this machine": "secret-in-a-file-of-this-machine",
}
OWN = "what-it-wrote-itself"

SEARCH = """
    import os, sys

    # Programs and their libraries, and what no reader comes to the end of.
    SKIPPED = ("/usr", "/lib", "/bin", "/sbin", "/sys", "/dev", sys.base_prefix)
    ENDLESS = {"kmsg", "kcore", "mem", "clear_refs", "pagemap", "trace_pipe"}

    def files(top):
        for folder, folders, names in os.walk(top):
            if folder.startswith(SKIPPED):
                folders.clear()
                continue
            if folder == "/proc/self" or "/task/" in folder:
                folders.clear()
            yield from (os.path.join(folder, name) for name in names if name not in ENDLESS)

    def readable(path):
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        except OSError:
            return b""
        try:
            return os.read(descriptor, 2_000_000)
        except OSError:
            return b""
        finally:
            os.close(descriptor)

    def search(top, backwards):
        # They come backwards, so that the search does not find itself.
        wanted = [text[::-1].encode() for text in backwards]
        found = []
        for path in files(top):
            data = readable(path)
            found += [[path, word.decode()] for word in wanted if word in data]
        return found

    def handler(event, context):
        with open("/tmp/own", "w") as file:
            file.write(event["own"][::-1])
        return search(event["top"], [*event["words"], event["own"]])
    """
ATTEMPT = """
    import ctypes, os, socket

    def attempt(code):
        try:
            return str(eval(code))[:80]
        except Exception as error:
            return type(error).__name__

    def handler(event, context):
        return {code: attempt(code) for code in event}
    """
ANOTHER = """
    import time
    NOTE = "secret-in-the-code-of-another"

    def handler(event, context):
        with open("/tmp/own", "w") as file:
            file.write("secret-in-the-folder-of-another")
        time.sleep(event)
        return NOTE
    """


@pytest.fixture(scope="module")
def confined(shared_stack):
    """The stack; skipped, visibly, where the kernel gives functions no namespaces, which the stack then says."""
    deployed.deploy(shared_stack, "attempt", ATTEMPT)
    deployed.invoke(shared_stack, "attempt", [])
    if not deployed.has_namespaces(shared_stack):
        pytest.skip("this kernel gives functions no namespaces")
    return shared_stack


@pytest.fixture(scope="module")
def another(confined):
    """A function that runs beside the one that looks around."""
    variables = {"OWN": SECRETS["variables of another function"]}
    deployed.deploy(confined, "another", ANOTHER, Timeout=60, variables=variables)
    deployed.invoke(confined, "another", 0)
    return "another"


def test_no_secret_is_in_anything_that_can_be_read(confined, another, tmp_path):
    (tmp_path / "open").write_text(SECRETS["a file of this machine"])
    (tmp_path / "open").chmod(0o644)
    confined.client("secretsmanager").create_secret(
        Name="somebody", SecretString=SECRETS["a stored secret"]
    )
    deployed.deploy(confined, "search", SEARCH, Timeout=60, MemorySize=512)
    words = [text[::-1] for text in SECRETS.values()]
    event = {"top": "/", "words": words, "own": OWN[::-1]}
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(deployed.invoke, confined, another, 3)
        found = deployed.invoke(confined, "search", event)
        running.result()
    assert found == [["/tmp/own", OWN]]


def test_the_search_finds_what_is_there(confined):
    """The same search outside of a function, in the data folder: the secrets are there to be found."""
    space = {}
    exec(textwrap.dedent(SEARCH), space)
    confined.client("secretsmanager").create_secret(Name="found", SecretString="to-be-found")
    found = space["search"](str(confined.data), ["to-be-found"[::-1]])
    assert found


def attempts(stack, *codes):
    return deployed.invoke(stack, "attempt", list(codes))


def test_files_of_the_stack_and_of_this_machine_are_not_there(confined):
    own = [confined.data, confined.ca, confined.ca.with_suffix(".key"), Path(__file__)]
    own += list((confined.data / "auth").iterdir())
    machine = ["/etc/shadow", "/root/.ssh", "/home", "/var/log", "/var/lib", "/etc/machine-id"]
    sockets = ["/var/run/docker.sock", "/run/docker.sock", "/run/containerd/containerd.sock"]
    rooms = list(Path(tempfile.gettempdir()).glob("homeport-functions-*"))
    assert rooms
    assert all(path.exists() for path in own)
    codes = [f"os.lstat({str(path)!r})" for path in (*own, *machine, *sockets, *rooms)]
    assert set(attempts(confined, *codes).values()) == {"FileNotFoundError"}


def test_processes_of_the_stack_are_out_of_sight(confined, another):
    pids = [confined.status()["cloud"]["pid"], confined.process.pid, os.getpid()]
    codes = [f"os.kill({pid}, 0)" for pid in pids]
    codes += [f"open('/proc/{pid}/environ').read()" for pid in pids]
    told = attempts(confined, *codes, "sorted(p for p in os.listdir('/proc') if p.isdigit())")
    assert told.popitem()[1] in ("['1', '2']", "['1', '2', '3']")
    assert set(told.values()) <= {"ProcessLookupError", "FileNotFoundError"}


def test_sockets_of_the_stack_cannot_be_opened_by_name(confined):
    with Path("/proc/net/unix").open() as file:
        names = {line.split()[7] for line in file if len(line.split()) > 7}
    kind = "socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)"
    paths = [name for name in sorted(names) if name.startswith("/") and Path(name).exists()][:50]
    codes = [f"{kind}.connect({name!r})" for name in (*paths, "/var/run/docker.sock")]
    assert set(attempts(confined, *codes).values()) <= {"FileNotFoundError"}


def test_it_has_no_rights_to_get_out(confined):
    codes = [
        "os.setuid(0)",
        "os.chroot('/tmp')",
        "open('/proc/1/root/etc/passwd').read()",
        "open('/proc/1/environ').read()",
        "os.mknod('/tmp/disk', 0o60600, os.makedev(8, 0))",
        "socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 3)",
    ]
    assert set(attempts(confined, *codes).values()) <= {"PermissionError", "OSError"}
    told = attempts(confined, "ctypes.CDLL(None).unshare(0x10000000)", "sorted(os.environ)")
    assert told["ctypes.CDLL(None).unshare(0x10000000)"] == "-1"
    assert "HOMEPORT" not in told["sorted(os.environ)"]


THIEF = """
    import http.client

    PATH = "/2018-06-01/runtime/invocation"

    def ask(port, method, path, body=None):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=1)
        try:
            connection.request(method, path, body)
            answer = connection.getresponse()
            return [answer.status, answer.read().decode()]
        except (OSError, http.client.HTTPException) as error:
            return [0, type(error).__name__]
        finally:
            connection.close()

    def handler(event, context):
        answer = f"{PATH}/{event['request']}/response"
        return {
            port: [ask(port, "GET", f"{PATH}/next"), ask(port, "POST", answer, '"stolen"')]
            for port in event["ports"]
        }
    """
VICTIM = """
    import boto3, os, time

    def handler(event, context):
        port = os.environ["AWS_LAMBDA_RUNTIME_API"].rpartition(":")[2]
        text = f"{port} {context.aws_request_id}"
        boto3.client("sqs").send_message(QueueUrl=os.environ["QUEUE"], MessageBody=text)
        time.sleep(event["seconds"])
        return event
    """


def test_events_of_another_function_cannot_be_taken_or_answered(confined):
    """The Runtime API of each environment is a port of this machine; it speaks with its own processes only."""
    url, _ = deployed.queue(confined, "victim")
    deployed.deploy(confined, "thief", THIEF, Timeout=60)
    deployed.deploy(confined, "victim", VICTIM, Timeout=60, variables={"QUEUE": url})
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(deployed.invoke, confined, "victim", {"seconds": 2})
        port, request = deployed.messages(confined, url, 1)[0].split()
        told = deployed.invoke(confined, "thief", {"ports": [int(port)], "request": request})
        assert running.result() == {"seconds": 2}
    (taken, faked), *_ = told.values()
    assert (taken[0], faked[0]) == (0, 0)
    assert deployed.invoke(confined, "victim", {"seconds": 0}) == {"seconds": 0}
