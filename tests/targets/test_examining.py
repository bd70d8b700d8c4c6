"""What doctor looks at on this machine."""

import dataclasses
import datetime

import pytest
from tests.stack.rules import examples, serving

from homeport.clock import SystemClock, VirtualClock
from homeport.stack import load
from homeport.stack.rules import checking
from homeport.stack.rules.checking import Outcome
from homeport.stack.rules.rule import Planned
from homeport.targets.local import examining

DAY_S = 86_400


def checked(name, chosen, time=None):
    its = [each for each in examining.rules(time or SystemClock()) if each.id == name]
    (found,) = checking.on_here(Planned(chosen, ()), its)
    return found


def settings(folder, **environment):
    return load.load({}, {"HOMEPORT_DATA": str(folder)} | environment).settings


def test_a_folder_that_is_to_be_made(tmp_path):
    found = checked("machine-folder", settings(tmp_path / "a" / "b"))
    assert found.outcome is Outcome.PASSED
    assert list(tmp_path.iterdir()) == []


def test_a_folder_below_a_file(tmp_path):
    (tmp_path / "file").write_text("")
    found = checked("machine-folder", settings(tmp_path / "file" / "data"))
    assert found.outcome is Outcome.FAILED
    assert "--data" in examples.said(found)


def test_room(tmp_path):
    chosen = settings(tmp_path, HOMEPORT_REGISTRY_QUOTA="1MiB", HOMEPORT_CLOUD_QUOTA="1MiB")
    assert checked("machine-room", chosen).outcome is Outcome.PASSED
    its = dataclasses.replace(chosen.registry, quota=2**60)
    found = checked("machine-room", dataclasses.replace(chosen, registry=its))
    assert found.outcome is Outcome.WARNED
    assert "registry.quota and cloud.quota" in examples.said(found)


@pytest.mark.parametrize(
    ("days", "outcome"), [(0, Outcome.PASSED), (380, Outcome.WARNED), (398, Outcome.FAILED)]
)
def test_certificates(tmp_path, days, outcome):
    served = serving.Served(tmp_path)
    later = VirtualClock(datetime.datetime.now(datetime.UTC).timestamp() + days * DAY_S)
    assert checked("machine-certificate", served.chosen, later).outcome is outcome


def test_a_certificate_that_is_none(tmp_path):
    served = serving.Served(tmp_path)
    (tmp_path / "certs/server.crt").write_text("nothing")
    found = checked("machine-certificate", served.chosen)
    assert "is no certificate that can be read" in examples.said(found)


def test_ids_and_texts_are_whole():
    for each in examining.rules(SystemClock()):
        assert each.id.startswith("machine-")
        assert each.title.endswith(".")
        assert each.hint
