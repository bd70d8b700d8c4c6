"""What is destroyed, what is kept, and how it comes back."""

import pytest
from tests.apiserver import faults
from tests.targets.kubernetes.applying.test_carrying import apply, is_done

from homeport import clock
from homeport.targets.kubernetes.applying import gone, reclaiming, removing
from homeport.targets.kubernetes.planning import removal
from homeport.targets.kubernetes.planning.plan import Action

CLAIM = ("PersistentVolumeClaim", "registry", "registry-storage")


def destroy(stack, *, deletes_data=False, timeout_s=20.0):
    removed = removal.make(stack.cluster, "homeport", deletes_data=deletes_data)
    removing.carry_out(stack.cluster, removed, clock.SystemClock(), stack.teller, timeout_s)
    return removed


def volume_of(stack):
    return stack.get(*CLAIM)["spec"]["volumeName"]


def volumes(stack):
    return {one["metadata"]["name"] for one in stack.stand_in.world.all("PersistentVolume")}


@pytest.fixture
def deployed(stack):
    apply(stack)
    return stack


def test_all_is_gone_and_the_volumes_are_kept(deployed):
    kept = volumes(deployed)
    removed = destroy(deployed)
    assert {volume.name for volume in removed.volumes} == kept == volumes(deployed)
    assert deployed.get("Namespace", None, "registry") is None
    assert deployed.get("Secret", "cert-manager", "homeport-ca") is None
    policies = {
        o["spec"]["persistentVolumeReclaimPolicy"]
        for o in deployed.stand_in.world.all("PersistentVolume")
    }
    assert policies == {"Retain"}


def test_the_next_apply_gets_the_volumes_back(deployed):
    before = volume_of(deployed)
    destroy(deployed)
    assert deployed.step("PersistentVolumeClaim", "registry-storage").volume == before
    apply(deployed)
    assert (volume_of(deployed), is_done(deployed)) == (before, True)
    claim = deployed.get(*CLAIM)
    assert claim["status"]["phase"] == "Bound"


def test_data_can_be_destroyed_after_it_came_back(deployed):
    destroy(deployed)
    apply(deployed)
    destroy(deployed, deletes_data=True)
    assert volumes(deployed) == set()


def test_kept_volumes_can_be_given_up_later(deployed):
    destroy(deployed)
    destroy(deployed, deletes_data=True)
    assert volumes(deployed) == set()
    assert removal.make(deployed.cluster, "homeport", deletes_data=True).is_empty


def test_a_kept_volume_that_does_not_fit_is_a_problem(deployed):
    destroy(deployed)
    deployed.set(registry__volume="40GiB")
    step = deployed.step("PersistentVolumeClaim", "registry-storage")
    assert "30Gi" in step.problems[0].what
    deployed.set(kubernetes__storage_class="fast")
    step = deployed.step("PersistentVolumeClaim", "registry-storage")
    assert "local-path" in step.problems[0].hint


def test_of_several_kept_volumes_none_is_chosen(deployed):
    destroy(deployed)
    one = deployed.get("PersistentVolume", None, next(iter(sorted(volumes(deployed)))))
    name = one["spec"]["claimRef"]["name"]
    deployed.stand_in.apply(
        {**one, "metadata": {**one["metadata"], "name": "other"}, "status": {"phase": "Released"}}
    )
    step = deployed.step("PersistentVolumeClaim", name)
    assert "other" in step.problems[0].what


def test_nothing_is_deleted_where_a_volume_cannot_be_kept(deployed):
    deployed.stand_in.faults.add(
        faults.forbidden(), verb="patch", kind="PersistentVolume", count=None
    )
    with pytest.raises(reclaiming.NotKept) as raised:
        destroy(deployed)
    assert "persistentvolumes" in raised.value.hint
    assert deployed.teller.said == [line for line in deployed.teller.said if "deleted" not in line]


def test_what_others_have_in_a_namespace_stays_with_it(deployed):
    deployed.stand_in.apply(
        {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {"name": "mine", "namespace": "registry"},
        }
    )
    removed = destroy(deployed)
    assert [(name, [str(ref) for ref in refs]) for name, refs in removed.left] == [
        ("registry", ["ConfigMap registry/mine"])
    ]
    assert deployed.get("ConfigMap", "registry", "mine") is not None
    assert deployed.get("Secret", "registry", "registry-tls") is None
    assert deployed.get("Namespace", None, "localstack") is None


@pytest.mark.parametrize("kind", ["Deployment", "PersistentVolumeClaim", "Namespace"])
def test_one_that_was_stopped_midway_is_gone_on_with(deployed, kind):
    before = volumes(deployed)
    deployed.stand_in.faults.add(faults.forbidden(), verb="delete", kind=kind)
    with pytest.raises(Exception, match="cannot delete"):
        destroy(deployed)
    destroy(deployed)
    assert (deployed.get("Namespace", None, "registry"), volumes(deployed)) == (None, before)


def test_one_that_was_stopped_midway_can_be_applied_again(deployed):
    before = volume_of(deployed)
    deployed.stand_in.faults.add(faults.forbidden(), verb="delete", kind="ConfigMap", count=None)
    with pytest.raises(Exception, match="cannot delete"):
        destroy(deployed)
    deployed.stand_in.settle()
    apply(deployed)
    assert (volume_of(deployed), is_done(deployed)) == (before, True)


def test_a_namespace_that_stays_is_explained(deployed):
    document = deployed.get("ConfigMap", "registry", "registry-config")
    document["metadata"]["finalizers"] = ["example.org/never"]
    deployed.stand_in.world.save(document)
    with pytest.raises(gone.StillThere) as raised:
        destroy(deployed, timeout_s=1.0)
    assert "example.org/never" in raised.value.what
    assert deployed.teller.waited


def test_where_nothing_is_there_is_nothing_to_do(stack):
    removed = removal.make(stack.cluster, "homeport", deletes_data=False)
    assert removed.is_empty


def test_a_claim_without_a_volume_is_just_deleted(deployed):
    deployed.stand_in.apply(
        {
            "apiVersion": "v1",
            "kind": "PersistentVolumeClaim",
            "metadata": {
                "name": "spare",
                "namespace": "registry",
                "labels": deployed.get(*CLAIM)["metadata"]["labels"],
            },
            "spec": {
                "accessModes": ["ReadWriteOnce"],
                "storageClassName": "local-path",
                "resources": {"requests": {"storage": "1Gi"}},
            },
        }
    )
    destroy(deployed)
    assert deployed.get("PersistentVolumeClaim", "registry", "spare") is None


def test_the_plan_says_that_a_volume_comes_back(deployed):
    destroy(deployed)
    actions = {step.action for step in deployed.plan().steps if step.volume}
    assert actions == {Action.ADOPT}
