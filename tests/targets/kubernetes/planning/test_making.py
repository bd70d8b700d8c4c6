"""Plans of a whole stack, made with a strict stand-in of the API server."""

import pytest

from homeport.targets.kubernetes.cluster import errors
from homeport.targets.kubernetes.objects import kinds
from homeport.targets.kubernetes.planning import making
from homeport.targets.kubernetes.planning.plan import Action

CONTAINER = "spec.template.spec.containers[registry]"


def actions(planned):
    return {step.action for step in planned.steps}


def test_all_is_created_where_nothing_is_and_nothing_is_changed_by_that(stack):
    before = stack.stand_in.store.version
    planned = stack.plan()
    assert (actions(planned), planned.problems) == ({Action.CREATE}, ())
    assert stack.stand_in.store.version == before


def test_the_order_is_that_of_application(stack):
    order = [kinds.APPLIED.index(step.ref.kind) for step in stack.plan().steps]
    assert order == sorted(order)


def test_what_is_applied_stays_as_it_is(applied):
    planned = applied.plan()
    assert actions(planned) == {Action.NONE}
    assert not planned.has_changes


def test_a_changed_field_is_named(applied):
    applied.set(registry__image="registry:3")
    changed = [step for step in applied.plan().steps if step.action is not Action.NONE]
    assert [str(step.ref) for step in changed] == ["Deployment registry/registry"]
    assert (f"{CONTAINER}.image", "registry:2", "registry:3") in changed[0].differences


def test_a_secret_is_not_shown(applied):
    applied.pick("Secret", "registry-auth")["data"]["htpasswd"] = "aHVzaA=="
    step = applied.step("Secret", "registry-auth")
    assert [tuple(each) for each in step.differences] == [("data.htpasswd", "***", "***")]


def test_an_object_that_went_is_created_anew(applied):
    applied.cluster.delete(kinds.Ref(kinds.SERVICE, "registry", "registry"))
    assert applied.step("Service", "registry").action is Action.CREATE


# What stands against it


def foreign(stack, manager="kubectl-create", **metadata):
    stack.stand_in.apply(
        {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {
                "name": "local-registry-hosting",
                "namespace": "kube-public",
                "managedFields": [
                    {
                        "manager": manager,
                        "operation": "Update",
                        "apiVersion": "v1",
                        "fieldsType": "FieldsV1",
                        "fieldsV1": {"f:data": {"f:a": {}}},
                    }
                ],
                **metadata,
            },
            "data": {"a": "b"},
        }
    )


def test_a_foreign_object_is_left_alone_and_its_manager_named(stack):
    foreign(stack)
    step = stack.step("ConfigMap", "local-registry-hosting")
    assert "kubectl-create" in step.problems[0].what
    assert "--adopt" in step.problems[0].hint


def test_an_object_of_another_stack_is_foreign(stack):
    labels = {
        "app.kubernetes.io/managed-by": "homeport",
        "app.kubernetes.io/instance": "other",
    }
    foreign(stack, labels=labels)
    step = stack.step("ConfigMap", "local-registry-hosting")
    assert "the stack 'other' of Homeport" in step.problems[0].what


def test_an_object_of_another_stack_asks_for_another_namespace(stack):
    labels = {"app.kubernetes.io/managed-by": "homeport", "app.kubernetes.io/instance": "other"}
    namespace = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "registry"}}
    service = {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "registry", "namespace": "registry", "labels": labels},
        "spec": {"ports": [{"port": 80}]},
    }
    for each in (namespace, service):
        stack.stand_in.apply(each)
    assert "registry.namespace" in stack.step("Service", "registry").problems[0].hint


def test_a_foreign_object_is_adopted_where_that_was_said(stack):
    foreign(stack)
    step = stack.step("ConfigMap", "local-registry-hosting", is_adopting=True)
    assert (step.action, step.problems, step.is_forced) == (Action.ADOPT, (), True)


def test_a_foreign_namespace_is_used_and_not_changed(stack):
    stack.stand_in.apply(
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "registry"}}
    )
    assert stack.step("Namespace", "registry").action is Action.NONE
    assert stack.step("Deployment", "registry").action is Action.CREATE
    assert stack.plan().problems == ()


def scale(stack, replicas):
    document = stack.get("Deployment", "registry", "registry")
    fields = [
        {
            "manager": "kubectl-edit",
            "operation": "Update",
            "apiVersion": "apps/v1",
            "fieldsType": "FieldsV1",
            "fieldsV1": {"f:spec": {"f:replicas": {}}},
        }
    ]
    for entry in document["metadata"]["managedFields"]:
        entry["fieldsV1"].get("f:spec", {}).pop("f:replicas", None)
    document["metadata"]["managedFields"] += fields
    document["spec"]["replicas"] = replicas
    stack.stand_in.world.save(document)


def test_a_conflict_names_manager_and_field_and_shows_what_would_change(applied):
    scale(applied, 3)
    step = applied.step("Deployment", "registry")
    assert ".spec.replicas" in step.problems[0].what
    assert "kubectl-edit" in step.problems[0].what
    assert "--force-conflicts" in step.problems[0].hint
    assert ("spec.replicas", 3, 1) in step.differences


def test_a_conflict_is_no_problem_where_it_may_be_taken_over(applied):
    scale(applied, 3)
    step = applied.step("Deployment", "registry", is_forced=True)
    assert (step.action, step.problems, step.is_forced) == (Action.CHANGE, (), True)


