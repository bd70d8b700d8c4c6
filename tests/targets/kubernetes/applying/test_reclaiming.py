"""Volumes of others, and of claims that are not what they seem: none of them loses its data or changes hands."""

import pytest
from tests.apiserver import faults
from tests.targets.kubernetes.applying.test_carrying import apply, is_done
from tests.targets.kubernetes.applying.test_removing import CLAIM, destroy, volume_of

from homeport import clock
from homeport.targets.kubernetes.applying import carrying, removing
from homeport.targets.kubernetes.objects import kinds
from homeport.targets.kubernetes.planning import removal

REF = kinds.Ref(kinds.CLAIM, "registry", "registry-storage")
THEIRS = "theirs"


@pytest.fixture
def deployed(stack):
    apply(stack)
    return stack


def volume(stack, name):
    return stack.get("PersistentVolume", None, name)


def policy(stack, name):
    return volume(stack, name)["spec"]["persistentVolumeReclaimPolicy"]


def claim(namespace, name, volume, **metadata):
    """A claim that asks for one volume."""
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": {"name": name, "namespace": namespace, **metadata},
        "spec": {
            "accessModes": ["ReadWriteOnce"],
            "resources": {"requests": {"storage": "1Gi"}},
            "storageClassName": "local-path",
            "volumeName": volume,
        },
    }


def make_theirs(stack, **metadata):
    """A volume that is bound to a claim of somebody else's."""
    ours = volume(stack, volume_of(stack))
    spec = {**ours["spec"], "persistentVolumeReclaimPolicy": "Retain"}
    spec["claimRef"] = {"namespace": "backup", "name": "data"}
    notes = ours["metadata"]["annotations"]
    place = {"name": THEIRS, "annotations": notes, **metadata}
    stack.stand_in.apply(
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "backup"}},
        {**ours, "metadata": place, "spec": spec, "status": {}},
        claim("backup", "data", THEIRS),
    )
    assert volume(stack, THEIRS)["status"]["phase"] == "Bound"


def labels_of(stack):
    return stack.get(*CLAIM)["metadata"]["labels"]


def test_a_labelled_volume_that_somebody_else_uses_by_now_is_none_of_the_stacks(deployed):
    make_theirs(deployed, labels=labels_of(deployed))
    removed = removal.make(deployed.cluster, "homeport", deletes_data=True)
    assert THEIRS not in {each.name for each in removed.volumes}
    destroy(deployed, deletes_data=True)
    assert policy(deployed, THEIRS) == "Retain"


def forge(stack):
    """A claim with the stack's labels that asks for a volume of somebody else's."""
    make_theirs(stack)
    stack.stand_in.apply(claim("registry", "forged", THEIRS, labels=labels_of(stack)))


@pytest.mark.parametrize("deletes_data", [True, False])
def test_a_claim_that_only_asks_for_a_volume_does_not_make_it_the_stacks(deployed, deletes_data):
    forge(deployed)
    before = volume(deployed, THEIRS)
    destroy(deployed, deletes_data=deletes_data)
    assert volume(deployed, THEIRS)["spec"] == before["spec"]
    assert "labels" not in volume(deployed, THEIRS)["metadata"]


def test_nor_where_such_a_claim_is_no_longer_wanted(deployed):
    forge(deployed)
    apply(deployed, deletes_data=True)
    assert deployed.get("PersistentVolumeClaim", "registry", "forged") is None
    assert policy(deployed, THEIRS) == "Retain"


def retain(stack, *, is_provisioned=True):
    """The volume of the registry is kept by its policy; or one that an admin made by hand."""
    found = volume(stack, volume_of(stack))
    if not is_provisioned:
        del found["metadata"]["annotations"]
    found["spec"]["persistentVolumeReclaimPolicy"] = "Retain"
    stack.stand_in.world.save(found)
    return found["metadata"]["name"]


def test_a_volume_that_was_made_by_hand_keeps_its_policy(deployed):
    name = retain(deployed, is_provisioned=False)
    deployed.set(registry__namespace="images")
    apply(deployed, deletes_data=True)
    assert policy(deployed, name) == "Retain"


def test_a_claim_that_others_made_anew_keeps_its_volume(deployed):
    deployed.set(registry__namespace="images")
    planned = deployed.plan(deletes_data=True)
    for kind, name in (("Deployment", "registry"), CLAIM[::2]):
        deployed.stand_in.world.remove(deployed.get(kind, "registry", name))
    deployed.stand_in.settle()
    notes = {"volume.kubernetes.io/selected-node": "any"}
    deployed.stand_in.apply(claim("registry", "registry-storage", "", annotations=notes))
    name = retain(deployed)
    with pytest.raises(carrying.Stopped):
        carrying.carry_out(deployed.cluster, planned, clock.SystemClock(), deployed.teller, 10)
    assert policy(deployed, name) == "Retain"


def test_a_claim_that_got_its_volume_after_it_was_looked_at_keeps_its_data(stack):
    for obj in stack.wanted:
        if obj["kind"] in {"Namespace", "PersistentVolumeClaim"}:
            stack.cluster.apply(obj)
    removed = removal.make(stack.cluster, "homeport", deletes_data=False)
    assert removed.volumes == ()
    apply(stack)
    name = volume_of(stack)
    removing.carry_out(stack.cluster, removed, clock.SystemClock(), stack.teller, 5)
    stack.stand_in.settle()
    assert policy(stack, name) == "Retain"


def test_a_kept_volume_that_somebody_took_in_between_is_not_taken_from_them(deployed):
    name = volume_of(deployed)
    destroy(deployed)
    planned = deployed.plan()
    taken = volume(deployed, name)
    ref = {"namespace": "backup", "name": "data", "uid": "theirs"}
    taken["spec"]["claimRef"] = {**taken["spec"]["claimRef"], **ref}
    taken = deployed.stand_in.world.save(taken)
    deployed.stand_in.world.report(taken, {"phase": "Bound"})
    with pytest.raises(carrying.Stopped) as raised:
        carrying.carry_out(deployed.cluster, planned, clock.SystemClock(), deployed.teller, 10)
    assert name in raised.value.what
    assert volume(deployed, name)["spec"]["claimRef"]["uid"] == "theirs"


def test_an_answer_that_was_lost_while_a_volume_was_given_back_is_borne(deployed):
    name = volume_of(deployed)
    destroy(deployed)
    deployed.stand_in.faults.add(
        faults.dropped_after(), verb="patch", kind="PersistentVolume", count=1
    )
    with pytest.raises(carrying.Stopped):
        apply(deployed)
    apply(deployed)
    assert (volume_of(deployed), is_done(deployed)) == (name, True)


def test_a_kept_volume_that_cannot_be_mounted_as_wanted_is_a_problem(deployed):
    destroy(deployed)
    deployed.set(kubernetes__access_mode="readwritemany")
    step = deployed.step("PersistentVolumeClaim", "registry-storage")
    assert "ReadWriteOnce; ReadWriteMany is wanted" in step.problems[0].what


def test_a_volume_that_was_kept_for_another_namespace_says_so(deployed):
    name = volume_of(deployed)
    destroy(deployed)
    assert deployed.step("PersistentVolumeClaim", "registry-storage").differences == ()
    deployed.set(registry__namespace="images")
    step = deployed.step("PersistentVolumeClaim", "registry-storage")
    assert [tuple(each) for each in step.differences] == [
        (f"PersistentVolume {name}", "registry/registry-storage", "images/registry-storage")
    ]
