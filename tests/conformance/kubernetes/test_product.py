"""`homeport` as a person runs it, on a real control plane: applied, unchanged, drifted, destroyed and brought back."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.apiserver.client import Api
from tests.conformance.kubernetes import control_plane

LIMIT_S = 180
REPLICAS = "/apis/apps/v1/namespaces/registry/deployments/registry"
KUBECTL = Path(sys.executable).with_name("kubectl")

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(900)]


class Person:
    """Somebody at a shell."""

    def __init__(self, folder, kubeconfig):
        self.folder, self.api = folder, Api(kubeconfig)
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "KUBECONFIG": str(kubeconfig),
        }
        (folder / "homeport.toml").write_text(
            f'target = "kubernetes"\ndata = "{folder / "data"}"\n'
            '[registry]\nengine = "builtin"\n[cloud]\nengine = "builtin"\nedge = "off"\n'
        )

    def run(self, *words, text=None):
        """Exit code and output."""
        return subprocess.run(
            words,
            cwd=self.folder,
            env=self.environment,
            input=text,
            capture_output=True,
            text=True,
            timeout=LIMIT_S,
            check=False,
        )

    def homeport(self, *words):
        return self.run(sys.executable, "-P", "-m", "homeport", *words)

    def code(self, *words):
        return self.homeport(*words).returncode


@pytest.fixture
def person(built, tmp_path):
    with control_plane.running(tmp_path / "cluster") as kubeconfig:
        yield Person(tmp_path, kubeconfig)


def test_a_whole_life(person):
    assert person.code("plan") == 2
    applied = person.homeport("apply", "--yes", "--no-wait")
    assert applied.returncode == 0, applied.stdout + applied.stderr
    assert (person.code("plan"), person.code("diff")) == (0, 0)
    person.api.call(
        "PATCH", REPLICAS, {"spec": {"replicas": 2}}, form="application/merge-patch+json"
    )
    drift = person.homeport("diff")
    assert (drift.returncode, "spec.replicas" in drift.stdout) == (2, True)
    assert person.code("apply", "--yes", "--no-wait", "--force-conflicts") == 0
    assert person.code("plan") == 0
    kubectl_agrees(person)
    destroyed_and_brought_back(person)


def kubectl_agrees(person):
    """What is rendered is what is there, as `kubectl` sees it."""
    rendered = person.homeport("render", "--show-secrets").stdout
    how = ("--server-side", "--field-manager", "homeport", "-f", "-")
    applied = person.run(str(KUBECTL), "apply", *how, text=rendered)
    assert applied.returncode == 0, applied.stderr
    assert person.run(str(KUBECTL), "diff", *how, text=rendered).returncode == 0


def destroyed_and_brought_back(person):
    """Volumes stay unless they are said to go."""
    assert person.code("destroy", "--yes") == 0
    volumes = person.api.get("/api/v1/persistentvolumes").document["items"]
    assert {row["spec"]["persistentVolumeReclaimPolicy"] for row in volumes} == {"Retain"}
    again = person.homeport("apply", "--yes", "--no-wait")
    assert (again.returncode, "adopted   PersistentVolumeClaim" in again.stdout) == (0, True)
    assert person.code("plan") == 0
    assert person.code("destroy", "--yes", "--delete-data") == 0
    assert person.api.get("/api/v1/persistentvolumes").document["items"] == []
    spaces = person.api.get("/api/v1/namespaces").document["items"]
    assert not {"registry", "localstack"} & {row["metadata"]["name"] for row in spaces}


@pytest.mark.parametrize(
    ("size", "why"),
    [("50GiB", "support resize"), ("10GiB", "can not be less than status.capacity")],
)
def test_a_volume_neither_grows_nor_shrinks(person, size, why):
    assert person.code("apply", "--yes", "--no-wait") == 0
    person.run(str(KUBECTL), "wait", "pvc/registry-storage", "-n", "registry", *BOUND)
    planned = person.homeport("plan", "--registry-volume", size, "-o", "json")
    assert (planned.returncode, why in planned.stdout) == (1, True), planned.stdout
    assert json.loads(planned.stdout)


BOUND = ("--for=jsonpath={.status.phase}=Bound", "--timeout=60s")