@pytest.mark.parametrize(
    ("size", "said"),
    [("10GiB", "A volume never shrinks. Set registry.volume"), ("40GiB", "Set registry.volume to")],
)
def test_a_volume_neither_shrinks_nor_grows_where_its_class_cannot(applied, size, said):
    applied.set(registry__volume=size)
    step = applied.step("PersistentVolumeClaim", "registry-storage", is_replacing=True)
    assert said in step.problems[0].hint
    assert not step.is_replaced


def test_a_volume_of_another_class_is_a_problem_and_never_replaced(applied):
    applied.set(kubernetes__storage_class="fast")
    step = applied.step("PersistentVolumeClaim", "registry-storage", is_replacing=True)
    assert "kubernetes.storage_class" in step.problems[0].hint
    assert not step.is_replaced


def other_selector(stack):
    found = stack.pick("Deployment", "registry")
    found["spec"]["selector"]["matchLabels"]["extra"] = "yes"
    found["spec"]["template"]["metadata"]["labels"]["extra"] = "yes"


def test_a_changed_selector_needs_a_replacement(applied):
    other_selector(applied)
    step = applied.step("Deployment", "registry")
    assert "immutable" in step.problems[0].what
    assert "--replace" in step.problems[0].hint
    assert ("spec.selector.matchLabels.extra", None, "yes") in step.differences


def test_a_strategy_of_somebody_else_needs_a_replacement(applied):
    ref = kinds.Ref(kinds.DEPLOYMENT, "registry", "registry")
    applied.cluster.patch(ref, {"spec": {"strategy": {"type": "RollingUpdate"}}})
    step = applied.step("Deployment", "registry", is_forced=True)
    assert "--replace" in step.problems[0].hint
    step = applied.step("Deployment", "registry", is_forced=True, is_replacing=True)
    assert (step.is_replaced, step.problems) == (True, ())


def test_a_replacement_that_was_agreed_to_is_no_problem(applied):
    other_selector(applied)
    step = applied.step("Deployment", "registry", is_replacing=True)
    assert (step.action, step.is_replaced, step.problems) == (Action.CHANGE, True, ())


@pytest.mark.parametrize(
    ("group", "kind", "name"),
    [("traefik.io", "Certificate", "cert-manager"), ("cert-manager.io", "IngressRoute", "Traefik")],
)
def test_missing_kinds_say_where_they_come_from(stack, group, kind, name):
    stack.stand_in.server.install(group)
    problems = {p for r, p in stack.plan().problems if r.kind.name == kind}
    assert len(problems) == 1
    assert name.lower() in problems.pop().hint.lower()


@pytest.mark.parametrize("is_there", [True, False])
def test_what_is_no_valid_object_is_found_even_where_its_namespace_is_not_there(stack, is_there):
    if is_there:
        stack.apply()
    stack.pick("Deployment", "registry")["spec"]["replicaz"] = 1
    step = stack.step("Deployment", "registry")
    assert "replicaz" in step.problems[0].what


def test_a_namespace_that_nobody_makes_is_missing(stack):
    stack.set(kubernetes__issuer_namespace="elsewhere")
    step = stack.step("Certificate", "homeport-ca")
    assert "no namespace elsewhere" in step.problems[0].what


def test_a_namespace_that_is_going_says_what_holds_it(applied):
    document = applied.get("ConfigMap", "registry", "registry-config")
    document["metadata"]["finalizers"] = ["example.org/never"]
    applied.stand_in.world.save(document)
    applied.cluster.delete(kinds.Ref(kinds.NAMESPACE, "", "registry"))
    applied.stand_in.settle()
    step = applied.step("Namespace", "registry")
    assert "example.org/never" in step.problems[0].what
    assert "kubectl get namespace registry" in step.problems[0].hint


def test_expired_credentials_are_an_error_and_no_problem(stack):
    stack.stand_in.expire_credentials()
    with pytest.raises(errors.Unauthorized) as raised:
        stack.plan()
    assert raised.value.hint


# What is no longer wanted


def test_what_is_no_longer_wanted_is_deleted(applied):
    applied.drop("Service", "localstack-edge")
    planned = applied.plan()
    assert planned.steps[-1].action is Action.DELETE
    assert str(planned.steps[-1].ref) == "Service localstack/localstack-edge"


def test_a_claim_and_its_namespace_are_kept(applied):
    applied.set(registry__namespace="images")
    claims = [s for s in applied.plan().steps if s.ref.namespace == "registry" and s.wanted is None]
    kept = {str(step.ref) for step in claims if step.action is Action.KEEP}
    assert kept == {"PersistentVolumeClaim registry/registry-storage"}
    assert {
        s.action for s in applied.plan().steps if s.ref.name == "registry" and not s.ref.namespace
    } == {Action.KEEP}


def test_a_claim_goes_with_its_namespace_where_that_was_said(applied):
    applied.set(registry__namespace="images")
    gone = [s for s in applied.plan(deletes_data=True).steps if s.wanted is None]
    assert {step.action for step in gone} == {Action.DELETE}
    assert gone[-1].ref.kind is kinds.NAMESPACE


def test_the_secret_of_a_certificate_is_not_taken_for_one_of_ours(applied):
    secret = applied.get("Secret", "registry", "registry-tls")
    ours = applied.get("Service", "registry", "registry")["metadata"]["labels"]
    secret["metadata"]["labels"] = ours
    applied.stand_in.world.save(secret)
    assert actions(applied.plan()) == {Action.NONE}


# After it was carried out


def test_all_is_as_planned(stack):
    planned = stack.plan()
    stack.apply()
    assert making.refresh(stack.cluster, planned) == ()


def test_what_somebody_else_changed_meanwhile_is_named(stack):
    planned = stack.plan()
    stack.apply()
    scale(stack, 3)
    assert [str(each) for each in making.refresh(stack.cluster, planned)] == [
        "Deployment registry/registry"
    ]
