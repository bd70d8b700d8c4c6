"""A stack is read, and followed through whatever becomes of the API server, with a real client over TLS."""

from __future__ import annotations

import itertools
import threading

import pytest
from tests.apiserver import faults, kinds
from tests.targets.kubernetes.watching import deployed
from tests.targets.kubernetes.watching.living import PARTS, living, watchers, watchers_end

from homeport.stack.lifecycle import State
from homeport.targets.kubernetes.cluster import errors
from homeport.targets.kubernetes.cluster.wire.retrying import Patience
from homeport.targets.kubernetes.watching import streams

HASTY = Patience(total_s=0.3, first_s=0.2, pause_s=0.02, longest_pause_s=0.1)


@pytest.fixture
def live(tmp_path):
    with living(tmp_path) as made:
        yield made


def test_reads_nothing(live):
    assert [row.state for row in live.read().rows] == [State.INITIAL] * 3


def test_reads_what_is_there(live):
    live.apply()
    live.until("cloud", State.READY)
    live.until("registry", State.READY)
    live.until("registry-ui", State.READY)
    report = live.read()
    assert report.is_ready
    assert report.context == live.client.context


def test_follows_a_first_apply(live):
    live.controllers.delay(pull=0.3, ready=0.3)
    followed = live.follow(lambda report: report.is_ready)
    first = next(followed)
    assert [row.state for row in first.rows] == [State.INITIAL] * 3
    live.apply()
    states = [report.row("registry").state for report in followed]
    assert list(dict.fromkeys(states)) == [State.PENDING, State.RUNNING, State.READY]


def test_each_report_is_another_one(live):
    live.apply("registry")
    found = live.until("registry", State.READY)
    assert all(before != after for before, after in itertools.pairwise(found))


def test_an_error_with_the_last_lines_of_the_container(live):
    live.controllers.fail("crash", "registry:2")
    live.apply("registry")
    live.until("registry", State.ERROR)
    pod = live.pod()["metadata"]["name"]
    live.cluster.logs.write("registry", pod, "registry", "starting", "panic: no config")
    lines = live.read().row("registry").lines
    assert lines == ("starting", "panic: no config")


def test_followers_get_those_lines_too(live):
    live.controllers.fail("crash", "registry:2")
    live.controllers.stall("kubelet")
    live.apply("registry")
    live.controllers.resume()
    reports = live.follow(lambda report: report.row("registry").lines != (), deadline_s=3)
    assert any(report.row("registry").state is State.ERROR for report in reports)


DISTURBANCES = {
    "dropped": lambda cluster: cluster.drop_watches(),
    "forgotten": lambda cluster: cluster.drop_watches(is_forgotten=True),
    "restarted": lambda cluster: cluster.restart(),
    "unavailable": lambda cluster: cluster.faults.add(faults.unavailable(), count=10),
    "too many": lambda cluster: cluster.faults.add(faults.too_many(0), count=10),
    "cut": lambda cluster: cluster.faults.add(faults.dropped(), count=10),
}


@pytest.mark.parametrize("what", DISTURBANCES)
def test_goes_on_through(live, what):
    followed = live.follow(lambda report: report.row("registry").state is State.READY)
    next(followed)
    DISTURBANCES[what](live.cluster)
    live.apply("registry")
    assert list(followed)[-1].row("registry").state is State.READY


def test_a_deletion_while_the_watch_was_away_is_seen(live):
    live.apply("registry")
    live.until("registry", State.READY)
    followed = live.follow(lambda report: report.row("registry").state is State.TERMINATED)
    assert next(followed).row("registry").state is State.READY
    live.cluster.world.remove(live.cluster.get("Deployment", "registry", "registry"))
    live.cluster.drop_watches(is_forgotten=True)
    assert list(followed)[-1].row("registry").state is State.TERMINATED


def test_credentials_that_expire_are_an_error(live):
    followed = live.follow()
    next(followed)
    live.cluster.expire_credentials()
    live.cluster.drop_watches()
    with pytest.raises(errors.Unauthorized):
        list(followed)


def test_a_server_that_stays_away_is_an_error(tmp_path, monkeypatch):
    monkeypatch.setattr(streams, "PATIENCE_S", 0.5)
    with living(tmp_path, patience=HASTY) as live:
        followed = live.follow()
        next(followed)
        live.cluster.server.stop()
        with pytest.raises(errors.Unreachable):
            list(followed)
        live.cluster.server.start()


def test_who_may_not_see_volumes_is_told_the_rest(live):
    live.cluster.faults.add(faults.forbidden(), kind="PersistentVolume", count=None)
    live.apply("registry")
    live.until("registry", State.READY)
    assert live.read().row("registry").state is State.READY


def test_who_may_not_see_pods_is_told_so(live):
    live.cluster.faults.add(faults.forbidden(), kind="Pod", count=None)
    with pytest.raises(errors.Forbidden):
        list(live.follow())


def test_a_cluster_without_cert_manager(live):
    live.cluster.server.install("traefik.io")
    assert live.read().row("registry").state is State.INITIAL
    assert next(live.follow()).row("registry").state is State.INITIAL


def test_ends_at_its_deadline(live):
    assert len(list(live.follow(deadline_s=0.5))) == 1


def test_closing_ends_all_threads(live):
    followed = live.follow()
    next(followed)
    assert len(watchers()) == 11
    followed.close()
    assert watchers_end(live.client)


def foreign_event(number):
    return {
        "apiVersion": "v1",
        "kind": "Event",
        "metadata": {"name": f"job-{number}.1", "namespace": "registry"},
        "involvedObject": {"kind": "Pod", "name": f"job-{number}", "namespace": "registry", "uid": str(number)},
        "reason": "FailedMount",
        "message": f"event {number}",
        "type": "Warning",
        "lastTimestamp": "2026-11-29T10:00:00Z",
        "firstTimestamp": "2026-11-29T10:00:00Z",
    }  # fmt: skip


def test_thousands_of_events_about_others(live):
    live.cluster.world.create(deployed.namespace(PARTS["registry"]))
    for number in range(2000):
        live.cluster.store.create(kinds.EVENT, foreign_event(number))
    followed = live.follow(lambda report: report.row("registry").state is State.READY)
    next(followed)
    writer = threading.Thread(
        target=lambda: [
            live.cluster.store.create(kinds.EVENT, foreign_event(number))
            for number in range(2000, 3000)
        ]
    )
    writer.start()
    live.apply("registry")
    assert list(followed)[-1].row("registry").state is State.READY
    writer.join()


def test_an_idle_stack_is_left_in_peace(live):
    live.apply("registry")
    live.until("registry", State.READY)
    followed = live.follow(deadline_s=1.5)
    next(followed)
    before = len(live.cluster.server.requests)
    assert list(followed) == []
    assert len(live.cluster.server.requests) - before <= len(PARTS) * 11
