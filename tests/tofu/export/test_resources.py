"""What the provider would do by itself, and must not."""

import json

import pytest
from tests.tofu.export import stacks

from homeport import errors
from homeport.tofu.export import export
from homeport.tofu.export.wanted import Form

HOOK = '[[registry.webhooks]]\nname = "b"\nurl = "https://b.homelab.local"\n'


def test_nothing_waits_for_a_claim_to_be_bound():
    claims = stacks.resources(stacks.files(), "kubernetes_persistent_volume_claim_v1")
    assert {name: each["wait_until_bound"] for name, each in claims.items()} == {
        "registry_storage": False,
        "localstack_storage": False,
    }


def test_nothing_waits_for_a_load_balancer():
    services = stacks.resources(stacks.files(), "kubernetes_service_v1")
    assert services["localstack_edge"]["wait_for_load_balancer"] is False


def test_what_keeps_data_refuses_to_be_destroyed():
    texts = stacks.files()
    kept = json.loads(texts["data/keep_override.tf.json"])["resource"]
    made = json.loads(texts["data/volumes.tf.json"])["resource"]
    assert {kind: set(named) for kind, named in kept.items()} == {
        kind: set(named) for kind, named in made.items()
    }
    assert all(
        each == {"lifecycle": {"prevent_destroy": True}}
        for named in kept.values()
        for each in named.values()
    )


def test_all_that_keeps_data_is_apart():
    for path, text in stacks.files().items():
        is_apart = path.startswith("data/")
        for kind in ("kubernetes_namespace_v1", "kubernetes_persistent_volume_claim_v1"):
            assert is_apart or kind not in text


def test_custom_kinds_can_be_left_out():
    manifests = stacks.resources(stacks.files(), "kubernetes_manifest")
    assert len(manifests) == 15
    assert {each["count"] for each in manifests.values()} == {"${var.custom_kinds ? 1 : 0}"}


def test_a_changed_configuration_starts_the_pod_anew():
    registry = stacks.resources(stacks.files(), "kubernetes_deployment_v1")["registry"]
    annotations = registry["spec"]["template"]["metadata"]["annotations"]
    expected = "${sha256(jsonencode([kubernetes_config_map_v1.registry_config.data]))}"
    assert annotations == {"checksum/config": expected}


def test_a_changed_secret_starts_the_pod_anew_and_leaves_no_trace(tmp_path):
    config = tmp_path / "homeport.toml"
    config.write_text(HOOK)
    texts = export.files(stacks.wanted(stacks.rendered(config=config)))
    registry = stacks.resources(texts, "kubernetes_deployment_v1")["registry"]
    after = registry["lifecycle"]["replace_triggered_by"]
    assert after == ["kubernetes_secret_v1.registry_settings.data"]
    assert "registry_settings" not in json.dumps(registry["spec"]["template"]["metadata"])


def test_users_are_read_anew_without_a_restart():
    registry = stacks.resources(stacks.files(), "kubernetes_deployment_v1")["registry"]
    assert "lifecycle" not in registry


def test_a_container_repeats_that_it_has_no_root():
    """The provider would say the opposite, and a namespace that is `restricted` would refuse the pod."""
    deployments = stacks.resources(stacks.files(), "kubernetes_deployment_v1")
    said = {
        name: each["spec"]["template"]["spec"]["container"][0]["security_context"].get(
            "run_as_non_root"
        )
        for name, each in deployments.items()
    }
    assert said == {"registry": True, "registry_ui": True, "localstack": None}


@pytest.mark.parametrize("form", Form)
def test_a_secret_is_no_manifest(form):
    """A plan shows all that is in the attribute `object` of one."""
    texts = stacks.files({"cloud.environment": '{"MY_TOKEN": "x"}'}, form=form)
    assert set(stacks.resources(texts, "kubernetes_secret_v1")) == {"registry_auth"}
    assert "localstack" in stacks.resources(texts, "kubernetes_deployment_v1")
    manifests = json.dumps(stacks.resources(texts, "kubernetes_manifest"))
    assert "var.localstack" not in manifests
    assert "var.registry_auth" not in manifests


def test_a_manifest_waits_for_its_pods_too():
    texts = stacks.files({"cloud.environment": "{}"}, form=Form.MANIFEST)
    made = stacks.resources(texts, "kubernetes_manifest")["deployment_registry_ui"]
    assert made["wait"] == {"rollout": "${var.wait_for_rollout}"}
    assert made["timeouts"] == {"create": "300s", "update": "300s", "delete": "300s"}


def test_a_field_that_the_provider_lacks_is_refused():
    objects = stacks.rendered()
    service = next(obj for obj in objects if obj["kind"] == "Service")
    service["spec"]["ports"][0]["appProtocol"] = "http"
    with pytest.raises(errors.HomeportError, match=r"spec\.ports\.appProtocol"):
        export.files(stacks.wanted(objects))
    export.files(stacks.wanted(objects, Form.MANIFEST))
