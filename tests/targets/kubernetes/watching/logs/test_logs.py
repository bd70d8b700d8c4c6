"""Logs of pods, read and followed over restarts, replaced pods and broken connections."""

from __future__ import annotations

import itertools

import pytest
from tests.targets.kubernetes.watching import deployed
from tests.targets.kubernetes.watching.living import living

from homeport.stack.lifecycle import State
from homeport.targets.kubernetes.watching.logs import following, reading, writers
from homeport.targets.kubernetes.watching.logs.writers import Line, Silent


@pytest.fixture
def live(tmp_path):
    with living(tmp_path) as made:
        made.apply("registry", "registry-ui")
        made.until("registry", State.READY)
        made.until("registry-ui", State.READY)
        yield made


def write(live, *lines):
    live.cluster.logs.write("registry", live.pod()["metadata"]["name"], "registry", *lines)


def read(live, component=None, **options):
    found = writers.find(live.client, deployed.CHOSEN, component)
    return list(reading.read(live.client, found, **{"tail": 100} | options))


def texts(said, count):
    return [each.text for each in itertools.islice(said, count)]


def follow(live, tail=100):
    return following.follow(live.client, deployed.CHOSEN, "registry", tail=tail)


def test_all_components(live):
    write(live, "one", "two")
    assert {each.component for each in writers.find(live.client, deployed.CHOSEN, None)} == {
        "registry",
        "registry-ui",
    }
    assert [each.text for each in read(live)] == ["one", "two"]


def test_one_component_and_its_last_lines(live):
    write(live, "one", "two", "three")
    assert [each.text for each in read(live, "registry", tail=2)] == ["two", "three"]
    assert read(live, "registry-ui") == []


def test_a_container_that_has_not_started_says_so(live):
    live.controllers.fail("pull")
    live.cluster.world.remove(live.pod())
    live.until("registry", State.ERROR)
    (said,) = read(live, "registry")
    assert isinstance(said, Silent)
    assert "image" in said.why


def test_follows(live):
    write(live, "one", "two")
    said = follow(live, tail=1)
    assert texts(said, 1) == ["two"]
    write(live, "three")
    assert texts(said, 1) == ["three"]
    said.close()


def test_follows_a_pod_that_takes_the_place_of_another(live):
    write(live, "of the first")
    said = follow(live)
    assert texts(said, 1) == ["of the first"]
    old = live.pod()["metadata"]["uid"]
    live.cluster.world.remove(live.pod())
    live.until("registry", State.READY)
    write(live, "of the second")
    found = next(said)
    assert isinstance(found, Line)
    assert (found.text, found.writer.uid != old) == ("of the second", True)
    said.close()


def test_goes_on_where_a_connection_broke(live):
    write(live, *[f"line {number}" for number in range(30)])
    said = follow(live)
    assert len(texts(said, 30)) == 30
    live.cluster.drop_watches()
    write(live, "line 30")
    assert texts(said, 1) == ["line 30"]
    said.close()


AFTER = [
    (["a", "b", "c"], ["a", "b"], ["c"]),
    (["a", "b", "a", "b", "c"], ["a", "b"], ["c"]),
    (["x", "y"], ["a"], ["x", "y"]),
    (["a"], ["a"], []),
    ([], ["a"], []),
]


@pytest.mark.parametrize(("lines", "known", "new"), AFTER)
def test_what_comes_after_known_lines(lines, known, new):
    assert following.after(lines, known) == new
