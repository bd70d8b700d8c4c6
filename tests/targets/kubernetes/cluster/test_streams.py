"""Watches and logs: how they come, and all the ways in which they end."""

import json
import threading
import urllib.parse

import pytest
from tests.targets.kubernetes.cluster import wires
from tests.targets.kubernetes.cluster.wires import Wire

from homeport.targets.kubernetes.cluster import errors, limits, watching
from homeport.targets.kubernetes.objects import kinds
from homeport.targets.kubernetes.objects.kinds import Ref

POD = Ref(kinds.POD, "registry", "registry-0")


def event(kind, version, **more):
    content = {"metadata": {"resourceVersion": str(version)}, **more}
    return json.dumps({"type": kind, "object": content}).encode() + b"\n"


def versions(changes):
    return [(change.type, change.object["metadata"]["resourceVersion"]) for change in changes]


ADDED, BOOKMARK = event("ADDED", 5), event("BOOKMARK", 9)
BOTH = [("ADDED", "5"), ("BOOKMARK", "9")]


@pytest.mark.parametrize(
    "step",
    [
        wires.chunks(ADDED, BOOKMARK),
        wires.chunks(ADDED + BOOKMARK),
        wires.chunks(ADDED[:7], ADDED[7:] + BOOKMARK[:3], BOOKMARK[3:]),
        wires.chunks(ADDED, b"\n", BOOKMARK.rstrip()),
        wires.answer(200, ADDED + BOOKMARK),
    ],
    ids=["one by one", "together", "cut anywhere", "without a last end", "not in chunks"],
)
def test_however_changes_come(step):
    with Wire(step) as wire:
        assert versions(wire.client().watch(kinds.POD)) == BOTH


@pytest.mark.parametrize("then", [wires.drop, wires.hang], ids=["closed", "silent"])
def test_a_connection_that_dies_is_the_end(then):
    with Wire(wires.chunks(ADDED, BOOKMARK, then=then)) as wire:
        assert versions(wire.client().watch(kinds.POD, idle_s=0.3)) == BOTH


def test_what_is_asked():
    with Wire(wires.chunks()) as wire:
        list(wire.client().watch(kinds.POD, "registry", "app=a,b=c", since="77", idle_s=300))
        path, _, query = wire.seen[0].target.partition("?")
    assert path == "/api/v1/namespaces/registry/pods"
    assert dict(urllib.parse.parse_qsl(query)) == {
        "watch": "true",
        "allowWatchBookmarks": "true",
        "timeoutSeconds": "240",
        "labelSelector": "app=a,b=c",
        "resourceVersion": "77",
    }


@pytest.mark.parametrize(("idle_s", "timeout_s"), [(300, 240), (10, 5), (5, 1), (0.5, 1)])
def test_the_server_ends_it_before_silence_does(idle_s, timeout_s):
    assert watching.timeout_s(idle_s) == timeout_s


GONE = event("ERROR", 0, code=410, reason="Expired", message="too old resource version: 1 (5)")


@pytest.mark.parametrize(
    ("step", "kind"),
    [
        (wires.chunks(GONE), errors.Gone),
        (wires.status(410, "too old", "Expired"), errors.Gone),
        (wires.chunks(event("ERROR", 0, code=500, message="etcd")), errors.Busy),
        (wires.chunks(b"<html>\n"), errors.ClusterError),
        (wires.chunks(b"[]\n"), errors.ClusterError),
        (wires.chunks(event("NEW", 1)), errors.ClusterError),
        (wires.status(404), errors.NotFound),
        (wires.status(403), errors.Forbidden),
    ],
)
def test_errors_of_a_watch(step, kind):
    with Wire(step) as wire, pytest.raises(errors.ClusterError) as caught:
        list(wire.client().watch(kinds.POD))
    assert type(caught.value) is kind


def test_the_beginning_of_a_watch_is_asked_again():
    with Wire(wires.drop, wires.status(503), wires.chunks(ADDED)) as wire:
        assert versions(wire.client().watch(kinds.POD)) == [("ADDED", "5")]


def test_changes_come_as_they_happen_and_closing_ends_all_readers():
    with Wire(wires.chunks(ADDED, then=wires.hang)) as wire:
        client = wire.client()
        came = [threading.Event() for _ in range(20)]
        threads = [threading.Thread(target=_follow, args=(client, each)) for each in came]
        for thread in threads:
            thread.start()
        assert all(each.wait(20) for each in came)
        client.close()
        for thread in threads:
            thread.join(10)
        assert not any(thread.is_alive() for thread in threads)


def _follow(client, came):
    for _ in client.watch(kinds.POD, idle_s=60):
        came.set()


def test_watches_do_not_hold_up_requests():
    with Wire(wires.chunks(ADDED, then=wires.hang)) as wire, wire.client() as client:
        watches = [client.watch(kinds.POD) for _ in range(limits.CONNECTIONS + 4)]
        assert [next(watch).type for watch in watches] == ["ADDED"] * len(watches)
        wire.steps = [wires.answer(200, {"gitVersion": "v1.35.6+k3s1"})]
        assert client.version() == "v1.35.6+k3s1"
        for watch in watches:
            watch.close()


@pytest.mark.parametrize(
    ("step", "lines"),
    [
        (wires.chunks(b"one\ntwo\n"), ["one", "two"]),
        (wires.chunks(b"on", b"e\r\n\ntw", b"o"), ["one", "", "two"]),
        (wires.chunks("ü\n".encode()[:1], "ü\n".encode()[1:]), ["ü"]),
        (wires.chunks(b"\xff\n"), ["\ufffd"]),
        (wires.chunks(), []),
        (wires.answer(200, b"one\ntwo", Content_Type="text/plain"), ["one", "two"]),
    ],
)
def test_lines_of_a_log(step, lines):
    with Wire(step) as wire:
        assert list(wire.client().log(POD)) == lines


def test_a_line_that_is_too_long_comes_in_pieces():
    line = b"x" * (2 * limits.LINE_BYTES + 5)
    with Wire(wires.chunks(b"a\n" + line, b"\nb\n")) as wire:
        found = [len(each) for each in wire.client().log(POD)]
    assert found == [1, limits.LINE_BYTES, limits.LINE_BYTES, 5, 1]


def test_a_log_that_breaks_off_is_not_taken_for_all_of_it():
    with Wire(wires.chunks(b"one\n", then=wires.drop)) as wire:
        lines = wire.client().log(POD, follow=True)
        assert next(lines) == "one"
        with pytest.raises(
            errors.Unreachable, match="read the log of Pod registry/registry-0 to its"
        ):
            next(lines)


@pytest.mark.parametrize(
    ("options", "query"),
    [
        ({}, ""),
        ({"container": "registry", "tail": 0}, "?container=registry&tailLines=0"),
        ({"tail": 10, "follow": True, "previous": True}, "?tailLines=10&follow=true&previous=true"),
    ],
)
def test_what_is_asked_of_a_log(options, query):
    with Wire(wires.chunks()) as wire:
        list(wire.client().log(POD, **options))
        assert wire.seen[0].target == f"/api/v1/namespaces/registry/pods/registry-0/log{query}"


def test_a_container_that_waits():
    waiting = 'container "registry" in pod "registry-0" is waiting to start: ContainerCreating'
    step = wires.status(400, waiting, "BadRequest")
    with Wire(step) as wire, pytest.raises(errors.Invalid, match="waiting to start"):
        list(wire.client().log(POD))
