"""Both engines follow what their pods are given: Debian's docker-registry, which is registry v2, and Homeport's own."""

import base64
import contextlib
import http.client
import http.server
import json
import os
import queue
import shutil
import socket
import subprocess
import sys
import threading

import bcrypt
import pytest
from tests.targets.kubernetes.objects import stacks

from homeport.targets.kubernetes.objects import render

pytestmark = pytest.mark.e2e

WAIT_S, POLL_S = 30, 0.1
ENGINES = ["upstream", "builtin"]


def line(user, password):
    return f"{user}:{bcrypt.hashpw(password.encode(), bcrypt.gensalt(4)).decode()}\n"


class Told(http.server.BaseHTTPRequestHandler):
    """Takes events."""

    def log_message(self, *_):
        """Says nothing."""

    def do_POST(self):
        """200."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.told.put((self.headers["Authorization"], json.loads(body)))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()


@pytest.fixture
def listener():
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Told) as server:
        server.told = queue.Queue()
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


class Pod:
    """The container of the registry as a process, with its mounts as folders of a test."""

    def __init__(self, folder, given):
        self.rendered = stacks.Rendered(given, render.Material(line("ada", "secret")))
        self.folder = folder
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self.port = probe.getsockname()[1]
        self.users = folder / "auth/htpasswd"
        for path in (self.users, folder / "registry/x", folder / "config.yml"):
            path.parent.mkdir(exist_ok=True)
        self.users.write_text(self.rendered.secret("registry-auth")["htpasswd"])
        config = self.rendered("ConfigMap", "registry-config")["data"]["config.yml"]
        (folder / "config.yml").write_text(self.here(config))

    def here(self, text):
        """Paths and port of the pod, as they are here."""
        for there, here in (
            ("/etc/docker/registry/config.yml", self.folder / "config.yml"),
            ("/var/lib/registry", self.folder / "registry"),
            ("/auth/htpasswd", self.users),
            (":5000", f"127.0.0.1:{self.port}"),
        ):
            text = text.replace(there, str(here))
        return text

    def environment(self):
        made = self.rendered.container("registry").get("env", ())
        secrets = self.rendered.secret("registry-settings")
        found = {e["name"]: self.here(e.get("value") or secrets[e["name"]]) for e in made}
        return {"PATH": os.environ["PATH"], "HOME": str(self.folder)} | found

    def command(self):
        words = [self.here(word) for word in self.rendered.container("registry")["args"]]
        if words[0] == "serve":
            return [sys.executable, "-P", "-m", "homeport", *words]
        # What the entry point of the image does: https://github.com/distribution/distribution-library-image
        return [shutil.which("docker-registry"), "serve", *words]

    def ask(self, method, path, login="", body=b""):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=WAIT_S)
        given = {"Authorization": f"Basic {base64.b64encode(login.encode()).decode()}"}
        connection.request(method, path, body, given if login else {})
        answer = connection.getresponse()
        answer.read()
        connection.close()
        return answer

    def status(self, path, login=""):
        return self.ask("GET", path, login).status

    def wait(self, path, status, login=""):
        """Asks until the answer is the one that a kubelet, or a user, waits for."""
        pause, seen = threading.Event(), None
        for _ in range(int(WAIT_S / POLL_S)):
            with contextlib.suppress(OSError):
                seen = self.status(path, login)
            if seen == status:
                return
            pause.wait(POLL_S)
        raise AssertionError((path, seen, (self.folder / "log").read_text()[-3000:]))

    def path(self, probe):
        return self.rendered.container("registry")[probe]["httpGet"]["path"]


@pytest.fixture
def pod(request, tmp_path, listener):
    engine = request.param
    if engine == "upstream" and shutil.which("docker-registry") is None:
        pytest.skip("needs Debian's docker-registry")
    hook = {
        "name": "a",
        "url": f"http://127.0.0.1:{listener.server_address[1]}",
        "headers": {"Authorization": ["Bearer s3cret"]},
        "actions": ["push"],
    }
    made = Pod(tmp_path, {"registry.engine": engine, "registry.webhooks": json.dumps([hook])})
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(
            made.command(), env=made.environment(), cwd="/", stdout=log, stderr=subprocess.STDOUT
        )
    made.told = listener.told
    try:
        made.wait(made.path("startupProbe"), 200)
        yield made
    finally:
        process.terminate()
        process.wait(WAIT_S)


@pytest.mark.parametrize("pod", ENGINES, indirect=True)
def test_a_kubelet_needs_no_password_and_everyone_else_does(pod):
    assert pod.status(pod.path("readinessProbe")) == 200
    assert pod.status(pod.path("livenessProbe")) == 200
    assert pod.status("/v2/") == 401
    assert pod.status("/v2/", "ada:wrong") == 401
    assert pod.status("/v2/", "ada:secret") == 200


@pytest.mark.parametrize("pod", ENGINES, indirect=True)
def test_another_user_needs_no_restart(pod):
    new = pod.users.with_name("..data")
    new.write_text(line("bob", "other"))
    new.replace(pod.users)
    pod.wait("/v2/", 200, "bob:other")
    assert pod.status("/v2/", "ada:secret") == 401


@pytest.mark.parametrize("pod", ENGINES, indirect=True)
def test_an_upload_goes_on_where_it_began(pod):
    answer = pod.ask("POST", "/v2/team/app/blobs/uploads/", "ada:secret")
    assert (answer.status, answer.headers["Location"][:9]) == (202, "/v2/team/")


@pytest.mark.parametrize("pod", ENGINES, indirect=True)
def test_webhooks_come_by_the_secret(pod):
    location = pod.ask("POST", "/v2/team/app/blobs/uploads/", "ada:secret").headers["Location"]
    mark = "&" if "?" in location else "?"
    digest = "sha256:2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"
    put = pod.ask("PUT", f"{location}{mark}digest={digest}", "ada:secret", b"hello")
    login, event = pod.told.get(timeout=WAIT_S)
    assert (put.status, login) == (201, "Bearer s3cret")
    assert event["events"][0]["action"] == "push"
