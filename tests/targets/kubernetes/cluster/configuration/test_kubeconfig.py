"""Which files are read, what they come to together, and which context is meant."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.targets.kubernetes.cluster.files import CA, CERTIFIED, CLUSTER, PAIR, config, text

from homeport.targets.kubernetes.cluster import errors

NOW = 1_700_000_000.0


def refusal(call, *given, **named):
    with pytest.raises(errors.Unconfigured) as caught:
        call(*given, **named)
    return caught.value


def servers(home, *names):
    """Files whose clusters say which file they are of."""
    return [
        home.write(config(name, {"server": f"https://{name}:6443"}), f"{name}.yaml")
        for name in names
    ]


def test_all_that_a_file_says(home):
    content = config()
    content["contexts"][0]["context"]["namespace"] = "registry"
    path = home.write(content)
    access = home.load()
    assert (access.context, access.user, access.namespace) == ("lab", "lab", "registry")
    assert (access.server, access.source) == ("https://10.0.0.2:6443", str(path))
    assert access.trust.authority == CA.decode()
    assert access.trust.is_verified
    shown = access.credentials.present(NOW)
    assert (shown.pair.certificate, shown.pair.key) == (PAIR.certificate_pem, PAIR.key_pem)
    assert access.notes == ()


def test_the_file_that_is_named_goes_before_all_others(home):
    named, listed = servers(home, "named", "listed")
    home.environ["KUBECONFIG"] = str(listed)
    home.write(config("usual"))
    assert home.load(named).context == "named"
    assert home.load().context == "listed"
    del home.environ["KUBECONFIG"]
    assert home.load().context == "usual"


def test_several_files_are_one_and_the_first_wins(home):
    one, two = servers(home, "one", "two")
    mixed = config("one", {"server": "https://never:1"}) | {"current-context": "two"}
    mixed["contexts"].append({"name": "mixed", "context": {"cluster": "two", "user": "one"}})
    three = home.write(mixed, "three.yaml")
    home.environ["KUBECONFIG"] = os.pathsep.join(map(str, ["/missing", one, "", two, three]))
    assert home.load().server == "https://one:6443"
    assert home.load(context="mixed").server == "https://two:6443"
    assert home.load(context="mixed").user == "one"
    assert home.load().source == f"{one}, {two}, {three}"


def test_kubectl_understands_the_same(home):
    one, two = servers(home, "one", "two")
    home.environ["KUBECONFIG"] = os.pathsep.join(map(str, [one, two]))
    command = [
        "kubectl",
        "config",
        "view",
        "--minify",
        "-o",
        "jsonpath={.clusters[0].cluster.server}",
    ]
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    for context in ("one", "two"):
        seen = subprocess.run(
            [*command, "--context", context],
            env=home.environ | {"PATH": path},
            capture_output=True,
            text=True,
            check=True,
        )
        assert home.load(context=context).server == seen.stdout


def test_relative_files_are_beside_the_file_that_names_them(home):
    home.write(CA.decode(), "a/pki/ca.crt")
    home.write(PAIR.certificate_pem.decode(), "a/dev.crt")
    home.write(PAIR.key_pem.decode(), "a/dev.key")
    cluster = {"server": "https://a:6443", "certificate-authority": "pki/ca.crt"}
    user = {"client-certificate": "dev.crt", "client-key": "dev.key"}
    access = home.load(home.write(config("a", cluster, user), "a/config"))
    assert access.trust.authority == CA.decode()
    assert access.credentials.present(NOW).pair.key == PAIR.key_pem


def test_data_goes_before_a_file(home):
    cluster = CLUSTER | {"certificate-authority": "/missing"}
    user = CERTIFIED | {"client-certificate": "/missing", "client-key": "/missing"}
    access = home.of(cluster=cluster, user=user)
    assert access.trust.authority == CA.decode()
    assert access.credentials.present(NOW).pair.key == PAIR.key_pem


def test_a_context_that_is_not_there_names_those_that_are(home):
    one, two = servers(home, "one", "two")
    home.environ["KUBECONFIG"] = f"{one}{os.pathsep}{two}"
    error = refusal(home.load, context="three")
    assert error.what == f"The context 'three' is not in {one}, {two}. Contexts there: one, two."
    assert "--kubernetes-context one" in error.hint


@pytest.mark.parametrize(
    ("change", "what", "hint"),
    [
        ({"current-context": ""}, "names no current context. Contexts there: lab", "kubectl config use-context lab"),
        ({"current-context": "x"}, "The current context 'x' is not in", "--kubernetes-context lab"),
        ({"contexts": []}, "has no context", "Copy the kubeconfig"),
        ({"clusters": []}, "cluster is 'lab', which is not in", "--kubernetes-context NAME"),
        ({"users": []}, "user is 'lab', which is not in", "--kubernetes-context NAME"),
        ({"contexts": [{"name": "lab"}]}, "context 'lab': cluster is missing", "names a cluster and a user"),
        ({"contexts": "lab"}, "contexts is not a list", ""),
        ({"users": [{"name": "a"}, {"name": "a"}]}, "users has 'a' twice", "Remove one"),
        ({"users": [{"user": {}}]}, "users has an entry without a name", "in quotes"),
        ({"clusters": [{"name": "lab", "cluster": [1]}]}, "cluster 'lab': cluster is not a mapping", ""),
    ],
)  # fmt: skip
def test_a_file_that_does_not_hold_together(home, change, what, hint):
    path = home.write(config() | change)
    error = refusal(home.load)
    assert what in error.what
    assert str(path) in str(error)
    assert hint in error.hint


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ("a: b: c", "line 1: this is not YAML"),
        ("users:\n- name: x\n  user: {token: 'abc", "this is not YAML"),
        ("token: *s3cret", "this is not YAML"),
        ("- 1\n- 2", "is not a kubeconfig"),
        ("\x00", "YAML"),
    ],
)
def test_what_is_no_kubeconfig_is_not_shown(home, content, what):
    error = refusal(home.load, home.write(content))
    assert what in error.what
    assert "s3cret" not in str(error)
    assert "abc" not in str(error)


def test_a_file_that_is_too_large(home, monkeypatch):
    monkeypatch.setattr("homeport.targets.kubernetes.cluster.limits.CONFIG_BYTES", 100)
    home.write(config())
    assert "too large" in refusal(home.load).what


def test_json_is_yaml(home):
    home.write('{"clusters": [{"name": "a", "cluster": {"server": "https://a"}}], "current-context": "a", "contexts": [{"name": "a", "context": {"cluster": "a"}}]}')  # fmt: skip
    access = home.load()
    assert access.server == "https://a"
    assert access.credentials.present(NOW).is_anonymous


def test_files_that_are_not_there(home):
    assert "--kubernetes-kubeconfig" in refusal(home.load, home.folder / "none").hint
    home.environ["KUBECONFIG"] = "/none/a:/none/b"
    error = refusal(home.load)
    assert "KUBECONFIG names /none/a, /none/b" in error.what
    assert "unset KUBECONFIG" in error.hint


def test_no_cluster_is_known(home):
    error = refusal(home.load)
    assert "No cluster is known" in error.what
    assert "~/.kube/config" in error.hint


# K3s: https://docs.k3s.io/cluster-access


def test_the_file_of_k3s_is_the_last_resort_and_told(home):
    home.write(config("default"), "etc/k3s.yaml")
    assert str(home.places.k3s) in home.load().notes[0]
    home.write(config("mine"))
    assert home.load().context == "mine"
    assert home.load().notes == ()


def test_the_file_of_k3s_is_for_root(home, monkeypatch):
    home.write(config("default"), "etc/k3s.yaml")
    _forbid(monkeypatch, home.places.k3s)
    for given in (None, home.places.k3s):
        error = refusal(home.load, given)
        assert "which only root may read" in error.what
        assert f"sudo cp {home.places.k3s} ~/.kube/config" in error.hint


def test_any_other_file_that_may_not_be_read(home, monkeypatch):
    path = home.write(config())
    _forbid(monkeypatch, path)
    error = refusal(home.load)
    assert f"{path} may not be read" in error.what
    assert error.hint.endswith(f"ls -l {path}")


def _forbid(monkeypatch, forbidden):
    """Has reading fail as it does for all but root, who may run the tests."""
    whole = type(forbidden).open

    def refuse(self, *given, **named):
        if self == forbidden:
            raise PermissionError(13, "Permission denied", str(self))
        return whole(self, *given, **named)

    monkeypatch.setattr(type(forbidden), "open", refuse)


# In a pod


@pytest.fixture
def pod(home):
    folder = home.places.service_account
    home.write("first\n", f"{folder}/token")
    home.write(CA.decode(), f"{folder}/ca.crt")
    home.write("registry", f"{folder}/namespace")
    home.environ |= {"KUBERNETES_SERVICE_HOST": "fd00::1", "KUBERNETES_SERVICE_PORT": "443"}
    return home


def test_a_pod_has_access_to_its_own_cluster(pod):
    access = pod.load()
    assert (access.context, access.server) == ("in-cluster", "https://[fd00::1]:443")
    assert access.namespace == "registry"
    assert access.trust.authority == CA.decode()
    assert access.credentials.present(NOW).authorization == "Bearer first"


def test_the_token_of_a_pod_is_read_again(pod):
    access = pod.load()
    first = access.credentials.present(NOW)
    assert not access.credentials.renew(first, NOW)
    pod.write("second\n", f"{pod.places.service_account}/token")
    assert access.credentials.renew(first, NOW)
    assert access.credentials.present(NOW).authorization == "Bearer second"


def test_a_kubeconfig_goes_before_the_pods_own(pod):
    pod.write(config("mine"))
    assert pod.load().context == "mine"


def test_a_service_account_that_is_not_whole(pod):
    (pod.places.service_account / "ca.crt").unlink()
    assert "can not be read" in refusal(pod.load).what


def test_data_that_is_split_over_lines(home):
    folded = "\n".join(text(CA)[start : start + 76] for start in range(0, len(text(CA)), 76))
    access = home.of(cluster=CLUSTER | {"certificate-authority-data": folded})
    assert access.trust.authority == CA.decode()
