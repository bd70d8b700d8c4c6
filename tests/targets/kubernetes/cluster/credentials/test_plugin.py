"""Credential plugins: real programs, run as the kubeconfig says."""

import json
import os
import pty
import sys
import threading
import time
from pathlib import Path

import pytest

from homeport.targets.kubernetes.cluster import errors
from homeport.targets.kubernetes.cluster.credentials import running
from homeport.targets.kubernetes.cluster.credentials.plugin import Plugin
from homeport.targets.kubernetes.cluster.credentials.program import Program

V1 = "client.authentication.k8s.io/v1"
NOW = 1_700_000_000.0
END = "2023-11-14T23:13:20Z"
"""An hour after NOW."""


def credential(version=V1, **status):
    return json.dumps({"apiVersion": version, "kind": "ExecCredential", "status": status})


class Script:
    """A program that prints, in a folder where it notes that it ran."""

    def __init__(self, folder):
        self.folder = folder
        self.path = folder / "login"

    def print(self, output, *, code=0, before=""):
        (self.folder / "output").write_text(output)
        self.path.write_text(
            f"#!/bin/sh\ncd {self.folder}\necho ran >>runs\n{before}\ncat output\nexit {code}\n"
        )
        self.path.chmod(0o700)
        return self

    def plugin(self, **changes):
        options = {"command": str(self.path), "api_version": V1, "interactive": "Never"}
        return Plugin(Program(**options | changes), "dev", os.environ)

    @property
    def runs(self):
        return len((self.folder / "runs").read_text().splitlines())


@pytest.fixture
def script(tmp_path):
    return Script(tmp_path)


def test_a_token_is_kept_as_long_as_it_holds(script):
    plugin = script.print(credential(token="one", expirationTimestamp=END)).plugin()
    assert plugin.present(NOW).authorization == "Bearer one"
    script.print(credential(token="two", expirationTimestamp=END))
    assert plugin.present(NOW + 3589).authorization == "Bearer one"
    assert plugin.present(NOW + 3591).authorization == "Bearer two"
    assert script.runs == 2


def test_a_token_without_an_end_is_kept_until_it_is_refused(script):
    plugin = script.print(credential(token="one")).plugin()
    first = plugin.present(NOW)
    assert plugin.present(NOW + 1e9) == first
    script.print(credential(token="two"))
    assert plugin.renew(first, NOW)
    assert plugin.present(NOW).authorization == "Bearer two"


def test_the_same_again_is_nothing_new(script):
    plugin = script.print(credential(token="one")).plugin()
    assert not plugin.renew(plugin.present(NOW), NOW)
    assert script.runs == 2


