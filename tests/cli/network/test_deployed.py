"""DNS records beside the objects of a cluster: planned, made and removed by the commands of the cluster."""

import json

import pytest
from tests.cli.kubernetes.conftest import person  # noqa: F401 - a fixture

from homeport import errors
from homeport.net.dns.hosts import keeper

SYSTEM = "127.0.0.1 localhost\n"


@pytest.fixture
def deployer(person):  # noqa: F811
    """Somebody whose names are in a hosts file."""
    person.hosts = person.folder / "hosts"
    person.hosts.write_text(SYSTEM)
    names(person)
    return person


def names(person, provider="hosts", text='address = "10.0.0.1"'):  # noqa: F811
    person.set(f'[dns]\nprovider = "{provider}"\nhosts_file = "{person.folder / "hosts"}"\n{text}')


def test_a_plan_shows_the_records(deployer):
    code, out, _ = deployer.run("plan")
    assert code == 2
    assert "+ registry.homelab.local A 10.0.0.1" in out
    assert "+ Deployment registry/registry" in out
    found = json.loads(deployer.run("plan", "-o", "json")[1])["dns"]
    assert (found["provider"], found["changes"]) == ("hosts", True)
    assert len(found["records"]) == 4
    assert deployer.hosts.read_text() == SYSTEM


def test_a_whole_life(deployer):
    out = deployer.apply()
    assert "The DNS records are there (the hosts file" in out
    assert "10.0.0.1\tregistry.homelab.local" in deployer.hosts.read_text()
    code, out, _ = deployer.run("plan")
    assert code == 0
    assert "No changes: 4 unchanged." in out
    code, out, _ = deployer.run("destroy", "--yes")
    assert code == 0
    assert "- registry.homelab.local A 10.0.0.1" in out
    assert "Its DNS records are gone" in out
    assert deployer.hosts.read_text() == SYSTEM


def test_records_alone_are_a_change(deployer):
    deployer.apply()
    names(deployer, text='address = "10.0.0.2"')
    code, out, _ = deployer.run("plan")
    assert code == 2
    assert "- registry.homelab.local A 10.0.0.1" in out
    assert "+ registry.homelab.local A 10.0.0.2" in out
    deployer.apply()
    assert deployer.run("plan")[0] == 0


def test_for_programs(deployer):
    code, events = deployer.events("apply", "--yes")
    assert code == 0
    assert events[0]["event"] == "plan"
    assert events[0]["dns"]["changes"]
    assert events[-1]["event"] == "named"
    code, events = deployer.events("destroy", "--yes")
    assert code == 0
    assert events[0]["dns"]["changes"]
    assert [one["event"] for one in events[-2:]] == ["destroyed", "unnamed"]


def test_a_taken_name_stops_it_before_anything_is_changed(deployer):
    taken = SYSTEM + "10.9.9.9 registry.homelab.local\n"
    deployer.hosts.write_text(taken)
    assert deployer.run("plan")[0] == 1
    code, out, err = deployer.run("apply", "--yes")
    assert code == 1
    assert "line 2 of" in out
    assert "Nothing was changed" in err
    assert deployer.stand_in.get("Deployment", "registry", "registry") is None


def refuse(self, *_):
    raise errors.HomeportError("The keeper is away.", hint="Wake it up.")


def test_a_failure_undoes_no_object_and_says_what_to_do(deployer, monkeypatch):
    monkeypatch.setattr(keeper.Hosts, "apply", refuse)
    code, out, err = deployer.run("apply", "--yes")
    assert code == 1
    assert "The stack is ready." in out
    assert "not its DNS records: The keeper is away." in err
    assert "homeport dns apply --target kubernetes" in err
    monkeypatch.undo()
    assert deployer.run("dns", "apply", "--target", "kubernetes", "--yes")[0] == 0
    assert deployer.run("plan")[0] == 0


def test_a_keeper_that_cannot_be_asked_hides_no_object(deployer, monkeypatch):
    monkeypatch.setattr(keeper.Hosts, "plan", refuse)
    code, out, _ = deployer.run("plan")
    assert code == 1
    assert "DNS: The keeper is away." in out
    assert "+ Deployment registry/registry" in out
    assert json.loads(deployer.run("plan", "-o", "json")[1])["dns"]["error"] == {
        "text": "The keeper is away.",
        "hint": "Wake it up.",
    }
    code, out, err = deployer.run("apply", "--yes")
    assert code == 1
    assert "The stack is ready." in out
    assert "The keeper is away." in err


def test_a_destroy_that_cannot_reach_the_keeper(deployer, monkeypatch):
    deployer.apply()
    monkeypatch.setattr(keeper.Hosts, "plan", refuse)
    code, _, err = deployer.run("destroy", "--yes")
    assert code == 1
    assert "The stack is gone, but not its DNS records" in err
    assert deployer.stand_in.get("Deployment", "registry", "registry") is None
    monkeypatch.undo()
    code, out, _ = deployer.run("destroy", "--yes")
    assert code == 0
    assert "Its DNS records are gone" in out
    assert deployer.hosts.read_text() == SYSTEM


ELSEWHERE = ("--kubernetes-ingress-namespace", "elsewhere")


def test_the_address_is_that_of_traefik(deployer):
    names(deployer, text="")
    code, out, _ = deployer.run("plan", *ELSEWHERE)
    assert code == 1
    assert "There is no Service of Traefik in the namespace elsewhere" in out
    code, out, _ = deployer.run("plan")
    address = deployer.stand_in.get("Service", "kube-system", "traefik")["status"]["loadBalancer"]
    assert code == 2
    assert f"+ traefik.homelab.local A {address['ingress'][0]['ip']}" in out


def test_our_own_server_is_refused(deployer):
    names(deployer, provider="builtin")
    for command in ("plan", "apply"):
        code, out, err = deployer.run(command)
        assert (code, out) == (1, "")
        assert "is a server on this machine" in err
    assert deployer.run("destroy")[0] == 0


def test_by_hand(deployer):
    names(deployer, provider="print")
    code, out, _ = deployer.run("plan")
    assert code == 2
    assert "registry.homelab.local CNAME traefik.homelab.local" in out
    assert "to enter by hand" in deployer.apply()
    assert deployer.run("plan")[0] == 0
    names(deployer, provider="print", text="")
    code, out, _ = deployer.run("plan", *ELSEWHERE)
    assert code != 1
    assert "There is no Service of Traefik" in out


def test_the_commands_of_dns_for_a_cluster(deployer):
    words = ("--target", "kubernetes")
    assert deployer.run("dns", "plan", *words)[0] == 2
    assert deployer.run("dns", "apply", "-y", *words)[0] == 0
    assert deployer.run("dns", "plan", *words)[0] == 0
    assert deployer.run("dns", "plan")[0] == 2  # the stack of this machine has records of its own
    assert deployer.run("dns", "remove", "-y", *words)[0] == 0
    assert deployer.hosts.read_text() == SYSTEM
