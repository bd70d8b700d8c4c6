import json

from homeport.targets.kubernetes.objects import kinds


def edit(person, *, replicas):
    """Somebody scales a Deployment by hand."""
    found = person.stand_in.get("Deployment", "registry", "registry")
    for entry in found["metadata"]["managedFields"]:
        entry["fieldsV1"].get("f:spec", {}).pop("f:replicas", None)
    found["metadata"]["managedFields"].append(
        {
            "manager": "kubectl-edit",
            "operation": "Update",
            "apiVersion": "apps/v1",
            "fieldsType": "FieldsV1",
            "fieldsV1": {"f:spec": {"f:replicas": {}}},
        }
    )
    found["spec"]["replicas"] = replicas
    person.stand_in.world.save(found)


def test_no_drift(person):
    person.apply("--no-wait")
    code, out, _ = person.run("diff")
    assert code == 0
    assert "No drift" in out


def test_a_field_that_somebody_changed_is_told_with_who_did(person):
    person.apply("--no-wait")
    edit(person, replicas=2)
    code, out, _ = person.run("diff")
    assert code == 2
    assert "spec.replicas: 2, not 1  (set by kubectl-edit)" in out


def test_what_is_missing_and_what_is_too_much(person):
    person.apply("--no-wait")
    service = kinds.Ref(kinds.SERVICE, "registry", "registry")
    found = person.stand_in.get("Service", *service[1:])
    metadata = {"namespace": "registry", "labels": found["metadata"]["labels"]}
    person.stand_in.apply(
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "extra", **metadata}}
    )
    person.stand_in.world.remove(found)
    code, out, _ = person.run("diff", "-o", "json")
    drifted = {(each["kind"], each["name"]): each["how"] for each in json.loads(out)["objects"]}
    assert code == 2
    assert drifted == {("Service", "registry"): "missing", ("ConfigMap", "extra"): "extra"}


def test_an_exposure_that_was_declined_is_no_drift(person):
    person.apply("--no-wait")
    person.set(cloud="")
    assert person.run("diff")[0] == 0


def test_diff_and_apply_agree(person):
    person.apply("--no-wait")
    edit(person, replicas=2)
    assert person.run("apply", "--yes")[0] == 1
    person.apply("--no-wait", "--force-conflicts")
    assert person.run("diff")[0] == 0
    assert person.stand_in.get("Deployment", "registry", "registry")["spec"]["replicas"] == 1
