"""homeport render: for kubectl, and for the eyes."""

import base64
import json
import os
import pty
import subprocess
import sys

import pytest
import yaml

from homeport.registry.access import htpasswd

COST = 4


class Shell:
    """Runs `homeport render` in a folder of its own."""

    def __init__(self, folder):
        self.folder = folder
        self.users = folder / "data/kubernetes/homeport/htpasswd"
        self.environment = {"HOMEPORT_DATA": str(folder / "data"), "PATH": os.environ["PATH"]}

    def run(self, *words):
        command = [sys.executable, "-P", "-m", "homeport", "render", *words]
        return subprocess.run(
            command,
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def objects(self, *words):
        done = self.run(*words)
        assert done.returncode == 0, done.stderr
        return list(yaml.safe_load_all(done.stdout))

    def add_user(self):
        self.users.parent.mkdir(parents=True)
        htpasswd.add(self.users, "ada", "secret", COST)


@pytest.fixture
def shell(tmp_path):
    return Shell(tmp_path)


def secret(objects):
    (found,) = [obj for obj in objects if obj["kind"] == "Secret"]
    return found["data"]["htpasswd"]


def test_a_pipe_gets_all(shell):
    shell.add_user()
    text = base64.b64decode(secret(shell.objects())).decode()
    assert text == shell.users.read_text()


def test_objects_come_in_the_order_in_which_they_are_applied(shell):
    kinds = [obj["kind"] for obj in shell.objects()]
    assert kinds[0] == "Namespace"
    assert kinds.index("ConfigMap") < kinds.index("Deployment") < kinds.index("IngressRoute")


def test_json_is_one_list(shell):
    found = json.loads(shell.run("-o", "json").stdout)
    assert (found["apiVersion"], found["kind"]) == ("v1", "List")
    assert found["items"] == shell.objects()


def test_secrets_can_be_hidden(shell):
    shell.add_user()
    assert secret(shell.objects("--no-show-secrets")) == "***"
    assert "--show-secrets" in shell.run("--no-show-secrets").stderr


@pytest.mark.parametrize(("words", "is_hidden"), [([], True), (["--show-secrets"], False)])
def test_a_terminal_is_shown_secrets_only_when_that_is_asked_for(shell, words, is_hidden):
    shell.add_user()
    shown = terminal(shell, *words)
    assert ("htpasswd: '***'" in shown) is is_hidden
    assert ("htpasswd: YWRh" in shown) is not is_hidden


def terminal(shell, *words):
    ours, theirs = pty.openpty()
    command = [sys.executable, "-P", "-m", "homeport", "render", "--component", "registry", *words]
    running = subprocess.Popen(
        command, cwd=shell.folder, env=shell.environment, stdout=theirs, stderr=subprocess.DEVNULL
    )
    os.close(theirs)
    parts = []
    try:
        while part := os.read(ours, 65536):
            parts.append(part)
    except OSError:
        pass  # Linux says so when the other end is closed: https://man7.org/linux/man-pages/man4/pts.4.html
    os.close(ours)
    assert running.wait() == 0
    return b"".join(parts).decode()


def test_without_users_it_says_what_is_missing(shell):
    done = shell.run()
    assert "registry-auth" in done.stderr
    assert "homeport apply" in done.stderr
    assert all(obj["kind"] != "Secret" for obj in yaml.safe_load_all(done.stdout))


def test_without_passwords_no_users_are_missed(shell):
    assert "users" not in shell.run("--registry-auth", "off").stderr


def test_lines_of_other_kinds_are_no_users(shell):
    file = shell.folder / "htpasswd"
    file.write_text("ada:$apr1$x$y\n")
    done = shell.run("--registry-htpasswd", str(file))
    assert "There are no users" in done.stderr
    assert "apr1" not in done.stdout


@pytest.mark.parametrize(
    ("component", "namespaces", "deployments"),
    [
        ("registry", ["registry"], ["registry"]),
        ("registry-ui", ["registry"], ["registry-ui"]),
        ("cloud", ["localstack"], ["localstack"]),
    ],
)
def test_one_component(shell, component, namespaces, deployments):
    found = shell.objects("--component", component)
    names = {
        kind: [obj["metadata"]["name"] for obj in found if obj["kind"] == kind]
        for kind in ("Namespace", "Deployment", "ClusterIssuer")
    }
    assert (names["Namespace"], names["Deployment"]) == (namespaces, deployments)
    assert len(names["ClusterIssuer"]) == 2


def test_what_cannot_be_deployed_is_said(shell):
    done = shell.run("--registry-tokens", "true")
    assert (done.returncode, done.stdout) == (1, "")
    assert 'Write registry.engine = "builtin"' in done.stderr


def test_the_help_has_the_settings_of_the_cluster(shell):
    text = shell.run("--help").stdout
    assert "--kubernetes-storage-class" in text
    assert "--show-secrets" in text
    assert "kubectl apply --server-side -f -" in text
