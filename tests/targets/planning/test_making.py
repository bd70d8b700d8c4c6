"""What applying a definition would change."""

import dataclasses
import os
import socket
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from tests.stack import test_handing_on as arbitrary
from tests.targets.planning import declared
from tests.targets.planning.declared import TEXT

from homeport.registry.access import htpasswd
from homeport.stack import folders, lifecycle
from homeport.targets.local import component, ports, prepare
from homeport.targets.local.lifecycle import State
from homeport.targets.local.planning import definition, making, plan, present


@pytest.fixture
def wanted(tmp_path):
    return declared.of(tmp_path / "data")


@pytest.fixture
def applied(wanted):
    """A stack that was applied and runs; all of its files are there."""
    prepare.data_folder(wanted.folder)
    prepare.prepare(wanted.settings, declared.TIME)
    definition.keep(wanted)
    return declared.start(wanted)


def test_a_new_stack(wanted):
    made = declared.plan(wanted)
    assert declared.actions(made) == dict.fromkeys(
        [
            "component/registry",
            "component/cloud",
            "supervisor",
            "file/homeport.toml",
            "file/users",
            "file/certificate",
        ],
        "add",
    )
    assert (made.errors, made.state) == ((), lifecycle.State.INITIAL)
    assert not wanted.folder.exists()


def test_nothing_changes(wanted, applied):
    made = declared.plan(wanted, applied)
    assert not made.has_changes
    assert not made.is_restarted
    assert made.objects == applied.objects | present.files_there(wanted, wanted.settings)


def test_another_port(wanted, applied):
    port = declared.free_port()
    made = declared.plan(
        declared.of(wanted.folder, TEXT.replace(str(declared.CLOUD), str(port))), applied
    )
    assert declared.actions(made) == {
        "component/cloud": "change",
        "file/homeport.toml": "change",
    }
    (difference,) = made.changes[1].differences
    assert difference == ("cloud.port", str(declared.CLOUD), str(port))
    assert made.is_restarted
    assert made.endpoints["cloud"] == f"http://localhost:{port}"


def test_another_time_limit_is_the_supervisors(wanted, applied):
    made = declared.plan(declared.of(wanted.folder, f"{TEXT}log.size = '1MiB'"), applied)
    assert declared.actions(made)["supervisor"] == "change"
    assert made.is_restarted


def test_a_comment_restarts_nothing(wanted, applied):
    made = declared.plan(declared.of(wanted.folder, f"# new\n{TEXT}"), applied)
    assert declared.actions(made) == {"file/homeport.toml": "change"}
    assert not made.is_restarted


def test_settings_of_a_cluster_restart_nothing(wanted, applied):
    made = declared.plan(declared.of(wanted.folder, f"{TEXT}kubernetes.name = 'b'"), applied)
    assert declared.actions(made) == {"file/homeport.toml": "change"}


def test_a_component_that_was_killed_is_waited_for(wanted, applied):
    made = declared.plan(wanted, declared.running(wanted, cloud=State.RESTARTING))
    assert declared.actions(made) == {"component/cloud": "add"}
    assert not made.is_restarted
    assert made.state is lifecycle.State.RUNNING


def test_a_component_that_was_not_started_has_all_started_again(wanted, applied):
    running = declared.start(wanted, "cloud")
    made = declared.plan(wanted, running)
    assert declared.actions(made) == {"component/registry": "add"}
    assert made.is_restarted


def test_a_component_that_is_not_wanted_stops(wanted, applied):
    running = declared.start(wanted, "registry", "cloud", "dns")
    made = declared.plan(wanted, running)
    assert declared.actions(made) == {"component/dns": "remove"}
    assert made.is_restarted


def test_a_component_without_which_the_stack_goes_on(wanted, applied):
    port = declared.free_port()
    other = f"{TEXT}dns.provider = 'builtin'\ndns.port = {port}\n"
    wanted = declared.of(wanted.folder, other)
    definition.keep(wanted)
    declared.start(wanted, "registry", "cloud", "dns")
    made = declared.plan(wanted, declared.running(wanted, dns=State.FAILED))
    assert not made.has_changes
    (warning,) = made.warnings
    assert "goes on without its dns" in warning


