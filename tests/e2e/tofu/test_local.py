"""A stack of this machine by terraform (or tofu), from init to destroy, as a person goes about it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import boto3
import pytest
from tests.cli.conftest import free_port, is_alive, wait_until
from tests.e2e.tofu import terraforming

from homeport.stack import folders, settings
from homeport.targets.local import control

pytestmark = pytest.mark.e2e

PROCESSES = ["component/cloud", "component/registry", "supervisor"]
FILES = ["file/certificate", "file/homeport.toml", "file/users"]


class Work(terraforming.Terraform):
    """A folder that declares a stack of this machine."""

    def __init__(self, folder: Path, home: Path, data: Path):
        super().__init__(folder, home)
        self.data = data
        self.registry, self.cloud = free_port(), free_port()
        self.declare()
        self.ok("init")

    def declare(self, more: str = "", **attributes: object) -> None:
        definition = (
            f"registry.port = {self.registry}\ncloud.port = {self.cloud}\n"
            f'ingress.enabled = "false"\nui.enabled = false\ndns.provider = "none"\n{more}'
        )
        rows = {
            "target": "local",
            "data": str(self.data),
            "definition": definition,
            **attributes,
        }
        lines = "\n".join(f"  {key} = {json.dumps(value)}" for key, value in rows.items())
        self.write(f'resource "homeport_stack" "this" {{\n{lines}\n}}\n')

    def homeport(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "homeport", *words],
            env={
                "PATH": os.environ["PATH"],
                "HOME": self.environment["HOME"],
                "HOMEPORT_CONFIG": str(self.data / "homeport.toml"),
            },
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=True,
        )

    def pids(self) -> list[int]:
        report = control.report(folders.of(settings.Settings(data=self.data)))
        return [report.pid, *(row.pid for row in report.rows)] if report else []

    def queue(self):
        sqs = boto3.client(
            "sqs",
            endpoint_url=f"http://127.0.0.1:{self.cloud}",
            region_name="us-east-1",
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )
        return sqs, sqs.create_queue(QueueName="jobs")["QueueUrl"]

    def clean(self) -> None:
        where = folders.of(settings.Settings(data=self.data))
        if pid := control.owner(where):
            os.kill(pid, signal.SIGTERM)
            wait_until(lambda: control.owner(where) is None, "the end of the stack")


@pytest.fixture
def work(tmp_path, home):
    made = Work(tmp_path / "work", home, tmp_path / "data")
    yield made
    made.clean()


@pytest.fixture
def applied(work):
    work.apply()
    return work


def test_a_plan_shows_what_will_be_and_changes_nothing(work):
    done = work.plan()
    assert done.code == 2, done
    assert f"+ component/registry starts https://localhost:{work.registry}" in done
    assert "goes on when this command has ended" in done
    assert not work.data.exists()


def test_an_apply_ends_ready_goes_on_and_a_plan_after_it_has_nothing_to_do(work):
    done = work.apply()
    assert "1 added, 0 changed, 0 destroyed" in done
    assert f"it is in {work.data}/auth/admin-password" in done
    found = work.attributes()
    assert (found["state"], found["id"]) == ("Ready", f"local:{work.data}")
    assert sorted(found["objects"]) == sorted([*PROCESSES, *FILES])
    assert all(map(is_alive, work.pids()))
    assert work.plan().code == 0
    assert work.plan("-refresh-only").code == 0
    password = (work.data / "auth" / "admin-password").read_text().strip()
    assert password not in done.text + work.state_text


def test_an_update(applied):
    before = applied.cloud
    applied.cloud = free_port()
    applied.declare()
    done = applied.plan()
    assert done.code == 2, done
    assert f"cloud.port {before} -> {applied.cloud}" in done
    assert '~ "component/cloud"' in done
    assert "0 added, 1 changed, 0 destroyed" in applied.apply()
    assert applied.attributes()["endpoints"]["cloud"] == f"http://localhost:{applied.cloud}"
    assert applied.plan().code == 0


def test_a_stack_that_was_stopped_by_hand_is_started_again(applied):
    applied.homeport("down")
    assert applied.plan("-refresh-only").code == 2
    done = applied.plan()
    assert done.code == 2, done
    assert "Terminated, nothing runs" in done
    other_settings_by_hand_are_seen_and_mended(applied)


def other_settings_by_hand_are_seen_and_mended(applied):
    applied.homeport("up", "--detach", "--log-level", "debug")
    done = applied.plan()
    assert done.code == 2, done
    assert "log.level debug -> info" in done
    applied.apply()
    assert applied.plan().code == 0


def test_a_lost_state_does_no_harm_and_an_import_finds_it(applied):
    pids = applied.pids()
    (applied.folder / "terraform.tfstate").unlink()
    applied.apply()
    assert applied.pids() == pids
    assert applied.plan().code == 0
    import_finds_it(applied)


def import_finds_it(applied):
    pids = applied.pids()
    (applied.folder / "terraform.tfstate").unlink()
    applied.ok("import", "homeport_stack.this", f"local:{applied.data}")
    assert applied.attributes()["state"] == "Ready"
    assert applied.plan().code == 0
    assert applied.pids() == pids


def test_a_destroy_keeps_the_data_for_the_next_apply(applied):
    sqs, url = applied.queue()
    sqs.send_message(QueueUrl=url, MessageBody="kept")
    pids = applied.pids()
    assert "1 destroyed" in applied.ok("destroy", "-auto-approve")
    assert not any(map(is_alive, pids))
    assert (applied.data / "cloud" / "sqs.db").exists()
    applied.apply()
    (message,) = sqs.receive_message(QueueUrl=url)["Messages"]
    assert message["Body"] == "kept"


def test_a_destroy_with_the_data(applied):
    applied.declare(delete_data=True)
    applied.apply()
    done = applied.ok("destroy", "-auto-approve")
    assert "All data of the stack" in done
    assert not applied.data.exists()


def test_what_stands_against_it_is_said_before(applied):
    applied.declare("registry.folder = 1")
    done = applied.plan()
    assert done.code == 1
    assert "registry.folder" in done
    assert all(map(is_alive, applied.pids()))
