"""`homeport dns` as a person runs it, on the hosts file and on our own server."""

import asyncio
import json
import threading

import pytest
from tests.net.dns.server import zones

from homeport import clock
from homeport.cli import main
from homeport.cli.network import checking
from homeport.net.dns import asking, records
from homeport.net.dns.hosts import file
from homeport.net.dns.server import server, zone

SYSTEM = "127.0.0.1 localhost\n"


class Person:
    """Somebody at a shell, with a hosts file of their own."""

    def __init__(self, folder, capsys):
        self.folder, self._capsys = folder, capsys
        self.file, self.hosts = folder / "homeport.toml", folder / "hosts"
        self.hosts.write_text(SYSTEM)
        self.set("hosts", f'address = "10.0.0.1"\nhosts_file = "{self.hosts}"')

    def set(self, provider, text="", more=""):
        self.file.write_text(
            f'data = "{self.folder}/data"\ndomain = "homelab.test"\n{more}\n'
            f'[dns]\nprovider = "{provider}"\n{text}\n'
        )

    def run(self, *words):
        self._capsys.readouterr()
        code = main.main(["dns", *words, "--config", str(self.file)])
        said = self._capsys.readouterr()
        return code, said.out, said.err


@pytest.fixture
def person(tmp_path, capsys, monkeypatch):
    monkeypatch.delenv("HOMEPORT_CONFIG", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    return Person(tmp_path, capsys)


def test_a_plan_shows_each_record(person):
    code, out, _ = person.run("plan")
    assert code == 2
    assert "+ registry.homelab.test A 10.0.0.1" in out
    assert "4 to add." in out
    assert person.hosts.read_text() == SYSTEM


def test_a_whole_life(person):
    assert person.run("apply", "-y")[0] == 0
    code, out, _ = person.run("plan")
    assert (code, out.splitlines()[-1]) == (0, "No changes: 4 unchanged.")
    assert person.run("remove", "--yes")[0] == 0
    assert person.hosts.read_text() == SYSTEM
    assert person.run("remove")[0] == 0


def test_a_pipe_agrees_to_nothing(person):
    code, _, err = person.run("apply")
    assert (code, person.hosts.read_text()) == (1, SYSTEM)
    assert "--yes" in err


def test_a_taken_name(person):
    taken = SYSTEM + "10.9.9.9 registry.homelab.test\n"
    person.hosts.write_text(taken)
    code, out, _ = person.run("plan")
    assert code == 1
    assert "line 2 of" in out
    assert "says 10.9.9.9" in out
    code, _, err = person.run("apply", "-y")
    assert code == 1
    assert "names are taken" in err
    assert person.hosts.read_text() == taken


def test_for_programs(person):
    code, out, _ = person.run("plan", "-o", "json")
    found = json.loads(out)
    assert (code, found["provider"], found["changes"], found["error"]) == (2, "hosts", True, None)
    assert found["records"][0] == {
        "action": "add",
        "name": "traefik.homelab.test",
        "type": "A",
        "value": "10.0.0.1",
        "ttl": None,
        "ours": True,
        "note": "",
    }


def test_by_hand(person):
    person.set("print", 'address = "10.0.0.1"')
    code, out, _ = person.run("plan")
    assert code == 0
    assert "to enter by hand" in out
    assert "registry.homelab.test CNAME traefik.homelab.test" in out
    assert person.run("apply")[0] == 0
    assert "by hand" in person.run("remove")[1]
    found = json.loads(person.run("plan", "-o", "json")[1])
    assert {one["action"] for one in found["records"]} == {"enter"}


@pytest.mark.parametrize(
    ("form", "line"),
    [
        ("table", "registry.homelab.test     CNAME  traefik.homelab.test"),
        ("dnsmasq", "cname=registry.homelab.test,traefik.homelab.test"),
        ("bind", "registry.homelab.test. 300 IN CNAME traefik.homelab.test."),
        ("unbound", '    local-data: "registry.homelab.test. IN A 10.0.0.1"'),
        ("hosts", "10.0.0.1\tregistry.homelab.test"),
        ("pihole", "registry.homelab.test  traefik.homelab.test"),
    ],
)
def test_print(person, form, line):
    code, out, _ = person.run("print", "--form", form)
    assert code == 0
    assert line in out.splitlines()


def test_what_has_no_wildcards_is_said(person):
    assert "names of buckets" in person.run("print")[2].lower()
    assert person.run("print", "--form", "bind")[2] == ""


def test_no_records(person):
    person.set("none")
    assert person.run("plan")[:2] == (0, 'The stack has no records (dns.provider = "none").\n')
    code, _, err = person.run("print")
    assert code == 1
    assert "docs/names.md" in err


def test_a_word_that_is_no_action(person):
    assert person.run("destroy")[0] == 2


@pytest.fixture
def running():
    """Our own server in a thread."""
    loop, given = asyncio.new_event_loop(), server.Options("127.0.0.1", 0, ("127.0.0.0/8",))
    names = [f"{one}.homelab.test" for one in ("registry", "registry-ui", "localstack")]
    made = zone.of(zones.served(records=records.of(names, "traefik.homelab.test", ["10.0.0.1"])))
    its = server.Server(made, given, clock.VirtualClock())
    loop.run_until_complete(its.start())
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    yield its
    asyncio.run_coroutine_threadsafe(its.stop(), loop).result(5)
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


def test_check_asks_the_server_and_the_machine(person, running, monkeypatch):
    person.set("builtin", f'address = "10.0.0.1"\nport = {running.port}')
    here = {"registry.homelab.test": asking.Answer((), "name or service not known")}
    right = asking.Answer(("10.0.0.1",))
    monkeypatch.setattr(asking, "machine", lambda name: here.get(name, right))
    code, out, _ = person.run("check")
    assert code == 1
    rows = {line.split()[1]: line for line in out.splitlines()[1:5]}
    assert "✗" in rows["registry.homelab.test"]
    assert "name or service not known" in rows["registry.homelab.test"]
    assert "✓" in rows["traefik.homelab.test"]
    assert "This machine asks somebody else first" in out
    here.clear()
    code, out, _ = person.run("check")
    assert (code, out.splitlines()[-1]) == (0, "Each name leads where it should.")


def test_check_where_the_server_does_not_know_the_names(person, running, monkeypatch):
    person.set("builtin", f'address = "10.0.0.1"\nport = {running.port}', "[registry]\n")
    person.file.write_text(person.file.read_text().replace("homelab.test", "other.test"))
    monkeypatch.setattr(asking, "machine", lambda _: asking.Answer((), "not known"))
    code, out, _ = person.run("check", "-o", "json")
    found = json.loads(out)
    assert (code, found["right"]) == (1, False)
    assert found["names"][0]["servers"][0]["error"] == "REFUSED"
    assert "homeport dns apply" in person.run("check")[1]


def test_check_where_our_server_does_not_run(person, running, monkeypatch):
    person.set("builtin", f'address = "10.0.0.1"\nport = {running.port}')
    monkeypatch.setattr(asking, "machine", lambda _: asking.Answer((), "not known"))
    monkeypatch.setattr(asking, "server", lambda *_: asking.Answer((), "no answer", is_there=False))
    assert "homeport up" in person.run("check")[1]


@pytest.mark.parametrize(
    ("provider", "server", "advice"),
    [
        ("hosts", "not asked", "homeport dns apply writes them in the hosts file"),
        ("pihole", "no answer", "The Pi-hole does not answer"),
        ("print", "no answer", "The server does not answer."),
    ],
)
def test_check_says_what_helps_with_whoever_has_the_names(
    person, monkeypatch, provider, server, advice
):
    person.set(provider, 'address = "10.0.0.1"', '[pihole]\nurl = "http://192.0.2.1"\n')
    monkeypatch.setattr(asking, "machine", lambda _: asking.Answer((), "not known"))
    monkeypatch.setattr(asking, "server", lambda *_: asking.Answer((), server, is_there=False))
    monkeypatch.setattr(checking, "_resolvers", lambda _: [checking.Server("192.0.2.1", 53)])
    assert person.run("check")[1].splitlines()[-1].startswith(advice)


def test_without_rights_the_command_for_root_is_told(person, monkeypatch):
    def refuse(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(file, "write", refuse)
    code, _, err = person.run("apply", "-y", "--dns-address", "10.0.0.9")
    assert code == 1
    assert "cannot be written: Permission denied" in err
    # All that was said: root has neither these flags nor this environment, and takes no module from this folder.
    assert (
        f" -P -m homeport dns apply --data {person.folder}/data --config {person.file} --domain homelab.test"
        f" --dns-provider hosts --dns-address 10.0.0.9 --dns-hosts-file {person.hosts} --yes" in err
    )
    assert "  sudo " in err


def test_the_servers_of_this_machine_are_asked_where_a_person_enters_the_records(tmp_path):
    path = tmp_path / "resolv.conf"
    path.write_text("# x\nnameserver 192.0.2.1\nnameserver nonsense\nnameserver ::1\nsearch a\n")
    assert [one.address for one in checking._resolvers(path)] == ["192.0.2.1", "::1"]
    assert checking._resolvers(tmp_path / "none") == []
