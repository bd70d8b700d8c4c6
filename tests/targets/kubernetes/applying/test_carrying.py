"""Plans carried out on a stand-in cluster, with all that may go wrong."""

import pytest
from tests.apiserver import faults

from homeport import clock
from homeport.targets.kubernetes.applying import carrying
from homeport.targets.kubernetes.objects import kinds, labels
from homeport.targets.kubernetes.planning.plan import Action

TIMEOUT_S = 10


def apply(stack, **options):
    planned = stack.plan(**options)
    assert planned.problems == ()
    carrying.carry_out(stack.cluster, planned, clock.SystemClock(), stack.teller, TIMEOUT_S)
    stack.stand_in.settle()
    return planned


def is_done(stack):
    return {step.action for step in stack.plan().steps} == {Action.NONE}


def test_all_is_created_and_stays_so(stack):
    planned = apply(stack)
    assert sorted(stack.teller.said) == sorted(f"created {step.ref}" for step in planned.steps)
    assert is_done(stack)


def test_what_is_no_longer_wanted_goes_last(stack):
    apply(stack)
    stack.set(cloud__edge="off", registry__image="registry:3")
    stack.teller.said.clear()
    apply(stack)
    assert stack.teller.said[-2:] == [
        "changed Deployment registry/registry",
        "deleted Service localstack/localstack-edge",
    ]


def test_nothing_is_sent_for_what_has_not_changed(stack):
    apply(stack)
    before = stack.stand_in.store.version
    apply(stack)
    assert stack.stand_in.store.version == before


@pytest.mark.parametrize(
    "fault",
    [
        faults.too_many(0),
        faults.unavailable(),
        faults.timed_out(),
        faults.internal(),
        faults.slow(0.2),
        faults.dropped(),
        faults.dropped_after(),
    ],
    ids=["429", "503", "504", "500", "slow", "dropped", "answer lost"],
)
def test_what_passes_is_borne(stack, fault):
    met = stack.stand_in.faults.add(fault, verb="patch", count=10)
    apply(stack)
    assert (len(met.met), is_done(stack)) == (10, True)


def restarting(stack, after):
    """Restarts the API server once, in the midst of the writes."""
    seen = []

    def answer(request):
        seen.append(request)
        if len(seen) == after:
            stack.stand_in.server.drop_connections()

    return answer


def test_an_api_server_that_drops_all_connections_midway_is_borne(stack):
    planned = stack.plan()
    stack.stand_in.faults.add(restarting(stack, 9), verb="patch", count=None)
    carrying.carry_out(stack.cluster, planned, clock.SystemClock(), stack.teller, TIMEOUT_S)
    stack.stand_in.faults.clear()
    stack.stand_in.settle()
    assert is_done(stack)


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (faults.invalid("spec.x", "is odd"), "spec.x"),
        (faults.forbidden(), "cannot patch"),
    ],
    ids=["422", "403"],
)
def test_a_refusal_midway_says_how_far_it_came_and_can_be_gone_on_from(stack, fault, said):
    planned = stack.plan()
    stack.stand_in.faults.add(fault, verb="patch", kind="Deployment", name="registry")
    with pytest.raises(carrying.Stopped) as raised:
        carrying.carry_out(stack.cluster, planned, clock.SystemClock(), stack.teller, TIMEOUT_S)
    assert said in raised.value.what
    assert f"of {len(planned.steps)} changes are made" in raised.value.what
    assert "homeport apply goes on" in raised.value.hint
    apply(stack)
    assert is_done(stack)


def test_credentials_that_expire_midway_say_what_to_do(stack):
    planned = stack.plan()
    stack.stand_in.expire_credentials()
    with pytest.raises(carrying.Stopped) as raised:
        carrying.carry_out(stack.cluster, planned, clock.SystemClock(), stack.teller, TIMEOUT_S)
    assert "0 of" in raised.value.what
    assert raised.value.hint.strip()


def other_selector(stack):
    found = stack.pick("Deployment", "registry")
    found["spec"]["selector"]["matchLabels"]["extra"] = "yes"
    found["spec"]["template"]["metadata"]["labels"]["extra"] = "yes"


def test_a_changed_selector_is_replaced_and_the_volume_stays(stack):
    apply(stack)
    volume = stack.get("PersistentVolumeClaim", "registry", "registry-storage")["spec"][
        "volumeName"
    ]
    other_selector(stack)
    apply(stack, is_replacing=True)
    claim = stack.get("PersistentVolumeClaim", "registry", "registry-storage")
    assert "replaced Deployment registry/registry" in stack.teller.said
    assert (claim["spec"]["volumeName"], is_done(stack)) == (volume, True)


def pods_of_registry(stack):
    pods = stack.stand_in.world.all("Pod", "registry")
    return {p["metadata"]["uid"] for p in pods if p["spec"]["containers"][0]["name"] == "registry"}


def test_the_pods_of_what_is_replaced_are_gone_before_new_ones_use_their_volume(stack):
    apply(stack)
    other_selector(stack)
    old, left = pods_of_registry(stack), []

    def look(request):
        if not request.is_dry_run:
            left.append(old & pods_of_registry(stack))

    stack.stand_in.faults.add(look, verb="patch", kind="Deployment", name="registry", count=None)
    apply(stack, is_replacing=True)
    assert (len(old), left) == (1, [set()])


def test_an_adopted_object_becomes_the_stacks(stack):
    stack.stand_in.apply(
        {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {"name": "local-registry-hosting", "namespace": "kube-public"},
            "data": {"localRegistryHosting.v1": "host: other\n", "mine": "stays"},
        }
    )
    apply(stack, is_adopting=True)
    found = stack.get("ConfigMap", "kube-public", "local-registry-hosting")
    assert labels.is_of(found, "homeport")
    assert found["data"]["mine"] == "stays"
    assert "registry.homelab.local" in found["data"]["localRegistryHosting.v1"]


def test_an_object_that_was_made_anew_by_others_is_not_deleted(stack):
    apply(stack)
    stack.set(cloud__edge="off")
    planned = stack.plan()
    ref = kinds.Ref(kinds.SERVICE, "localstack", "localstack-edge")
    old = stack.get("Service", *ref[1:])
    stack.cluster.delete(ref)
    stack.stand_in.apply({**old, "spec": {"ports": old["spec"]["ports"], "type": "ClusterIP"}})
    with pytest.raises(carrying.Stopped):
        carrying.carry_out(stack.cluster, planned, clock.SystemClock(), stack.teller, TIMEOUT_S)
    assert stack.get("Service", *ref[1:]) is not None


def test_a_volume_of_a_claim_that_goes_with_its_data_goes_too(stack):
    apply(stack)
    stack.set(registry__namespace="images")
    apply(stack, deletes_data=True)
    stack.stand_in.settle()
    names = [
        one["spec"]["claimRef"]["namespace"] for one in stack.stand_in.world.all("PersistentVolume")
    ]
    assert "registry" not in names
