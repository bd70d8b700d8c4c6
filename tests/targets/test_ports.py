"""The ports that are left to what the machine allows, and what is said of them."""

import errno

import pytest

from homeport import errors
from homeport.edge.sockets import port_holder
from homeport.net import ports as sockets
from homeport.net.ingress import program
from homeport.stack import load
from homeport.targets.local import component, ports

DENIED = PermissionError(errno.EACCES, "Permission denied")
TAKEN = OSError(errno.EADDRINUSE, "Address already in use")
ABSENT = OSError(errno.EADDRNOTAVAIL, "Cannot assign requested address")


class Machine:
    """What stands against which port."""

    def __init__(self, folder):
        self.folder = folder
        self.against = {}
        self.may_bind = False
        self.answered = ()

    def chosen(self, **given):
        traefik = {"ingress.traefik": "/traefik"} if "ingress.traefik" not in given else {}
        flags = {"data": str(self.folder), **traefik, **given}
        return load.load(flags, {"HOMEPORT_CONFIG": "/dev/null"}).settings

    def settled(self, *only, **given):
        return ports.settled(self.chosen(**given), only)


@pytest.fixture
def machine(tmp_path, monkeypatch):
    made = Machine(tmp_path)
    monkeypatch.setattr(
        sockets, "trouble", lambda address, port, has_datagrams=False: made.against.get(port)
    )
    monkeypatch.setattr(program, "may_bind", lambda path: made.may_bind)
    monkeypatch.setattr(sockets, "is_answered", lambda address, port: port in made.answered)
    monkeypatch.setattr(port_holder, "describe", lambda port: "")
    return made


def its(settled):
    return settled.settings.ingress.port, settled.settings.ingress.plain_port


def test_the_usual_ports_where_nothing_stands_against_them(machine):
    found = machine.settled()
    assert (its(found), found.notes) == ((443, 80), ())


def test_others_where_these_are_for_root_and_it_is_said_so(machine):
    machine.against = {443: DENIED, 80: DENIED}
    found = machine.settled()
    assert its(found) == (8443, 8080)
    (note,) = found.notes
    assert note.startswith("HTTPS is on port 8443: port 443 of 127.0.0.1 is for root")
    assert "sysctl net.ipv4.ip_unprivileged_port_start=80`" in note


def test_a_traefik_that_may_do_what_this_process_may_not(machine):
    machine.against = {443: DENIED, 80: DENIED}
    machine.may_bind = True
    assert its(machine.settled()) == (443, 80)


def test_a_traefik_that_may_where_somebody_is_already(machine):
    machine.against = {443: DENIED, 80: DENIED}
    machine.may_bind, machine.answered = True, (443,)
    found = machine.settled()
    assert its(found) == (8443, 80)
    assert "port 443 of 127.0.0.1 is taken by another program" in found.notes[0]


def test_others_where_these_are_taken(machine):
    machine.against = {443: TAKEN}
    found = machine.settled()
    assert its(found) == (8443, 80)
    assert "taken by another program. `ss -ltnp 'sport = :443'`" in found.notes[0]


def test_who_has_it_is_named_where_that_can_be_seen(machine, monkeypatch):
    machine.against = {443: TAKEN}
    monkeypatch.setattr(port_holder, "describe", lambda port: "nginx (pid 7)")
    assert "port 443 of 127.0.0.1 is taken by nginx (pid 7). " in machine.settled().notes[0]


def test_a_port_that_the_stack_has_for_something_else(machine):
    machine.against = {443: DENIED}
    found = machine.settled(**{"registry.port": "8443"})
    assert found.settings.ingress.enabled == "false"
    assert its(machine.settled(**{"registry.port": "443", "cloud.port": "80"})) == (8443, 8080)


@pytest.mark.parametrize(
    ("error", "hint"), [(TAKEN, "ss -ltnp"), (DENIED, "sysctl"), (ABSENT, "ingress.host")]
)
@pytest.mark.parametrize("setting", ["ingress.port", "ingress.plain_port"])
def test_a_port_that_was_given_and_cannot_be_had(machine, setting, error, hint):
    machine.against = {99: error}
    with pytest.raises(errors.SettingsError, match=r"port 99 of 127\.0\.0\.1") as caught:
        machine.settled(**{setting: "99"})
    assert hint in caught.value.hint
    assert setting in caught.value.hint


