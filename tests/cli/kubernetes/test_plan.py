import json

import pytest

from homeport.cli.kubernetes.view import plans
from homeport.targets.kubernetes.objects.kinds import DEPLOYMENT, Ref
from homeport.targets.kubernetes.planning import plan

SERVICE = {
    "apiVersion": "v1",
    "kind": "ConfigMap",
    "metadata": {"name": "local-registry-hosting", "namespace": "kube-public"},
}


def test_a_first_plan_changes_nothing_here_or_there(person):
    before = person.stand_in.store.version
    code, out, err = person.run("plan")
    assert code == 2
    assert "+ Deployment registry/registry" in out
    assert "to create." in out
    assert "apply will make a password for admin" in err
    assert person.stand_in.store.version == before
    assert not (person.folder / "data").exists()


def test_nothing_to_change(person):
    person.apply()
    code, out, _ = person.run("plan")
    assert code == 0
    assert "No changes" in out


@pytest.mark.parametrize(
    ("problems", "said"),
    [((), "No changes: 1 unchanged."), ((plan.Problem("Others set it.", "Ask."),), "1 unchanged.")],
)
def test_what_cannot_be_done_is_not_called_no_changes(problems, said):
    step = plan.Step(plan.Action.NONE, Ref(DEPLOYMENT, "registry", "registry"), problems=problems)
    assert plans.summary(plan.Plan("homeport", "here", (step,))) == said


def test_a_field_that_changes(person):
    person.apply()
    person.set('[registry]\nimage = "registry:3"')
    code, out, _ = person.run("plan")
    assert code == 2
    assert "~ Deployment registry/registry" in out
    assert "containers[registry].image: registry:2 -> registry:3" in out


def test_for_programs(person):
    code, out, _ = person.run("plan", "-o", "json")
    found = json.loads(out)
    assert (code, found["changes"], found["stack"]) == (2, True, "homeport")
    assert found["summary"]["create"] == len(found["steps"])
    assert {finding["level"] for finding in found["findings"]} <= {"warning", "error"}


def test_no_secret_is_shown(person, monkeypatch):
    monkeypatch.setenv("HOMEPORT_ADMIN_PASSWORD", "hush hush")
    first = person.run("plan", "-o", "json")
    person.apply()
    monkeypatch.setenv("HOMEPORT_ADMIN_PASSWORD", "hush hush again")
    code, out, err = person.run("plan", "-o", "json")
    change = next(s for s in json.loads(out)["steps"] if s["name"] == "registry-auth")
    assert (code, change["differences"][0]["after"]) == (2, "***")
    assert "hush" not in out + err + "".join(map(str, first))
    assert "$2y$" not in out


def test_problems_are_told_with_what_helps(person):
    person.stand_in.apply(SERVICE)
    code, out, _ = person.run("plan")
    assert code == 1
    assert "problem  ConfigMap kube-public/local-registry-hosting" in out
    assert person.run("plan", "--adopt")[0] == 2


def test_the_same_problem_of_many_objects_is_told_once(person):
    person.stand_in.server.install("cert-manager.io")
    _, out, _ = person.run("plan")
    assert out.count("The cluster does not know IngressRoute (traefik.io/v1alpha1).") == 1


def test_a_rule_that_does_not_hold_stops_it_unless_it_is_accepted(person):
    person.set(cloud='edge = "off"\nengine = "upstream"'.replace('engine = "upstream"', ""))
    person.file.write_text(
        person.file.read_text().replace('engine = "builtin"', 'engine = "upstream"')
    )
    code, out, _ = person.run("plan")
    assert code == 1
    assert "error  cloud-auth-token" in out
    accepted = [
        "--accept",
        "cloud-auth-token",
        "--accept",
        "cloud-docker-socket",
        "--accept",
        "cloud-persistence",
    ]
    assert person.run("plan", *accepted)[0] == 2


@pytest.mark.parametrize("what", ["credentials", "server", "kubeconfig"])
def test_a_cluster_that_cannot_be_asked(person, what, monkeypatch):
    if what == "credentials":
        person.stand_in.expire_credentials()
    elif what == "server":
        # nothing listens there any more
        text = (person.folder / "kubeconfig").read_text()
        (person.folder / "kubeconfig").write_text(
            text.replace("https://127.0.0.1", "https://0.0.0.0.invalid")
        )
    else:
        (person.folder / "kubeconfig").unlink()
    code, out, err = person.run("plan")
    assert (code, out) == (1, "")
    assert err.rstrip().count("\n") >= 1
    assert "Traceback" not in err


def test_what_others_wrote_into_an_object_does_nothing_to_a_terminal(person):
    person.apply()
    found = person.stand_in.get("ConfigMap", "registry", "registry-config")
    data = {"config.yml": "\x1b]8;;https://example.org\x1b\\\x1b[2Jversion: 0.1"}
    person.stand_in.world.save({**found, "data": data})
    _, out, err = person.run("plan", "--force-conflicts")
    assert "\\x1b[2J" in out
    assert "\x1b" not in out + err
