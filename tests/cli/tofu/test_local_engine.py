"""Stacks of this machine as the provider plans, applies, reads and destroys them: real processes, without terraform."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import boto3
import pytest
from tests.cli.conftest import free_port, is_alive, wait_until

from homeport import errors
from homeport.cli.tofu import local_engine
from homeport.registry.access import htpasswd
from homeport.stack import folders, settings
from homeport.stack.lifecycle import State, path
from homeport.targets.local import control
from homeport.targets.local.planning import removing
from homeport.tofu import engine

SECRET = "never to be seen"


class Stack:
    """A stack in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.registry, self.cloud = free_port(), free_port()
        self.environment = {"PATH": os.environ["PATH"], "HOME": str(folder.parent)}
        self.told: list[str] = []
        self.names = 'dns.provider = "none"\n'
        self.without = 'ingress.enabled = "false"\nui.enabled = false\n'
        self.more = ""

    @property
    def engine(self) -> local_engine.LocalEngine:
        return local_engine.LocalEngine(self.environment)

    @property
    def text(self) -> str:
        ports = f"registry.port = {self.registry}\ncloud.port = {self.cloud}\n"
        return f"{ports}{self.without}{self.names}{self.more}"

    @property
    def definition(self) -> engine.Definition:
        return engine.Definition("local", str(self.folder), self.text)

    @property
    def imported(self) -> engine.Definition:
        return self.definition._replace(text="")

    def plan(self) -> engine.Proposed:
        return self.engine.plan(self.definition)

    def apply(self) -> engine.Present:
        return self.engine.apply(self.definition, self.told.append)

    def read(self) -> engine.Present | None:
        return self.engine.read(self.definition)

    def destroy(self, *, deletes_data: bool = False) -> None:
        self.engine.destroy(self.definition, self.told.append, deletes_data=deletes_data)

    def homeport(self, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
        file = str(self.folder / "homeport.toml")
        return subprocess.run(
            [sys.executable, "-m", "homeport", *words, "--config", file],
            env=self.environment | variables,
            cwd=self.folder.parent,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )

    @property
    def where(self) -> folders.Folders:
        return folders.of(settings.Settings(data=self.folder))

    def pids(self) -> dict[str, int]:
        report = control.report(self.where)
        rows = {row.name: row.pid for row in report.rows} if report else {}
        return {"supervisor": report.pid, **rows} if report else {}

    def sqs(self):
        return boto3.client(
            "sqs",
            endpoint_url=f"http://127.0.0.1:{self.cloud}",
            region_name="us-east-1",
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )

    def clean(self) -> None:
        pid = control.owner(self.where)
        if pid is not None:
            os.kill(pid, signal.SIGTERM)
            wait_until(lambda: control.owner(self.where) is None, "the end of the stack")


@pytest.fixture
def stack(tmp_path):
    made = Stack(tmp_path / "data")
    yield made
    made.clean()


@pytest.fixture
def applied(stack):
    stack.apply()
    stack.told.clear()
    return stack


def assert_as_planned(proposed, present):
    assert dict(proposed.objects) == dict(present.objects)
    assert dict(proposed.endpoints) == dict(present.endpoints)


# From nothing to a stack that runs


def test_a_plan_changes_nothing(stack):
    proposed = stack.plan()
    assert proposed.has_changes
    assert (proposed.errors, stack.read()) == ((), None)
    assert not stack.folder.exists()


def test_an_apply_ends_ready_and_is_what_was_planned(stack):
    proposed = stack.plan()
    present = stack.apply()
    assert_as_planned(proposed, present)
    assert present.state == State.READY
    assert present.endpoints["cloud"] == f"http://localhost:{stack.cloud}"
    assert stack.read().objects == present.objects
    assert not stack.plan().has_changes
    assert "Nothing changes" in stack.plan().text


def test_it_says_where_the_password_is_and_never_what_it_is(stack):
    present = stack.apply()
    password = stack.where.admin_password.read_text().strip()
    (warning,) = present.warnings
    assert str(stack.where.admin_password) in warning
    said = [*stack.told, warning, str(present), stack.where.log("supervisor").read_text()]
    assert not any(password in text for text in said)


def test_a_second_apply_touches_nothing(applied):
    pids = applied.pids()
    assert applied.apply().warnings == ()
    assert applied.pids() == pids


def test_every_other_command_knows_it_by_its_file(applied):
    status = json.loads(applied.homeport("status", "-o", "json").stdout)
    assert {row["name"]: row["state"] for row in status["components"]} == {
        "registry": "ready",
        "cloud": "ready",
    }
    assert applied.homeport("down").returncode == 0
    assert applied.read().state == State.TERMINATED


def opened(process):
    """What a process has open; it may close some of it meanwhile."""
    for each in (process / "fd").iterdir():
        with contextlib.suppress(FileNotFoundError):
            yield str(each.readlink())


def test_it_has_nothing_of_who_started_it(stack):
    stack.environment |= {"TF_VAR_token": SECRET, "PLUGIN_MIN_PORT": "1", "OTHER": "kept"}
    stack.apply()
    for pid in stack.pids().values():
        process = Path(f"/proc/{pid}")
        environ = (process / "environ").read_text()
        assert SECRET not in environ
        assert "PLUGIN_MIN_PORT" not in environ
        assert "OTHER=kept" in environ
        assert (process / "fd/0").resolve() == Path("/dev/null")
        assert os.getsid(pid) != os.getsid(0)
        open_files = set(opened(process))
        ours = {str(Path(f"/proc/self/fd/{fd}").readlink()) for fd in (1, 2)} - {"/dev/null"}
        assert not open_files & ours
        assert not any(name.endswith(".lock") for name in open_files)


# Changes


def test_another_port(applied):
    before, supervisor = applied.registry, applied.pids()["supervisor"]
    applied.registry = free_port()
    proposed = applied.plan()
    assert f"registry.port  {before} -> {applied.registry}" in proposed.text
    assert_as_planned(proposed, applied.apply())
    assert applied.pids()["supervisor"] != supervisor
    assert any(text.startswith("Stopping") for text in applied.told)
    assert not applied.plan().has_changes


def test_a_comment_restarts_nothing(applied):
    pids = applied.pids()
    applied.more = "# a remark\n"
    assert applied.plan().has_changes
    applied.apply()
    assert applied.pids() == pids
    assert "# a remark" in (applied.folder / "homeport.toml").read_text()
    assert not applied.plan().has_changes


def test_a_password_of_the_environment(applied):
    pids = applied.pids()
    applied.environment["HOMEPORT_ADMIN_PASSWORD"] = SECRET
    proposed = applied.plan()
    assert proposed.has_changes
    assert SECRET not in str(proposed)
    applied.apply()
    assert applied.pids() == pids
    assert htpasswd.verify(htpasswd.read(applied.where.htpasswd), "admin", SECRET.encode())
    assert not applied.plan().has_changes
    assert not any(SECRET in path.read_text() for path in applied.folder.glob("*.*"))


def test_a_secret_that_a_component_has_is_seen_when_it_changes(stack):
    webhook = '[[registry.webhooks]]\nname = "a"\nurl = "http://127.0.0.1:9"\nheaders = {{ X-Key = "{}" }}\n'
    stack.more = webhook.format(SECRET)
    stack.apply()
    stack.more = webhook.format("another")
    proposed = stack.plan()
    assert "registry.webhooks  changes (not shown)" in proposed.text
    assert_as_planned(proposed, stack.apply())
    assert not stack.plan().has_changes


# Names


@pytest.fixture
def named(stack, tmp_path):
    """A stack whose names are in a hosts file."""
    hosts = tmp_path / "hosts"
    hosts.write_text("127.0.0.1 localhost\n")
    stack.names = f'dns.provider = "hosts"\ndns.hosts_file = "{hosts}"\n'
    return stack, hosts


def test_names_come_and_go_with_the_stack(named):
    stack, hosts = named
    proposed = stack.plan()
    assert "registry.homelab.local A 127.0.0.1" in proposed.text
    assert_as_planned(proposed, stack.apply())
    assert "registry.homelab.local" in hosts.read_text()
    assert not stack.plan().has_changes
    stack.destroy()
    assert hosts.read_text() == "127.0.0.1 localhost\n"


def test_names_that_were_taken_away_restart_nothing(named):
    stack, hosts = named
    stack.apply()
    pids = stack.pids()
    hosts.write_text("127.0.0.1 localhost\n")
    assert not [name for name in stack.read().objects if name.startswith("dns/")]
    proposed = stack.plan()
    assert proposed.has_changes
    assert proposed.text.endswith("What runs goes on.")
    stack.apply()
    assert stack.pids() == pids
    assert not stack.plan().has_changes


def test_a_name_that_somebody_else_has(named):
    stack, hosts = named
    hosts.write_text("192.0.2.1 registry.homelab.local\n")
    assert any("registry.homelab.local is taken" in error for error in stack.plan().errors)
    with pytest.raises(errors.HomeportError, match="is taken"):
        stack.apply()
    assert control.owner(stack.where) is None


# What stands against it


def test_a_port_that_is_taken(stack):
    with socket.create_server(("127.0.0.1", stack.cloud)):
        (error,) = stack.plan().errors
        assert f"Port {stack.cloud}" in error
        with pytest.raises(errors.HomeportError, match="Nothing was changed"):
            stack.apply()
    assert control.owner(stack.where) is None
    assert not (stack.folder / "homeport.toml").exists()


def test_a_change_that_cannot_be_made_leaves_what_runs(applied):
    pids = applied.pids()
    with socket.create_server(("127.0.0.1", 0)) as other:
        applied.cloud = other.getsockname()[1]
        with pytest.raises(errors.HomeportError, match="is taken"):
            applied.apply()
    assert applied.pids() == pids


def test_a_stack_that_cannot_start_says_why(stack):
    stack.apply()
    stack.homeport("down")
    (stack.folder / "certs" / "server.key").write_text("broken")
    with pytest.raises(errors.HomeportError, match=r"server\.key is not a private key"):
        stack.apply()
    assert control.owner(stack.where) is None


def test_two_at_a_time(applied):
    with local_engine._alone(applied.where), pytest.raises(errors.HomeportError) as caught:
        applied.apply()
    assert f"is under way (process {os.getpid()})" in str(caught.value)


# Drift


def test_a_component_that_was_killed_comes_back(applied):
    os.kill(applied.pids()["cloud"], signal.SIGKILL)
    applied.apply()
    assert not applied.plan().has_changes


def test_a_stack_that_was_killed(applied):
    pids = applied.pids()
    os.kill(pids["supervisor"], signal.SIGKILL)
    wait_until(lambda: not any(map(is_alive, pids.values())), "the end of all")
    found = applied.read()
    assert (found.state, dict(found.endpoints)) == (State.TERMINATED, {})
    assert set(found.objects) == {"file/homeport.toml", "file/users", "file/certificate"}
    proposed = applied.plan()
    assert "+ component/registry" in proposed.text
    assert_as_planned(proposed, applied.apply())


def test_a_stack_that_was_started_by_hand_with_other_settings(applied):
    before = applied.read().objects
    applied.homeport("down")
    done = applied.homeport("up", "--detach", "--cloud-memory", "1GiB", "--only", "cloud")
    assert done.returncode == 0, done.stderr
    found = applied.read()
    assert "component/registry" not in found.objects
    assert found.objects["component/cloud"] != before["component/cloud"]
    assert "cloud.memory  1GiB -> 2GiB" in applied.plan().text
    assert applied.apply().objects == before


def test_a_file_that_was_edited_by_hand(applied):
    (applied.folder / "homeport.toml").write_text("[cloud]\nport = 1\n")
    assert applied.read().objects["file/homeport.toml"] == "edited"
    assert "~ file/homeport.toml  is written anew" in applied.plan().text
    pids = applied.pids()
    applied.apply()
    assert applied.pids() == pids
    assert not applied.plan().has_changes


def test_files_that_were_taken_away(applied):
    applied.where.htpasswd.unlink()
    (applied.where.certificates / "server.crt").unlink()
    (applied.where.certificates / "server.key").unlink()
    assert applied.plan().has_changes
    applied.apply()
    assert applied.where.htpasswd.exists()
    assert not applied.plan().has_changes


# Import


def test_one_that_was_started_by_hand(stack):
    stack.folder.mkdir()
    (stack.folder / "homeport.toml").write_text(stack.text)
    variables = {"HOMEPORT_DATA": str(stack.folder)}
    assert stack.homeport("up", "--detach", **variables).returncode == 0
    found = stack.engine.read(stack.imported)
    assert found.state == State.READY
    assert {"component/registry", "component/cloud"} <= set(found.objects)
    (stack.folder / "homeport.toml").unlink()
    pids = stack.pids()
    assert "+ file/homeport.toml" in stack.plan().text
    stack.apply()
    assert stack.pids() == pids


def test_an_import_of_nothing(stack):
    assert stack.engine.read(stack.imported) is None
    stack.folder.mkdir()
    assert stack.engine.read(stack.imported) is None


def test_a_definition_that_only_an_older_version_knew_can_be_read_and_destroyed(applied):
    applied.more = "registry.of_the_past = 1\n"
    assert applied.read().state == State.READY
    with pytest.raises(errors.SettingsError, match="of_the_past"):
        applied.plan()
    applied.destroy(deletes_data=True)
    assert not applied.folder.exists()


# Destroy


def test_data_is_kept_for_the_next_apply(applied):
    url = applied.sqs().create_queue(QueueName="jobs")["QueueUrl"]
    applied.sqs().send_message(QueueUrl=url, MessageBody="kept")
    authority = (applied.where.certificates / "ca.crt").read_bytes()
    users = applied.where.htpasswd.read_bytes()
    applied.destroy()
    assert (applied.read(), control.owner(applied.where)) == (None, None)
    assert "Terminated" in applied.plan().text
    applied.apply()
    (message,) = applied.sqs().receive_message(QueueUrl=url)["Messages"]
    assert message["Body"] == "kept"
    assert (applied.where.certificates / "ca.crt").read_bytes() == authority
    assert applied.where.htpasswd.read_bytes() == users


def test_data_is_deleted_where_that_is_wanted(applied):
    pids = applied.pids()
    applied.destroy(deletes_data=True)
    assert not applied.folder.exists()
    wait_until(lambda: not any(map(is_alive, pids.values())), "the end of all")
    assert f"Removing {applied.folder}/registry." in applied.told
    applied.destroy(deletes_data=True)
    assert applied.read() is None


def test_it_is_stopped_only_where_its_data_can_be_deleted(applied):
    (applied.folder / "photos").mkdir()
    with pytest.raises(errors.HomeportError, match="not the stack's: 'photos'"):
        applied.destroy(deletes_data=True)
    assert applied.read().state == State.READY
    applied.destroy()
    assert (applied.folder / "photos").exists()


def test_data_that_could_not_be_deleted_is_still_known(applied, monkeypatch):
    """Else the next destroy would find nothing to be destroyed, and leave it there."""

    def fails(removal, told):
        raise errors.StorageError("The disk is broken.")

    with monkeypatch.context() as broken:
        broken.setattr(removing, "carry_out", fails)
        with pytest.raises(errors.StorageError):
            applied.destroy(deletes_data=True)
    assert applied.read().state == State.TERMINATED
    applied.destroy(deletes_data=True)
    assert not applied.folder.exists()


def test_another_folder_in_its_place_meanwhile(applied, tmp_path, monkeypatch):
    """It is looked at anew before the first file goes: stopping takes a while."""

    def swapped(*given):
        removed(*given)
        applied.folder.rename(tmp_path / "moved")
        applied.folder.symlink_to(tmp_path / "photos")

    removed = local_engine._stop
    (tmp_path / "photos" / "registry").mkdir(parents=True)
    monkeypatch.setattr(local_engine, "_stop", swapped)
    with pytest.raises(errors.HomeportError, match="symbolic link"):
        applied.destroy(deletes_data=True)
    assert (tmp_path / "photos" / "registry").exists()
    applied.folder.unlink()


def test_what_was_applied_is_destroyed_whatever_is_declared_by_now(stack, tmp_path):
    stack.more = f'registry.folder = "{tmp_path}/images"\n'
    stack.apply()
    assert (tmp_path / "images" / "registry.db").exists()
    stack.more = ""
    stack.destroy(deletes_data=True)
    assert not (tmp_path / "images").exists()


def test_destroying_nothing(stack):
    stack.destroy()
    stack.destroy(deletes_data=True)
    assert not stack.folder.exists()


# Ends


class Stopped(errors.HomeportError):
    pass


def test_a_person_who_stops_it_is_heard(stack):
    def told(text):
        raise Stopped(text)

    with pytest.raises(Stopped):
        stack.engine.apply(stack.definition, told)
    stack.apply()
    assert not stack.plan().has_changes


PROVIDER = """
import sys
from homeport.cli.tofu import local_engine
from homeport.tofu import engine
local_engine.LocalEngine().apply(engine.Definition("local", sys.argv[1], sys.argv[2]), lambda text: print(text, flush=True))
"""


@pytest.mark.parametrize("after_s", [0.0, 0.05, 0.1, 0.2, 0.3, 0.5])
def test_an_apply_that_was_killed_is_gone_on_with(stack, after_s):
    process = subprocess.Popen(
        [sys.executable, "-c", PROVIDER, str(stack.folder), stack.text],
        env=stack.environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
    )
    assert process.stdout.readline() == b"Starting the stack.\n"
    threading.Event().wait(after_s)
    process.kill()
    process.communicate()
    present = stack.apply()
    assert present.state == State.READY
    assert not stack.plan().has_changes


def test_a_start_that_is_under_way_is_not_left_behind_by_a_destroy(stack):
    def told(text):
        raise Stopped(text)

    with pytest.raises(Stopped):
        stack.engine.apply(stack.definition, told)
    stack.destroy(deletes_data=True)
    assert not stack.folder.exists()


def test_a_stack_survives_who_applied_it(stack):
    command = [sys.executable, "-c", PROVIDER, str(stack.folder), stack.text]
    process = subprocess.Popen(
        command, env=stack.environment, stdout=subprocess.PIPE, start_new_session=True
    )
    process.communicate()
    assert stack.read().state == State.READY
    assert not stack.plan().has_changes


# The life cycle: the edges of the data model's diagram that are commands


def test_apply_and_destroy_are_edges_of_the_diagram(stack):
    states = [State.INITIAL]
    stack.apply()
    states.append(State(stack.read().state))
    stack.destroy()
    states.append(State.TERMINATED if stack.read() is None else State.READY)
    stack.apply()
    states.append(State(stack.read().state))
    assert states == [State.INITIAL, State.READY, State.TERMINATED, State.READY]
    assert path(State.INITIAL, State.READY)[0] == "apply"
    assert path(State.READY, State.TERMINATED) == ("destroy",)
    assert path(State.TERMINATED, State.READY)[0] == "apply"
