"""Events: when they happened, which one holds, and which are kept."""

from __future__ import annotations

import pytest
from tests.targets.kubernetes.watching import deployed

from homeport.targets.kubernetes.objects import kinds
from homeport.targets.kubernetes.watching import events, known, parts

PARTS = parts.of(deployed.CHOSEN)
PLACE = parts.Place(kinds.EVENT, "registry")
CREATED = {"creationTimestamp": "2026-11-29T10:00:00Z"}
TEN = 1_795_946_400.0


def event(reason="FailedMount", name="registry-1", at="2026-11-29T10:00:00Z", **more):
    return {
        "metadata": {"name": f"{name}.1", "namespace": "registry"},
        "involvedObject": {"kind": "Pod", "name": name, "namespace": "registry", "uid": name},
        "reason": reason,
        "message": "said",
        "lastTimestamp": at,
    } | more


TIMES = [
    ({"lastTimestamp": "2026-11-29T10:00:05Z"}, 5, 5),
    ({"firstTimestamp": "2026-11-29T10:00:01Z", "lastTimestamp": "2026-11-29T10:00:05Z"}, 1, 5),
    ({"eventTime": "2026-11-29T10:00:02.500000Z", "lastTimestamp": None}, 2.5, 2.5),
    (
        {
            "eventTime": "2026-11-29T10:00:02Z",
            "series": {"lastObservedTime": "2026-11-29T10:00:09Z"},
            "lastTimestamp": None,
        },
        2,
        9,
    ),
    ({"lastTimestamp": None, "metadata": CREATED}, 0, 0),
]


@pytest.mark.parametrize(("fields", "first", "last"), TIMES)
def test_times_in_all_their_forms(fields, first, last):
    found = event(**fields)
    assert (events.first(found) - TEN, events.last(found) - TEN) == (first, last)


HOLDS = [
    (["FailedMount 1"], True),
    (["FailedMount 1", "Pulling 2"], False),
    (["FailedMount 1", "Pulling 1"], False),
    (["FailedMount 3", "Pulling 2"], True),
    (["FailedMount 1", "Scheduled 2"], True),
    (["Pulling 1"], False),
    ([], False),
]


@pytest.mark.parametrize(("told", "expected"), HOLDS)
def test_a_failure_holds_until_something_ends_it(told, expected):
    found = [
        event(reason, at=f"2026-11-29T10:00:0{second}Z")
        for reason, second in (each.split() for each in told)
    ]
    assert bool(events.holds(found, "FailedMount", ("Pulling",))) is expected


CONCERNS = [
    (event(), True),
    (event(name="registry-storage"), True),
    (event(name="registry-ui-5f"), True),
    (event(name="job-1"), False),
    (event(name="localstack-1"), False),
    (event(reason="NodeHasSufficientMemory"), False),
    (event(involvedObject={}), False),
]


@pytest.mark.parametrize(("found", "expected"), CONCERNS)
def test_only_what_concerns_a_component_is_kept(found, expected):
    assert events.concerns(found, PARTS) is expected


def kept(*found):
    store = known.Known(deployed.CHOSEN)
    store.replace(PLACE, found)
    return list(store.snapshot(0).objects[kinds.EVENT])


def test_of_the_same_the_newest_is_kept():
    old, new = event(at="2026-11-29T10:00:01Z"), event(at="2026-11-29T10:00:02Z")
    assert kept(old, new) == kept(new, old) == [new]


def test_others_stay_beside_it():
    assert len(kept(event(), event("Pulling"), event(message="another"))) == 3


def test_there_is_a_limit_and_the_oldest_go_first():
    many = [
        event(name=f"registry-{n}", at=f"2026-11-29T{n // 60:02}:{n % 60:02}:00Z")
        for n in range(1200)
    ]
    found = kept(*many)
    assert len(found) == events.LIMIT
    assert min(map(events.last, found)) == events.last(many[200])


def test_an_event_that_the_cluster_forgets_is_not_undone():
    store = known.Known(deployed.CHOSEN)
    store.change(PLACE, "ADDED", event())
    store.change(PLACE, "DELETED", event())
    assert len(store.snapshot(0).objects[kinds.EVENT]) == 1
