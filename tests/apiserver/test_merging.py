"""The engine of server-side apply, without a server."""

from __future__ import annotations

import pytest
from tests.apiserver import kinds, samples
from tests.apiserver.merging import declared, engine, paths
from tests.apiserver.merging.engine import Conflict, Manager
from tests.apiserver.merging.typed import Typing
from tests.apiserver.shape.schemas import Schemas

SCHEMAS = Schemas("v1.35")
ONE, TWO = Manager("one", engine.APPLY), Manager("two", engine.APPLY)
EDITOR = Manager("editor", engine.UPDATE, "v1")
NO_KEY = (
    'associative list with keys has an element that omits key field "name" '
    "(and doesn't have default value)"
)
NAME = {"name": "settings", "namespace": "here"}


def typing(kind):
    return Typing(SCHEMAS, SCHEMAS.root(kind))


MAPS, DEPLOYMENTS, SERVICES = map(typing, (kinds.CONFIG_MAP, kinds.DEPLOYMENT, kinds.SERVICE))


def config(**data):
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": NAME, "data": data}


def deployment(*containers, **spec):
    template = {"spec": {"containers": list(containers)}}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": NAME,
        "spec": {**spec, "template": template},
    }


def service(*ports):
    return {"apiVersion": "v1", "kind": "Service", "metadata": NAME, "spec": {"ports": list(ports)}}


def texts(fields):
    return sorted(map(paths.text, fields))


def applied(kind, *steps, owned=None, live=None):
    """What comes of several applies, one after the other."""
    outcome = engine.Outcome(live or {}, owned or {})
    for manager, document in steps:
        outcome = engine.apply(kind, outcome.document, document, outcome.owned, manager)
    return outcome


# Who owns what


@pytest.mark.parametrize(
    ("kind", "document", "wanted"),
    [
        (MAPS, config(a="1"), [".data.a"]),
        (MAPS, config(), [".data"]),
        (
            DEPLOYMENTS,
            deployment(replicas=2),
            [".spec.replicas", ".spec.template.spec.containers"][:1],
        ),
        (
            DEPLOYMENTS,
            deployment({"name": "a", "ports": [{"containerPort": 80}], "args": ["x"]}),
            [
                '.spec.template.spec.containers[name="a"]',
                '.spec.template.spec.containers[name="a"].args',
                '.spec.template.spec.containers[name="a"].name',
                '.spec.template.spec.containers[name="a"].ports[containerPort=80,protocol="TCP"]',
                '.spec.template.spec.containers[name="a"].ports[containerPort=80,protocol="TCP"].containerPort',
            ],
        ),
        (
            DEPLOYMENTS,
            {
                "metadata": {**NAME, "finalizers": ["a/b"]},
                "spec": {"selector": {"matchLabels": {"a": "b"}}},
            },
            ['.metadata.finalizers[="a/b"]', ".spec.selector"],
        ),
    ],
)
def test_an_applier_owns_what_it_says(kind, document, wanted):
    assert texts(applied(kind, (ONE, document)).owned.get(ONE, ())) == wanted


def test_equal_values_are_owned_by_both():
    outcome = applied(MAPS, (ONE, config(a="1")), (TWO, config(a="1", b="2")))
    assert texts(outcome.owned[ONE]) == [".data.a"]
    assert texts(outcome.owned[TWO]) == [".data.a", ".data.b"]


def test_another_value_is_a_conflict_that_names_manager_and_field():
    before = applied(MAPS, (ONE, config(a="1", b="1")))
    with pytest.raises(Conflict) as caught:
        engine.apply(MAPS, before.document, config(a="2"), before.owned, TWO)
    assert str(caught.value) == 'Apply failed with 1 conflict: conflict with "one": .data.a'


def test_several_conflicts_are_listed_by_manager():
    before = applied(MAPS, (ONE, config(a="1")))
    before = engine.update(MAPS, before.document, config(a="1", b="1"), before.owned, EDITOR)
    with pytest.raises(Conflict) as caught:
        engine.apply(MAPS, before.document, config(a="2", b="2"), before.owned, TWO)
    lines = str(caught.value).splitlines()
    assert lines[0] == 'Apply failed with 2 conflicts: conflicts with "editor" using v1:'
    assert lines[1:] == ["- .data.b", 'conflicts with "one":', "- .data.a"]


def test_force_takes_over():
    before = applied(MAPS, (ONE, config(a="1", b="1")))
    after = engine.apply(MAPS, before.document, config(a="2"), before.owned, TWO, force=True)
    assert after.document["data"] == {"a": "2", "b": "1"}
    assert (texts(after.owned[ONE]), texts(after.owned[TWO])) == ([".data.b"], [".data.a"])


# What is taken away


def test_a_field_that_nobody_says_any_more_goes():
    outcome = applied(MAPS, (ONE, config(a="1", b="2")), (ONE, config(a="1")))
    assert outcome.document["data"] == {"a": "1"}


def test_a_field_that_another_says_too_stays():
    steps = (ONE, config(a="1", b="2")), (TWO, config(b="2")), (ONE, config(a="1"))
    outcome = applied(MAPS, *steps)
    assert outcome.document["data"] == {"a": "1", "b": "2"}
    assert texts(outcome.owned[TWO]) == [".data.b"]


