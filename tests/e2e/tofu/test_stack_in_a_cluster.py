"""A stack in a cluster by terraform (or tofu), from init to destroy, as a person goes about it."""

import json

import pytest

pytestmark = pytest.mark.e2e

BIGGER = (
    '[cloud]\nengine = "builtin"\nedge = "off"\nmemory = "3GiB"\n[kubernetes]\ntimeout_s = 20\n'
)


def test_init_writes_a_lock_file_and_the_configuration_is_valid(work):
    lock = (work.folder / ".terraform.lock.hcl").read_text()
    assert 'provider "homeport.local/homeport/homeport"' in lock
    assert "h1:" in lock
    assert "The configuration is valid" in work.ok("validate")


def test_a_plan_shows_each_object_and_changes_nothing(work):
    done = work.plan()
    assert done.code == 2, done
    assert '"Deployment/registry/registry" = (known after apply)' in done
    assert "31 to create (stack demo, context stand-in" in done
    assert '"registry" = "https://registry.homelab.local"' in done
    assert work.stand_in.get("Namespace", None, "registry") is None


def test_an_apply_ends_ready_and_a_plan_after_it_has_nothing_to_do(work):
    done = work.apply()
    assert "1 added, 0 changed, 0 destroyed" in done
    found = work.attributes()
    assert found["state"] == "Ready"
    assert found["endpoints"]["cloud"] == "https://localstack.homelab.local"
    assert len(found["objects"]) == 31
    assert work.plan().code == 0
    assert work.plan("-refresh-only").code == 0


def test_a_change_is_made_in_place_and_shown_field_by_field(work):
    work.apply()
    work.declare(definition=BIGGER)
    done = work.plan()
    assert done.code == 2, done
    assert "spec.template.spec.containers[localstack].resources.limits.memory: 2Gi -> 3Gi" in done
    assert "1 to change, 30 unchanged" in done
    assert '~ "Deployment/localstack/localstack"' in done
    assert "30 unchanged elements hidden" in done
    assert "0 added, 1 changed, 0 destroyed" in work.apply()
    assert work.plan().code == 0

    comment_changes_no_object(work)


def comment_changes_no_object(work):
    before = work.attributes()["objects"]
    work.declare(definition=f"# Mine.\n{work.attributes()['definition']}")
    done = work.plan()
    assert done.code == 2
    assert "objects" not in done
    work.apply()
    assert work.attributes()["objects"] == before


def test_what_somebody_else_has_changed_or_deleted_is_seen_and_mended(work, kubectl):
    work.apply()
    patch = json.dumps({"spec": {"replicas": 3}})
    kubectl("-n", "registry", "patch", "deployment", "registry", "-p", patch)
    kubectl("-n", "registry", "delete", "service", "registry-ui")
    done = work.plan()
    assert done.code == 2
    assert "spec.replicas: 3 -> 1" in done
    assert '+ "Service/registry/registry-ui"' in done
    assert work.plan("-refresh-only").code == 2
    work.apply()
    assert work.stand_in.get("Deployment", "registry", "registry")["spec"]["replicas"] == 1
    assert work.plan().code == 0
    secret_that_was_changed_is_seen_and_not_shown(work, kubectl)


def secret_that_was_changed_is_seen_and_not_shown(work, kubectl):
    patch = json.dumps({"stringData": {"htpasswd": "intruder:in-clear"}})
    kubectl("-n", "registry", "patch", "secret", "registry-auth", "-p", patch)
    done = work.plan()
    assert done.code == 2, done
    assert '~ "Secret/registry/registry-auth"' in done
    assert "in-clear" not in done
    assert "data.htpasswd: changed" in done


def test_what_is_gone_as_a_whole_is_made_anew(work, kubectl):
    work.apply()
    kubectl("delete", "namespace", "registry", "localstack")
    kubectl("delete", "clusterissuer", "demo-ca", "demo-selfsigned")
    kubectl("-n", "cert-manager", "delete", "certificate", "demo-ca")
    kubectl("-n", "kube-public", "delete", "configmap", "local-registry-hosting")
    done = work.plan()
    assert "1 to add, 0 to change, 0 to destroy" in done


def test_a_stack_is_imported_by_its_name_and_a_plan_after_it_has_nothing_to_do(work):
    work.apply()
    before = work.attributes()
    (work.folder / "terraform.tfstate").unlink()
    work.ok("import", "homeport_stack.this", "demo")
    found = work.attributes()
    assert found["objects"] == before["objects"]
    assert found["endpoints"] == before["endpoints"]
    assert found["state"] == "Ready"
    assert work.plan().code == 0
    work.declare(definition=BIGGER)
    assert "0 to add, 1 to change, 0 to destroy" in work.plan()


def test_a_lost_state_file_does_no_harm(work):
    work.apply()
    before = work.stand_in.get("Deployment", "registry", "registry")
    (work.folder / "terraform.tfstate").unlink()
    assert "31 unchanged (stack demo" in work.plan()
    assert "1 added" in work.apply()
    assert work.stand_in.get("Deployment", "registry", "registry") == before
    assert work.plan().code == 0


def test_what_is_not_there_cannot_be_imported(work):
    done = work.run("import", "homeport_stack.this", "nobody")
    assert done.code == 1
    assert "Cannot import non-existent remote object" in done


def test_data_goes_only_where_that_was_applied(work):
    work.apply()
    volume = work.volume()
    work.declare(delete_data=True)  # and not applied
    assert "1 destroyed" in work.ok("destroy", "-auto-approve")
    assert work.stand_in.get("Namespace", None, "registry") is None
    assert work.stand_in.get("PersistentVolume", None, volume) is not None
    assert f"with the volume {volume}, which was kept" in work.plan()
    work.apply()
    assert work.volume() == volume
    assert "All data of the stack demo is deleted first." in work.plan(
        "-replace=homeport_stack.this"
    )
    assert "All data of the stack demo will be deleted" in work.ok("destroy", "-auto-approve")
    assert work.stand_in.get("PersistentVolume", None, volume) is None


def test_one_that_is_replaced_with_its_data_begins_anew(work):
    work.declare(delete_data=True)
    work.apply()
    volume = work.volume()
    work.apply("-replace=homeport_stack.this")
    assert work.volume() != volume
    assert work.plan().code == 0


def test_another_name_is_another_stack(work):
    work.apply()
    work.declare(name="other")
    done = work.plan()
    assert '~ name = "demo" -> "other" # forces replacement' in done
    assert "Another stack takes the place of demo" in done
    assert "1 added, 0 changed, 1 destroyed" in work.apply()
    assert work.attributes()["id"] == "other"
    assert work.plan().code == 0
