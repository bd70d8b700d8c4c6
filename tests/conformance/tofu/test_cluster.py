"""An export with the real provider, in a real control plane: what the stand-in does not have refuses pods here, such as PodSecurity."""

import pytest
from tests.apiserver.client import Api
from tests.conformance.kubernetes.conftest import built, whole
from tests.conformance.tofu import conftest, exporting

from homeport.tofu.export.wanted import Form

__all__ = ["built", "whole"]
DEPLOYMENTS = "/apis/apps/v1/namespaces/{}/deployments/{}"


@pytest.mark.parametrize("form", Form)
def test_a_whole_life(tool, mirror, whole, form):
    conftest.provider(mirror, "hashicorp/kubernetes")
    exporting.write(tool.root, form)
    tool.environment |= exporting.environment(whole)
    for part in ("data", "stack"):
        tool(part, "init", "-input=false")
        tool.apply(part)
        tool.is_unchanged(part)
    with Api(whole) as api:
        for namespace, name in (("registry", "registry"), ("localstack", "localstack")):
            found = api.get(DEPLOYMENTS.format(namespace, name)).document
            assert found["status"]["availableReplicas"] == 1
    tool.destroy("stack")
    (tool.root / "data/keep_override.tf.json").unlink()
    tool.destroy("data")