def test_threads_that_are_refused_run_it_once(script):
    plugin = script.print(credential(token="one")).plugin()
    first = plugin.present(NOW)
    script.print(credential(token="two"))
    threads = [threading.Thread(target=plugin.renew, args=(first, NOW)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert script.runs == 2


def test_a_certificate(script):
    output = credential(clientCertificateData="cert", clientKeyData="key")
    shown = script.print(output).plugin().present(NOW)
    assert (shown.pair.certificate, shown.pair.key, shown.authorization) == (b"cert", b"key", "")


def test_what_it_is_told(script):
    tell = 'echo "$KUBERNETES_EXEC_INFO" >info; echo "$MINE:$1:$2" >told; cat >input'
    script.print(credential(token="t"), before=tell)
    arguments, environment = ("a b", "$(c)"), (("MINE", "x"),)
    cluster = {"server": "https://a:6443", "config": {"audience": "lab"}}
    script.plugin(arguments=arguments, environment=environment, cluster=cluster).present(NOW)
    assert json.loads((script.folder / "info").read_text()) == {
        "kind": "ExecCredential",
        "apiVersion": V1,
        "spec": {"interactive": False, "cluster": cluster},
    }
    assert (script.folder / "told").read_text() == "x:a b:$(c)\n"
    assert (script.folder / "input").read_text() == ""


def test_it_is_not_told_our_passwords(script, monkeypatch):
    monkeypatch.setenv("HOMEPORT_ADMIN_PASSWORD", "hush hush")
    monkeypatch.setenv("LAB_PROFILE", "mine")
    script.print(credential(token="t"), before="env >told").plugin().present(NOW)
    told = (script.folder / "told").read_text()
    assert ("hush" in told, "LAB_PROFILE=mine" in told) == (False, True)


def test_it_is_not_told_of_the_cluster_unless_it_asks(script):
    script.print(credential(token="t"), before='echo "$KUBERNETES_EXEC_INFO" >info')
    script.plugin().present(NOW)
    assert json.loads((script.folder / "info").read_text())["spec"] == {"interactive": False}


def test_what_it_says_beside_is_for_a_person(script, capfd):
    script.print(credential(token="t"), before="echo open this page >&2").plugin().present(NOW)
    assert capfd.readouterr() == ("", "open this page\n")


@pytest.mark.parametrize(
    ("output", "what"),
    [
        ("s3cret", "did not print an ExecCredential"),
        ("[]", "did not print an ExecCredential"),
        ('{"kind": "Status"}', "did not print an ExecCredential"),
        (credential("client.authentication.k8s.io/v1beta1", token="s3cret"), "in another version"),
        (json.dumps({"kind": "ExecCredential", "apiVersion": V1}), "without a status"),
        (credential(), "neither a token nor a certificate"),
        (credential(token=5), "a token that is not text"),
        (credential(token="s3cret\n\nx"), "spaces or other signs"),
        (credential(clientCertificateData="s3cret"), "a certificate or a key, and not both"),
        (credential(token="s3cret", expirationTimestamp="soon"), "expirationTimestamp that is no"),
    ],
)
def test_what_is_no_credential(script, output, what):
    with pytest.raises(errors.Unconfigured, match=what) as caught:
        script.print(output).plugin().present(NOW)
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize("version", [V1, "client.authentication.k8s.io/v1beta1"])
def test_both_versions(script, version):
    plugin = script.print(credential(version, token="t")).plugin(api_version=version)
    assert plugin.present(NOW).authorization == "Bearer t"


@pytest.mark.parametrize("stamp", [END, "2023-11-14T23:13:20.123456789Z", "2023-11-15T00:13:20+01:00"])  # fmt: skip
def test_ways_to_write_a_time(script, stamp):
    plugin = script.print(credential(token="t", expirationTimestamp=stamp)).plugin()
    plugin.present(NOW)
    plugin.present(NOW + 3580)
    assert script.runs == 1
    plugin.present(NOW + 3595)
    assert script.runs == 2


def test_one_that_fails_is_named_without_its_arguments(script):
    plugin = script.print("", code=3).plugin(arguments=("--secret=s3cret",))
    with pytest.raises(errors.Unauthorized, match=r"failed \(exit code 3\)") as caught:
        plugin.present(NOW)
    assert "Log in again with login" in caught.value.hint
    assert "s3cret" not in str(caught.value) + repr(caught.value)


@pytest.mark.parametrize(
    ("hint", "told"), [("brew install x", "brew install x"), ("", "Install it.")]
)
def test_one_that_is_missing_says_how_to_have_it(script, hint, told):
    with pytest.raises(errors.Unconfigured, match="is not there") as caught:
        script.plugin(command="no-such-login", install_hint=hint).present(NOW)
    assert caught.value.hint == told


def test_one_that_may_not_be_run(script):
    script.print("").path.chmod(0o600)
    with pytest.raises(errors.Unconfigured, match="can not be run"):
        script.plugin().present(NOW)


def test_one_that_must_ask_and_can_not(script):
    with pytest.raises(errors.Unauthorized, match="there is no terminal"):
        script.print(credential(token="t")).plugin(interactive="Always").present(NOW)


def test_one_that_takes_for_ever_ends_with_all_that_it_started(script):
    script.print("", before="sleep 600 & echo $! >child; wait")
    program = Program(str(script.path), api_version=V1, interactive="Never")
    with pytest.raises(errors.Unauthorized, match="gave no answer in 1 s"):
        running.run(program, os.environ, timeout_s=1)
    assert not _is_running(int((script.folder / "child").read_text()))


def _is_running(process, deadline_s=5.0):
    """Whether it still is; one that was killed is a zombie until somebody reaps it."""
    end = time.monotonic() + deadline_s
    while time.monotonic() < end:
        try:
            state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
        except FileNotFoundError:
            return False
        if state == "Z":
            return False
    return True


def test_one_that_answers_without_end(script):
    script.print("", before="head -c 2000000 /dev/zero")
    with pytest.raises(errors.Unauthorized, match="more than a credential can be"):
        script.plugin().present(NOW)


def test_what_is_known_of_it_shows_no_secret(script):
    program = Program("login", ("s3cret",), (("A", "s3cret"),), cluster={"x": "s3cret"})
    assert "s3cret" not in repr(program)
    assert "Log in again" not in script.plugin().advice(NOW)
    assert "log in again with login" in script.plugin().advice(NOW)


@pytest.mark.parametrize("mode", ["IfAvailable", "Always"])
def test_one_that_asks_a_person_has_the_terminal(script, mode, monkeypatch):
    ours, theirs = pty.openpty()
    script.print(credential(token="t"), before='echo "$KUBERNETES_EXEC_INFO" >info; read -r word; echo "$word" >said')  # fmt: skip
    monkeypatch.setattr(sys, "stdin", os.fdopen(theirs, "r"))
    kept = os.dup(0)
    os.dup2(theirs, 0)
    try:
        os.write(ours, b"hello\n")
        assert script.plugin(interactive=mode).present(NOW).authorization == "Bearer t"
    finally:
        os.dup2(kept, 0)
        for each in (kept, ours):
            os.close(each)
        sys.stdin.close()
    assert (script.folder / "said").read_text() == "hello\n"
    assert json.loads((script.folder / "info").read_text())["spec"] == {"interactive": True}
