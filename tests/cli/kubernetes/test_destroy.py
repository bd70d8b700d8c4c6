import pytest

from homeport.cli.kubernetes.proposing import consent


def volumes(person):
    return {one["metadata"]["name"] for one in person.stand_in.world.all("PersistentVolume")}


def claim(person):
    return person.stand_in.get("PersistentVolumeClaim", "registry", "registry-storage")


@pytest.fixture
def deployed(person):
    person.apply()
    return person


def test_it_says_what_goes_and_what_stays(deployed):
    name = claim(deployed)["spec"]["volumeName"]
    code, out, _ = deployed.run("destroy", "--yes")
    assert code == 0
    assert "- Deployment registry/registry" in out
    assert f"= PersistentVolume {name} (30Gi, registry/registry-storage)  kept with its data" in out
    assert "gives the kept volumes back" in out
    assert deployed.stand_in.get("Namespace", None, "registry") is None


def test_the_data_is_there_again_after_the_next_apply(deployed):
    name = claim(deployed)["spec"]["volumeName"]
    deployed.run("destroy", "--yes")
    code, out, _ = deployed.run("plan")
    assert (code, f"with the volume {name}, which was kept" in out) == (2, True)
    deployed.apply()
    assert claim(deployed)["spec"]["volumeName"] == name
    assert deployed.run("plan")[0] == 0


def test_data_goes_where_that_was_said(deployed):
    code, out, _ = deployed.run("destroy", "--yes", "--delete-data")
    assert code == 0
    assert "deleted with ALL ITS DATA" in out
    assert volumes(deployed) == set()


@pytest.mark.parametrize(("answer", "code"), [("homeport", 0), ("y", 1), ("", 1)])
def test_a_person_types_the_name(deployed, monkeypatch, answer, code):
    monkeypatch.setattr(consent, "can_ask", lambda given: True)
    monkeypatch.setattr(consent, "answer", lambda question: answer)
    assert deployed.run("destroy")[0] == code
    is_there = deployed.stand_in.get("Namespace", None, "registry") is not None
    assert is_there is bool(code)


def test_without_a_terminal_it_needs_a_yes(deployed):
    code, _, err = deployed.run("destroy")
    assert code == 1
    assert "--yes" in err


def test_nothing_is_there(person):
    code, out, _ = person.run("destroy")
    assert code == 0
    assert "nothing of the stack homeport" in out


def test_lines_for_programs(deployed):
    code, events = deployed.events("destroy", "--yes")
    kinds = [event["event"] for event in events]
    assert (code, kinds[0], kinds[-1]) == (0, "removal", "destroyed")
    assert [volume["deleted"] for volume in events[0]["volumes"]] == [False, False]


def test_users_survive(deployed):
    file = deployed.folder / "data/kubernetes/homeport/htpasswd"
    before = file.read_text()
    deployed.run("destroy", "--yes")
    deployed.apply("--no-wait")
    assert file.read_text() == before
