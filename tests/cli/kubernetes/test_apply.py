import json
import stat

import pytest

from homeport.cli.kubernetes.proposing import consent
from homeport.registry.access import htpasswd


def at_a_terminal(monkeypatch, *answers):
    """A person who types these answers."""
    said = iter(answers)
    monkeypatch.setattr(consent, "can_ask", lambda given: True)
    monkeypatch.setattr(consent, "answer", lambda question: next(said))


def test_it_waits_until_all_is_ready_and_says_what_comes_next(person):
    out = person.apply()
    assert "registry     Ready    https://registry.homelab.local" in out
    assert "docker login registry.homelab.local -u admin" in out
    assert "homeport verify" in out or "verify --target kubernetes" in out
    assert "node-config" in out


def test_the_password_is_kept_and_in_no_log(person):
    out = person.apply()
    file = person.folder / "data/kubernetes/homeport/admin-password"
    password = file.read_text().strip()
    assert password not in out
    assert "was made up" in out
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    again = person.apply()
    assert password not in again
    assert "admin-password" in again


def test_repeating_it_changes_nothing(person):
    person.apply()
    out = person.apply()
    assert "No changes" in out
    assert "created" not in out.replace("created anew", "")


def test_nothing_is_changed_without_a_yes(person):
    before = person.stand_in.store.version
    code, _, err = person.run("apply")
    assert code == 1
    assert "--yes" in err
    assert person.stand_in.store.version == before
    assert not (person.folder / "data/kubernetes/homeport/htpasswd").exists()


@pytest.mark.parametrize(("answer", "code"), [("y", 0), ("yes", 0), ("", 1), ("n", 1)])
def test_a_person_is_asked(person, monkeypatch, answer, code):
    at_a_terminal(monkeypatch, answer)
    assert person.run("apply", "--no-wait")[0] == code


def test_nothing_is_changed_while_something_stands_against_it(person):
    person.stand_in.server.install()
    before = person.stand_in.store.version
    code, out, err = person.run("apply", "--yes")
    assert code == 1
    assert "does not know IngressRoute" in out
    assert "Nothing was changed" in err
    assert person.stand_in.store.version == before


def test_lines_for_programs(person):
    code, events = person.events("apply", "--yes")
    kinds = [event["event"] for event in events]
    assert (code, kinds[0], kinds[-1]) == (0, "plan", "ready")
    assert {"created", "component"} <= set(kinds)
    assert "password" not in json.dumps(events).replace("admin-password", "")


# The exposure


def exposed(person):
    return person.stand_in.get("Service", "localstack", "localstack-edge") is not None


def test_the_cloud_is_not_exposed_without_an_answer_of_its_own(person):
    person.set(cloud="")
    code, _, err = person.run("apply", "--yes")
    assert code == 1
    assert "--expose-edge" in err
    assert "any credentials" in err
    assert person.stand_in.get("Namespace", None, "registry") is None


def test_a_flag_exposes_it_and_holds(person):
    person.set(cloud="")
    person.apply("--expose-edge", "--no-wait")
    assert exposed(person)
    person.apply("--no-wait")
    assert exposed(person)


@pytest.mark.parametrize(("answer", "is_exposed"), [("y", True), ("n", False)])
def test_a_person_answers(person, monkeypatch, answer, is_exposed):
    person.set(cloud="")
    at_a_terminal(monkeypatch, answer, "y")
    code, out, err = person.run("apply", "--no-wait")
    assert code == 0, (err, out)
    assert exposed(person) is is_exposed


def test_a_no_holds_until_a_flag_says_yes(person, monkeypatch):
    person.set(cloud="")
    with monkeypatch.context() as patched:
        at_a_terminal(patched, "n", "y")
        person.run("apply", "--no-wait")
    code, _, err = person.run("plan")
    assert (code, "localstack-edge is left out" in err) == (0, True)
    person.apply("--no-wait")
    assert not exposed(person)
    person.apply("--no-wait", "--expose-edge")
    assert exposed(person)


# When it does not become ready


def test_a_component_that_does_not_become_ready_is_told_with_the_clusters_words(person):
    person.stand_in.controllers.fail("pull", "registry:2")
    person.file.write_text(person.file.read_text().replace("timeout_s = 20", "timeout_s = 3"))
    code, _, err = person.run("apply", "--yes")
    assert code == 1
    assert "registry is Error: ErrImagePull" in err or "ImagePullBackOff" in err
    assert "timed out" not in err


def test_it_can_be_interrupted_and_gone_on_with(person, monkeypatch):
    def interrupt(*_, **__):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("homeport.targets.kubernetes.applying.readiness.wait", interrupt)
        code, _, err = person.run("apply", "--yes")
    assert code == 130
    assert "homeport apply goes on from there" in err
    person.apply()


def test_two_of_one_machine_do_not_meet(person, monkeypatch):
    from homeport.stack import load
    from homeport.targets.kubernetes.applying import alone

    chosen = load.load({}, {}, config=str(person.file)).settings
    with alone.held(chosen):
        code, _, err = person.run("apply", "--yes")
    assert code == 1
    assert "Another command is changing the stack" in err


def test_a_lost_folder_is_harmless(person):
    person.apply("--no-wait")
    folder = person.folder / "data/kubernetes/homeport"
    for file in folder.iterdir():
        file.unlink()
    code, out, err = person.run("apply", "--yes", "--no-wait")
    assert code == 0
    assert "No changes" in out
    assert "The users are those of Secret" in err
    assert "homeport users add admin" in out


def test_a_new_user_is_told_to_the_cluster_by_apply(person):
    person.apply("--no-wait")
    code, out, err = person.run("users", "add", "eve", "--generate", "--target", "kubernetes")
    assert (code, "homeport apply" in err, len(out.strip())) == (0, True, htpasswd.NEW_LENGTH)
    _, listed, _ = person.run("users", "list", "--target", "kubernetes")
    assert listed.split() == ["admin", "eve"]
    assert "changed   Secret registry/registry-auth" in person.apply("--no-wait")


NARROW = 'edge_networks = ["192.168.1.0/24", "192.168.2.0/24"]'


@pytest.mark.parametrize(
    ("cloud", "code"),
    [(NARROW, 0), ('edge_networks = ["192.168.2.0/24"]', 0), ('edge_networks = ["0.0.0.0/0"]', 1), ("", 1)],
    ids=["the same", "fewer", "others", "all"],
)  # fmt: skip
def test_an_edge_that_was_opened_to_some_is_opened_to_others_only_by_another_yes(
    person, cloud, code
):
    person.set(cloud=NARROW)
    person.apply("--expose-edge", "--no-wait")
    person.set(cloud=cloud)
    assert person.run("apply", "--yes", "--no-wait")[0] == code
    found = person.stand_in.get("Service", "localstack", "localstack-edge")
    assert set(found["spec"]["loadBalancerSourceRanges"]) <= {"192.168.1.0/24", "192.168.2.0/24"}
    assert person.run("apply", "--yes", "--no-wait", "--expose-edge")[0] == 0