@pytest.mark.parametrize("port", [443, 80])
def test_where_no_port_is_left_auto_goes_without(machine, port):
    machine.against = {port: TAKEN, port + 8000: TAKEN}
    found = machine.settled()
    assert "ingress" not in component.started(found.settings)
    assert "goes without its ingress" in found.notes[0]
    with pytest.raises(errors.SettingsError, match="The ingress cannot listen"):
        machine.settled(**{"ingress.enabled": "true"})


def test_without_a_traefik_auto_goes_without_and_says_so(machine, monkeypatch):
    monkeypatch.setattr(program, "find", lambda given=None: None)
    found = machine.settled()
    assert component.started(found.settings) == ["registry", "cloud", "registry-ui"]
    assert "pip install 'homeport[ingress]'" in found.notes[0]
    assert machine.settled("registry").notes == ()
    assert machine.settled(**{"ingress.enabled": "false"}).notes == ()
    assert "ingress" in component.started(machine.chosen(**{"ingress.enabled": "true"}))


@pytest.mark.parametrize(("against", "port"), [({}, 53), ({53: DENIED}, 5300)])
def test_the_port_of_dns(machine, against, port):
    machine.against = against
    found = machine.settled(**{"dns.provider": "builtin"})
    assert found.settings.dns.port == port
    assert bool(found.notes) == bool(against)


def test_a_port_of_dns_that_cannot_be_had(machine):
    machine.against = {5353: TAKEN}
    with pytest.raises(errors.SettingsError, match="The dns cannot listen"):
        machine.settled(**{"dns.provider": "builtin", "dns.port": "5353"})


def test_what_is_not_started_is_not_asked_for(machine):
    machine.against = dict.fromkeys((443, 8443, 80, 8080), TAKEN)
    assert machine.settled("registry", "cloud").notes == ()


def test_what_the_settings_do_not_want_cannot_be_started_alone(machine):
    for name, given in (
        ("dns", {}),
        ("ingress", {"ingress.enabled": "false"}),
        ("registry-ui", {"ui.enabled": "false"}),
    ):
        with pytest.raises(errors.SettingsError, match=f"want no {name} on this machine"):
            machine.settled(name, **given)


def test_the_port_stands_in_the_url(machine):
    machine.against = {443: DENIED}
    (ingress,) = component.components(machine.settled().settings, {}, ["ingress"])
    assert ingress.url == "https://registry.homelab.local:8443"
    assert ingress.environment["HOMEPORT_INGRESS_PORT"] == "8443"
    assert (ingress.port, ingress.is_optional) == (80, True)


# The console


@pytest.mark.parametrize(
    ("against", "port"),
    [({}, 5080), ({5080: TAKEN}, 5081), (dict.fromkeys((5080, 5081, 5082), TAKEN), 5083)],
)
def test_the_port_of_the_console(machine, against, port):
    machine.against = against
    found = machine.settled(**{"ingress.enabled": "false"})
    assert found.settings.ui.port == port
    (ui,) = component.components(found.settings, {}, ["registry-ui"])
    assert (ui.url, ui.port) == (f"https://localhost:{port}", port)
    assert (ui.is_optional, ui.health, ui.table) == (True, "/livez", "ui")
    said = [f"The web console is on port {port}: port 5080 of 127.0.0.1 is taken"] * bool(against)
    assert [note.partition(" by ")[0] for note in found.notes] == said


def test_where_no_port_is_left_the_stack_goes_without_its_console(machine):
    machine.against = dict.fromkeys((5080, 5081, 5082, 5083), TAKEN)
    found = machine.settled()
    assert "registry-ui" not in component.started(found.settings)
    assert found.settings.named == ("registry.homelab.local", "localstack.homelab.local")
    assert found.notes[0].startswith("The stack goes without its web console: port 5080")
    assert "ui.port chooses another one" in found.notes[0]


def test_a_port_of_the_console_that_was_given_and_cannot_be_had(machine):
    machine.against = {99: TAKEN}
    with pytest.raises(errors.SettingsError, match="The registry-ui cannot listen") as caught:
        machine.settled(**{"ui.port": "99"})
    assert "ui.port" in caught.value.hint


@pytest.mark.parametrize(
    "setting", ["registry.port", "cloud.port", "ingress.port", "ingress.plain_port", "dns.port"]
)
def test_the_console_takes_no_port_of_another_component(machine, setting):
    found = machine.settled(**{setting: "5080", "dns.provider": "builtin"})
    assert found.settings.ui.port == 5081


def test_no_other_component_takes_the_port_of_the_console(machine):
    machine.against = {443: DENIED}
    found = machine.settled(**{"ui.port": "8443"})
    assert (found.settings.ui.port, found.settings.ingress.enabled) == (8443, "false")
