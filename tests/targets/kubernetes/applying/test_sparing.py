"""What others have in a namespace of the stack stays, whatever it is and whenever it came."""

import pytest
from tests.apiserver import faults
from tests.targets.kubernetes.applying.test_carrying import TIMEOUT_S, apply
from tests.targets.kubernetes.applying.test_removing import destroy

from homeport import clock
from homeport.targets.kubernetes.applying import carrying, gone, removing
from homeport.targets.kubernetes.objects import labels
from homeport.targets.kubernetes.planning import removal

OWNER = {"apiVersion": "postgresql.cnpg.io/v1", "kind": "Cluster", "name": "pg", "uid": "1"}


@pytest.fixture
def deployed(stack):
    apply(stack)
    return stack


def make(api_version, kind, name, **fields):
    metadata = {"name": name, "namespace": "registry", **fields.pop("metadata", {})}
    return {"apiVersion": api_version, "kind": kind, "metadata": metadata, **fields}


FOREIGN = {
    "of a kind that no stack has": make("rbac.authorization.k8s.io/v1", "Role", "theirs"),
    "an account": make("v1", "ServiceAccount", "theirs"),
    "owned by what nobody here knows": make(
        "v1", "Secret", "theirs", metadata={"ownerReferences": [OWNER]}
    ),
    "the certificate of another": make(
        "v1",
        "Secret",
        "theirs",
        metadata={"annotations": {"cert-manager.io/certificate-name": "theirs"}},
    ),
}


@pytest.mark.parametrize("obj", FOREIGN.values(), ids=FOREIGN)
def test_whatever_is_not_the_stacks_keeps_its_namespace(deployed, obj):
    deployed.stand_in.apply(obj)
    removed = destroy(deployed)
    assert [(name, [ref.name for ref in refs]) for name, refs in removed.left] == [
        ("registry", ["theirs"])
    ]
    assert deployed.get(obj["kind"], "registry", "theirs") is not None


def test_what_may_not_be_listed_keeps_its_namespace(deployed):
    deployed.stand_in.faults.add(faults.forbidden(), verb="list", kind="Role", count=None)
    removed = removal.make(deployed.cluster, "homeport", deletes_data=False)
    assert {str(ref) for _, refs in removed.left for ref in refs} == {
        "Role registry/(may not be listed)",
        "Role localstack/(may not be listed)",
    }


def test_what_came_after_it_was_looked_at_keeps_its_namespace(deployed):
    removed = removal.make(deployed.cluster, "homeport", deletes_data=False)
    deployed.stand_in.apply(FOREIGN["an account"])
    removing.carry_out(deployed.cluster, removed, clock.SystemClock(), deployed.teller, TIMEOUT_S)
    assert "kept Namespace registry" in deployed.teller.said
    assert deployed.get("ServiceAccount", "registry", "theirs") is not None
    assert deployed.get("Namespace", None, "localstack") is None


def test_an_apply_looks_again_too(deployed):
    deployed.set(registry__namespace="images")
    planned = deployed.plan(deletes_data=True)
    deployed.stand_in.apply(FOREIGN["an account"])
    carrying.carry_out(deployed.cluster, planned, clock.SystemClock(), deployed.teller, TIMEOUT_S)
    assert "kept Namespace registry" in deployed.teller.said


def test_a_namespace_in_which_something_is_wanted_stays(stack):
    stack.set(kubernetes__issuer_namespace="registry")
    apply(stack)
    stack.set(kubernetes__issuer_namespace="registry", registry__namespace="images")
    apply(stack, deletes_data=True)
    assert stack.get("Certificate", "registry", "homeport-ca") is not None


def test_a_namespace_that_is_going_is_waited_for_and_not_deleted_again(deployed):
    document = deployed.get("ConfigMap", "registry", "registry-config")
    document["metadata"]["finalizers"] = ["example.org/never"]
    deployed.stand_in.world.save(document)
    with pytest.raises(gone.StillThere):
        destroy(deployed, timeout_s=0.5)
    deployed.stand_in.faults.add(faults.conflict(), verb="delete", kind="Namespace", count=None)
    with pytest.raises(gone.StillThere):
        destroy(deployed, timeout_s=0.5)


PUBLISHED = {
    "apiVersion": "v1",
    "kind": "ConfigMap",
    "metadata": {"name": "local-registry-hosting", "namespace": "kube-public"},
    "data": {"mine": "stays"},
}
NAMESPACE = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "registry"}}


def test_an_object_that_others_made_in_between_stays_theirs(stack):
    planned = stack.plan()
    stack.stand_in.apply(PUBLISHED)
    before = stack.get("ConfigMap", "kube-public", "local-registry-hosting")
    with pytest.raises(carrying.Stopped) as raised:
        carrying.carry_out(stack.cluster, planned, clock.SystemClock(), stack.teller, TIMEOUT_S)
    assert "in the meantime" in raised.value.what
    assert stack.get("ConfigMap", "kube-public", "local-registry-hosting") == before


def test_a_namespace_that_others_made_in_between_is_used_and_stays_theirs(stack):
    planned = stack.plan()
    stack.stand_in.apply(NAMESPACE)
    carrying.carry_out(stack.cluster, planned, clock.SystemClock(), stack.teller, TIMEOUT_S)
    assert not labels.is_of(stack.get("Namespace", None, "registry"), "homeport")
    assert stack.get("Deployment", "registry", "registry") is not None


def test_what_two_machines_make_at_once_is_no_conflict(stack):
    planned = stack.plan()
    apply(stack)
    carrying.carry_out(stack.cluster, planned, clock.SystemClock(), stack.teller, TIMEOUT_S)
    assert stack.plan().has_changes is False
