"""kubectl and homeport change one stack by turns: who owns a field is told, and taken over only when that is asked for."""

from __future__ import annotations

import pytest
from tests.apiserver.cluster import Cluster
from tests.e2e.kubernetes import whole

pytestmark = pytest.mark.e2e

APPLY = ("apply", "--server-side", "-f")
MORE = {"HOMEPORT_REGISTRY_MEMORY": "1Gi"}
MEMORY = '.spec.template.spec.containers[name="registry"].resources.limits.memory'


class Both:
    """One person with both programs."""

    def __init__(self, cluster, folder):
        self.folder, self.shell = folder, whole.shell(cluster, folder)
        words = ("users", "add", "admin", "--password-stdin", "--target", "kubernetes")
        assert self.shell.run(*words, input=whole.PASSWORD).returncode == 0

    def set(self, **settings):
        self.shell.environment |= settings

    def homeport(self, *words, wanted=0):
        """What it says on both streams."""
        done = self.shell.run(*words)
        assert done.returncode == wanted, done.stdout + done.stderr
        return done.stdout + done.stderr

    def kubectl(self, *words, **options):
        return whole.kubectl(self.shell, *words, **options)

    def rendered(self, name="objects.yaml"):
        """A file for kubectl."""
        done = self.shell.run("render")
        (self.folder / name).write_text(done.stdout)
        return name

    def deploy_by_kubectl(self):
        file = str(self.folder / self.rendered())
        self.kubectl(*APPLY, file)
        ours = ("--all-namespaces", "--selector", "app.kubernetes.io/part-of=homeport")
        for kind, condition in (("deployment", "Available"), ("certificate", "Ready")):
            self.kubectl("wait", kind, *ours, f"--for=condition={condition}", "--timeout=60s")
        return file


@pytest.fixture
def both(tmp_path):
    with Cluster() as cluster:
        yield Both(cluster, tmp_path)


SPELLINGS = ["1", "1000m"]
"""The API server keeps the first, and calls the other a conflict of text."""


@pytest.mark.parametrize("cpu", SPELLINGS)
def test_what_kubectl_has_applied_is_the_stack(both, cpu):
    both.set(HOMEPORT_CLOUD_CPU=cpu)
    both.deploy_by_kubectl()
    assert "No changes: 31 unchanged." in both.homeport("plan")
    assert "The stack is ready." in both.homeport("apply", "--yes")
    assert "Ready" in both.homeport("status")


def test_a_field_of_kubectl_s_is_taken_over_only_when_that_is_asked_for(both):
    both.set(HOMEPORT_CLOUD_CPU="1")
    file = both.deploy_by_kubectl()
    both.set(**MORE)
    said = both.homeport("plan", wanted=1)
    assert f'{MEMORY}: conflict with "kubectl"' in said
    assert "--force-conflicts takes them over" in said
    assert "Nothing was changed" in both.homeport("apply", "--yes", wanted=1)
    assert both.kubectl("diff", "--server-side", "-f", file).stdout == ""
    both.homeport("apply", "--yes", "--force-conflicts")
    both.homeport("plan")


def test_kubectl_is_told_what_is_homeport_s_and_homeport_what_kubectl_took(both):
    both.set(HOMEPORT_CLOUD_CPU="1")
    both.homeport("apply", "--yes")
    both.set(**MORE)
    file = str(both.folder / both.rendered("more.yaml"))
    both.set(HOMEPORT_REGISTRY_MEMORY="512Mi")
    refused = both.kubectl(*APPLY, file, check=False)
    assert refused.returncode != 0
    assert f'conflict with "homeport": {MEMORY}' in refused.stderr
    both.kubectl(*APPLY, file, "--force-conflicts")
    said = both.homeport("diff", wanted=2)
    assert "kubectl" in said
    assert "resources.limits.memory" in said
    assert 'conflict with "kubectl"' in both.homeport("plan", wanted=1)
    both.homeport("apply", "--yes", "--force-conflicts")
    assert "No drift" in both.homeport("diff")


def test_kubectl_finds_nothing_to_change_in_what_homeport_has_applied(both):
    both.homeport("apply", "--yes")
    file = str(both.folder / both.rendered())
    words = ("diff", "--server-side", "--field-manager=homeport", "-f", file)
    assert both.kubectl(*words).stdout == ""