def test_a_field_that_nobody_owns_stays():
    live = config(a="1", other="x")
    owned = {ONE: frozenset({("f:data", "f:a")})}
    assert applied(MAPS, (ONE, config(b="2")), live=live, owned=owned).document["data"] == {
        "other": "x",
        "b": "2",
    }


def test_an_item_that_is_no_longer_said_goes_with_what_was_filled_in():
    before = applied(SERVICES, (ONE, service({"name": "a", "port": 1}, {"name": "b", "port": 2})))
    for port in before.document["spec"]["ports"]:
        port |= {"protocol": "TCP", "nodePort": 30000 + port["port"]}
    after = applied(
        SERVICES, (ONE, service({"name": "b", "port": 2})), live=before.document, owned=before.owned
    )
    assert after.document["spec"]["ports"] == [
        {"name": "b", "port": 2, "protocol": "TCP", "nodePort": 30002}
    ]


def test_a_whole_that_is_no_longer_said_goes():
    probe = {"tcpSocket": {"port": 80}}
    steps = (
        (ONE, deployment({"name": "a", "readinessProbe": probe})),
        (ONE, deployment({"name": "a"})),
    )
    container = applied(DEPLOYMENTS, *steps).document["spec"]["template"]["spec"]["containers"][0]
    assert container == {"name": "a"}


# How two become one


@pytest.mark.parametrize(
    ("live", "applied_", "wanted"),
    [
        (["a", "b"], ["b"], ["a", "b"]),
        (["a", "b"], ["b", "a"], ["b", "a"]),
        (["a", "b"], ["c"], ["a", "b", "c"]),
        (["a", "b", "c"], ["c", "d", "a"], ["b", "c", "d", "a"]),
        ([], ["x", "y"], ["x", "y"]),
    ],
)
def test_items_keep_an_order(live, applied_, wanted):
    names = [deployment(*({"name": name} for name in row)) for row in (live, applied_)]
    merged = DEPLOYMENTS.merge(*names)["spec"]["template"]["spec"]["containers"]
    assert sorted(item["name"] for item in merged) == sorted(wanted)
    order = [item["name"] for item in merged if item["name"] in applied_]
    assert order == applied_


def test_atomic_lists_are_replaced():
    live, new = (
        deployment({"name": "a", "args": ["x", "y"]}),
        deployment({"name": "a", "args": ["z"]}),
    )
    merged = DEPLOYMENTS.merge(live, new)
    assert merged["spec"]["template"]["spec"]["containers"][0]["args"] == ["z"]


def test_a_port_without_protocol_is_the_tcp_one():
    live = service({"name": "a", "port": 1, "protocol": "TCP", "nodePort": 30001})
    merged = SERVICES.merge(live, service({"name": "b", "port": 1}))
    assert merged["spec"]["ports"] == [
        {"name": "b", "port": 1, "protocol": "TCP", "nodePort": 30001}
    ]


# Other writers


def test_another_writer_takes_what_it_changes():
    before = applied(MAPS, (ONE, config(a="1", b="1")))
    after = engine.update(MAPS, before.document, config(a="1", b="2", c="3"), before.owned, EDITOR)
    assert texts(after.owned[ONE]) == [".data.a"]
    assert texts(after.owned[EDITOR]) == [".data.b", ".data.c"]


def test_another_writer_ends_what_it_removes():
    before = applied(MAPS, (ONE, config(a="1", b="1")))
    after = engine.update(MAPS, before.document, config(b="1"), before.owned, EDITOR)
    assert (texts(after.owned[ONE]), EDITOR in after.owned) == ([".data.b"], False)


# What does not fit


@pytest.mark.parametrize(
    ("kind", "document", "wanted"),
    [
        (kinds.DEPLOYMENT, deployment(replicas=1), ""),
        (kinds.DEPLOYMENT, deployment(replicaz=1), ".spec.replicaz: field not declared in schema"),
        (
            kinds.DEPLOYMENT,
            deployment(replicas="1"),
            ".spec.replicas: expected numeric (int or float), got string",
        ),
        (
            kinds.CONFIG_MAP,
            config(a=1),
            ".data.a: expected string, got &value.valueUnstructured{Value:1}",
        ),
        (
            kinds.DEPLOYMENT,
            deployment({"name": "a"}, {"name": "a"}),
            '.spec.template.spec.containers: duplicate entries for key [name="a"]',
        ),
        (
            kinds.DEPLOYMENT,
            deployment({"image": "a"}),
            f".spec.template.spec.containers: element 0: {NO_KEY}",
        ),
        (kinds.DEPLOYMENT, {"spec": []}, ".spec: expected map, got &{[]}"),
        (
            kinds.DEPLOYMENT,
            {"spec": {"x": 1, "y": 1}},
            ".spec.x: field not declared in schema",
        ),
    ],
)
def test_what_does_not_fit_is_named(kind, document, wanted):
    assert declared.text(SCHEMAS, SCHEMAS.root(kind), document) == wanted


def test_undeclared_fields_of_custom_kinds_are_named():
    kind = kinds.named("traefik.io/v1alpha1", "IngressRoute")
    document = samples.changed(samples.ingress_route("here"), "spec.entrypoints", ["web"])
    text = declared.text(SCHEMAS, SCHEMAS.root(kind), document)
    assert text == ".spec.entrypoints: field not declared in schema"