def test_a_stack_that_has_stopped(wanted, applied):
    made = declared.plan(wanted)
    assert declared.actions(made) == dict.fromkeys(
        ["component/registry", "component/cloud", "supervisor"], "add"
    )
    assert made.state is lifecycle.State.TERMINATED


def test_one_that_does_not_say_with_what_it_was_started(wanted, applied):
    unknown = applied._replace(pid=os.getpid() + 1)
    made = declared.plan(wanted, unknown)
    assert made.is_restarted
    assert made.has_changes


def test_a_definition_edited_by_hand(wanted, applied):
    path = wanted.folder / "homeport.toml"
    path.write_text(path.read_text() + "\n# by hand")
    assert declared.actions(declared.plan(wanted, applied)) == {"file/homeport.toml": "change"}


def test_files_that_were_taken_away(wanted, applied):
    where = folders.of(wanted.settings)
    where.htpasswd.unlink()
    (where.certificates / "server.crt").unlink()
    made = declared.plan(wanted, applied)
    assert declared.actions(made) == {"file/users": "add", "file/certificate": "add"}


def test_a_password_that_is_another_by_now(wanted, applied):
    made = declared.plan(declared.of(wanted.folder, HOMEPORT_ADMIN_PASSWORD="mine"), applied)
    assert declared.actions(made) == {"file/users": "add"}
    assert not made.is_restarted
    htpasswd.add(folders.of(wanted.settings).htpasswd, "admin", "mine", cost=4)
    made = declared.plan(declared.of(wanted.folder, HOMEPORT_ADMIN_PASSWORD="mine"), applied)
    assert not made.has_changes


def test_another_name_in_the_certificate(wanted, applied):
    made = declared.plan(
        declared.of(wanted.folder, f"{TEXT}tls.hostnames = ['FE80::1', 'A.test.']"), applied
    )
    assert declared.actions(made)["file/certificate"] == "change"


@given(arbitrary.chosen_settings())
def test_whatever_was_started_needs_no_change(chosen):
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(ports, "settled", ports.Settled)
        patch.setattr(making.sockets, "trouble", lambda *_, **__: None)
        its = dataclasses.replace(chosen, data=Path(folder))
        wanted = definition.Definition(its.data, "", its)
        running = declared.start(wanted, *component.started(its))
        made = declared.plan(wanted, running)
        assert not made.is_restarted
        assert not any(plan.is_process_of(name) for name in declared.actions(made))


# What stands against it


def test_a_port_that_is_taken(wanted):
    with socket.create_server(("127.0.0.1", declared.CLOUD)):
        (error,) = declared.plan(wanted).errors
    assert f"Port {declared.CLOUD} of 127.0.0.1 is taken" in error
    assert "cloud.port chooses another one" in error


def test_the_stacks_own_ports_are_not_taken(wanted, applied):
    with socket.create_server(("127.0.0.1", declared.CLOUD)):
        other = TEXT.replace(str(declared.REGISTRY), str(declared.free_port()))
        assert declared.plan(declared.of(wanted.folder, other), applied).errors == ()


def test_a_port_that_only_root_may_have(wanted, applied, monkeypatch):
    monkeypatch.setattr(
        making.sockets, "trouble", lambda *_, **__: PermissionError(13, "Permission denied")
    )
    made = declared.plan(
        declared.of(wanted.folder, "registry.port = 83\ningress.enabled = 'false'")
    )
    assert any("Port 83" in error and "Permission denied" in error for error in made.errors)


def test_a_folder_that_cannot_be_written_to(tmp_path):
    (tmp_path / "file").write_text("")
    (error,) = declared.plan(declared.of(tmp_path / "file" / "data")).errors
    assert "cannot be written to" in error


def test_a_settings_file_of_somebody_else(wanted):
    wanted.folder.mkdir()
    (wanted.folder / "homeport.toml").write_text("")
    (error,) = declared.plan(wanted).errors
    assert "was not written by an apply" in error


def test_data_that_does_not_move_along(wanted, applied):
    made = declared.plan(declared.of(wanted.folder, f"{TEXT}registry.folder = '/images'"), applied)
    assert any(f"what is in {wanted.folder}/registry stays there" in text for text in made.warnings)


