"""A plan in words."""

import pytest

from homeport.cli.tofu import cluster, texts
from homeport.net.dns.records import Action as Of
from homeport.net.dns.records import Change, Changes, Kind, Record
from homeport.targets.kubernetes.objects import kinds
from homeport.targets.kubernetes.planning.plan import Action, Difference, Plan, Step

REF = kinds.Ref(kinds.DEPLOYMENT, "registry", "registry")


class Cluster:
    context, server = "here", "https://k"


def text(*steps, changes=None):
    here = cluster.Here(None, Cluster(), ())
    return texts.of(here, Plan("demo", "here", steps), changes).splitlines()


def test_where_all_is_new_it_is_counted():
    assert text(Step(Action.CREATE, REF)) == ["1 to create (stack demo, context here, https://k)"]


def test_a_change_is_told_field_by_field():
    found = (
        Difference("a", "1", "2"),
        Difference("b", None, 3),
        Difference("c", "x", None),
        Difference("d", "***", "***"),
    )
    assert text(Step(Action.CHANGE, REF, differences=found))[1:] == [
        "change  Deployment registry/registry",
        "        a: 1 -> 2",
        "        b: set to 3",
        "        c: no longer x",
        "        d: changed",
    ]


@pytest.mark.parametrize(
    ("step", "line"),
    [
        (Step(Action.DELETE, REF), "delete  Deployment registry/registry"),
        (Step(Action.CHANGE, REF, is_replaced=True), "replace Deployment registry/registry"),
        (Step(Action.KEEP, REF), "keep    Deployment registry/registry"),
        (
            Step(Action.ADOPT, REF, volume="v"),
            "adopt   Deployment registry/registry, with the volume v, which was kept",
        ),
    ],
)
def test_what_else_is_done_with_an_object(step, line):
    assert text(step)[1:] == [line]


def test_where_nothing_changes_it_says_so():
    found = text(Step(Action.NONE, REF))
    assert found == ["No changes: 1 unchanged (stack demo, context here, https://k)"]


def test_records_stand_behind_the_objects():
    record = Record("registry.lan", Kind.CNAME, "traefik.lan")
    changes = Changes("the Pi-hole", (Change(Of.ADD, record), Change(Of.KEEP, record)))
    assert text(Step(Action.NONE, REF), changes=changes)[1:] == [
        "create  record registry.lan CNAME traefik.lan at the Pi-hole"
    ]
