"""An export with the real provider `hashicorp/kubernetes`, against the stand-in API server or the cluster that is named."""

import pytest
from tests.apiserver import kinds
from tests.apiserver.fixtures import apiserver
from tests.conformance.tofu import conftest, exporting

from homeport.tofu.export.wanted import Form

__all__ = ["apiserver"]
CLAIMS = {("registry", "registry-storage"), ("localstack", "localstack-storage")}


@pytest.fixture
def tofu(tool, mirror, apiserver, tmp_path):
    """The program, whose cluster is the stand-in."""
    conftest.provider(mirror, "hashicorp/kubernetes")
    config = apiserver.kubeconfig(tmp_path / "kubeconfig")
    tool.environment |= exporting.environment(config)
    return tool


def opened(tool, form=Form.RESOURCES, **more):
    exporting.write(tool.root, form, **more)
    for part in ("data", "stack"):
        tool(part, "init", "-input=false")
    return tool


def names(server, kind):
    return {
        (each["metadata"].get("namespace", ""), each["metadata"]["name"])
        for each in server.store.list(kind)
    }


def of_stack(server, kind):
    return {
        (each["metadata"]["namespace"], each["metadata"]["name"])
        for each in server.store.list(kind)
        if each["metadata"].get("labels", {}).get("app.kubernetes.io/instance") == "homeport"
    }


def variables(server):
    deployment = next(
        each
        for each in server.store.list(kinds.DEPLOYMENT)
        if each["metadata"]["name"] == "localstack"
    )
    (container,) = deployment["spec"]["template"]["spec"]["containers"]
    return {each["name"]: each.get("value") for each in container["env"]}


@pytest.mark.parametrize("form", Form)
def test_a_whole_life(tofu, apiserver, form):
    opened(tofu, form)
    for part in ("data", "stack"):
        tofu(part, "validate")
        tofu.apply(part)
        tofu.is_unchanged(part)
    assert names(apiserver, kinds.CLAIM) == CLAIMS
    assert variables(apiserver)["PRICE"] == "$${5} %{if} $$$${y}"
    tofu.destroy("stack")
    assert of_stack(apiserver, kinds.DEPLOYMENT) == set()
    made_by_others = {"registry-tls", "registry-ui-tls", "localstack-tls", "homeport-ca"}
    assert {name for _, name in of_stack(apiserver, kinds.SECRET)} == made_by_others
    assert names(apiserver, kinds.CLAIM) == CLAIMS


def test_the_data_goes_only_when_that_is_said(tofu, apiserver):
    opened(tofu).apply("data")
    assert "prevent_destroy" in tofu.destroy("data", code=1)
    assert names(apiserver, kinds.CLAIM) == CLAIMS
    (tofu.root / "data/keep_override.tf.json").unlink()
    tofu.destroy("data")
    assert names(apiserver, kinds.CLAIM) == set()


@pytest.mark.parametrize("form", Form)
def test_no_plan_shows_a_secret(tofu, form):
    opened(tofu, form).apply("data")
    said = tofu("stack", "plan", "-input=false") + tofu.apply("stack")
    assert exporting.WORD not in said
    assert "aaaaaaaa" not in said
    assert "YWRtaW4" not in said, "admin:, as base64"


def test_a_change_is_an_update(tofu, apiserver):
    opened(tofu).apply("data")
    tofu.apply("stack")
    exporting.write(tofu.root, cloud__environment='{"PRICE": "6", "MY_PASSWORD": "x"}')
    assert "0 to add, 1 to change, 0 to destroy" in tofu("stack", "plan", "-input=false")
    tofu.apply("stack")
    assert variables(apiserver)["PRICE"] == "6"
    tofu.is_unchanged("stack")


def test_drift_is_put_right(tofu, apiserver):
    opened(tofu).apply("data")
    tofu.apply("stack")
    apiserver.store.remove(kinds.SERVICE, "registry", "registry")
    tofu("stack", "plan", "-input=false", "-detailed-exitcode", code=2)
    tofu.apply("stack")
    assert ("registry", "registry") in names(apiserver, kinds.SERVICE)


def test_without_the_custom_kinds(tofu, apiserver):
    """They can be left out, and are not asked for then."""
    apiserver.install()
    opened(tofu).apply("data")
    assert "CRD may not be installed" in tofu("stack", "plan", "-input=false", code=1)
    tofu.environment["TF_VAR_custom_kinds"] = "false"
    tofu.apply("stack")
    tofu.environment["TF_VAR_custom_kinds"] = "true"
    apiserver.install(*(kind.group for kind in kinds.CUSTOM))
    tofu.apply("stack")
    tofu.is_unchanged("stack")


@pytest.mark.parametrize("text", ["admin:secret", "", "admin:$2b$05$short"])
def test_users_that_are_no_htpasswd_are_refused(tofu, text):
    opened(tofu)
    tofu.environment["TF_VAR_registry_auth_htpasswd"] = text
    said = tofu("stack", "plan", "-input=false", code=1)
    assert "must be lines of htpasswd" in " ".join(said.split())
    assert "short" not in said