# What a definition leaves open


def opened(wanted, **given):
    """The same definition with console, ingress and DNS server, for which nothing is decided."""
    chosen = wanted.settings
    ui = dataclasses.replace(chosen.ui, enabled=True)
    ingress = dataclasses.replace(chosen.ingress, enabled="true", **given)
    dns = dataclasses.replace(chosen.dns, provider="builtin")
    return wanted._replace(settings=dataclasses.replace(chosen, ingress=ingress, dns=dns, ui=ui))


def with_ports(wanted, *there):
    """What runs, with the ports that were decided at its start."""
    chosen = wanted.settings
    decided = dataclasses.replace(
        chosen,
        ingress=dataclasses.replace(chosen.ingress, port=8443, plain_port=8080),
        dns=dataclasses.replace(chosen.dns, port=5300),
        ui=dataclasses.replace(chosen.ui, port=5082),
    )
    return declared.start(wanted._replace(settings=decided), "registry", "cloud", *there)


def test_what_runs_has_its_ports_already(wanted, monkeypatch):
    wanted = opened(wanted)
    monkeypatch.setattr(ports, "settled", ports.Settled)
    running = with_ports(wanted, "registry-ui", "dns", "ingress")
    decided = making.decide(wanted, running).settings
    assert (decided.ingress.port, decided.ingress.plain_port, decided.dns.port) == (
        8443,
        8080,
        5300,
    )
    assert (decided.ui.port, decided.ui.enabled) == (5082, True)


def test_a_port_that_is_given_is_not_the_one_that_runs(wanted, monkeypatch):
    wanted = opened(wanted, port=9443)
    monkeypatch.setattr(ports, "settled", ports.Settled)
    decided = making.decide(wanted, with_ports(wanted, "dns", "ingress")).settings
    assert (decided.ingress.port, decided.ingress.plain_port) == (9443, 8080)


def test_what_does_not_run_is_asked_of_the_machine(wanted, monkeypatch):
    wanted = opened(wanted)
    asked = []

    def settled(chosen):
        asked.append(chosen)
        ingress = dataclasses.replace(chosen.ingress, port=444)
        return ports.Settled(dataclasses.replace(chosen, ingress=ingress), ("a note",))

    monkeypatch.setattr(ports, "settled", settled)
    found = making.decide(wanted, with_ports(wanted, "dns"))
    assert (found.settings.ingress.port, found.settings.dns.port) == (444, 5300)
    assert found.settings.data == wanted.folder
    assert (asked[0].dns.provider, asked[0].ingress.enabled) == ("none", "true")
    assert asked[0].ui.enabled
    making.decide(wanted, with_ports(wanted, "registry-ui"))
    assert not asked[1].ui.enabled
    assert "a note" in found.notes


# The console


def test_the_console_is_one_of_the_components(wanted):
    port = declared.free_port()
    made = declared.plan(declared.of(wanted.folder, console(port)))
    assert declared.actions(made)["component/registry-ui"] == "add"
    assert made.endpoints["registry-ui"] == f"https://localhost:{port}"


def test_what_becomes_of_a_console_that_runs(wanted):
    text = console(declared.free_port())
    started = declared.of(wanted.folder, text)
    prepare.data_folder(wanted.folder)
    prepare.prepare(started.settings, declared.TIME)
    definition.keep(started)
    running = declared.start(started, "registry", "cloud", "registry-ui")
    assert not declared.plan(started, running).has_changes
    other = declared.of(wanted.folder, f'{text}ui.title = "Ours"\n')
    assert declared.actions(declared.plan(other, running))["component/registry-ui"] == "change"
    without = declared.of(wanted.folder, text.replace("ui.enabled = true", "ui.enabled = false"))
    assert declared.actions(declared.plan(without, running))["component/registry-ui"] == "remove"


def test_a_port_of_the_console_that_another_program_has(wanted):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        made = declared.plan(declared.of(wanted.folder, console(port)))
    assert any(str(port) in error and "ui.port" in error for error in made.errors)


def console(port):
    return f"{TEXT.replace('ui.enabled = false', 'ui.enabled = true')}ui.port = {port}\n"
