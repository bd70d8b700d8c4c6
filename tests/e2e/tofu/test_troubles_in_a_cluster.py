"""What goes wrong between terraform and a cluster, half-way and before: nothing is lost, and the next command goes on."""

import os
import signal
import threading

import pytest
from tests.apiserver import faults, hooks
from tests.e2e.tofu.conftest import DEFINITION

pytestmark = pytest.mark.e2e

WAIT_S = 60
OTHER = """\
[registry]
namespace = "two"
[cloud]
engine = "builtin"
edge = "off"
namespace = "two"
[kubernetes]
publish = false
timeout_s = 60
"""


class Refusing:
    """Refuses each real write of one Deployment, until it is told otherwise."""

    def __init__(self):
        self.is_over = False

    def before(self, request: hooks.Request):
        is_it = request.verb == "patch" and (request.kind and request.kind.kind) == "Deployment"
        if is_it and request.name == "localstack" and not request.is_dry_run and not self.is_over:
            return faults.forbidden()(request)
        return None


@pytest.fixture
def refusing(stand_in):
    stand_in.server.faults = Refusing()
    return stand_in.server.faults


def test_a_creation_that_fails_half_way_is_gone_on_with(work, refusing):
    done = work.run("apply", "-auto-approve")
    assert done.code == 1
    assert "The stack demo is not wholly applied" in done
    assert "changes are made, each of them whole" in done
    assert work.is_tainted()
    refusing.is_over = True
    assert "1 added" in work.apply()
    assert work.attributes()["state"] == "Ready"
    assert work.plan().code == 0


def test_what_was_begun_can_be_destroyed_and_its_data_is_kept(work, refusing):
    work.declare(delete_data=True)
    work.run("apply", "-auto-approve")
    assert work.attributes()["delete_data"] is False
    work.ok("destroy", "-auto-approve")
    assert work.stand_in.get("Namespace", None, "registry") is None
    assert work.attributes() is None


def test_a_stack_that_was_there_is_not_torn_down_by_a_creation_that_fails(work, kubectl):
    work.apply()
    (work.folder / "terraform.tfstate").unlink()
    kubectl("-n", "localstack", "delete", "deployment", "localstack")
    before = work.stand_in.get("Deployment", "registry", "registry")["metadata"]["uid"]
    work.stand_in.server.faults = Refusing()
    assert work.run("apply", "-auto-approve").code == 1
    assert work.attributes() is None
    work.stand_in.server.faults.is_over = True
    assert "1 added, 0 changed, 0 destroyed" in work.apply()
    assert work.stand_in.get("Deployment", "registry", "registry")["metadata"]["uid"] == before


def test_a_change_that_fails_half_way_is_seen_by_the_next_plan(work):
    work.apply()
    work.stand_in.server.faults = Refusing()
    work.declare(definition=DEFINITION.replace("[kub", 'memory = "3GiB"\n[kub'))
    assert work.run("apply", "-auto-approve").code == 1
    assert not work.is_tainted()
    work.stand_in.server.faults.is_over = True
    assert "2Gi -> 3Gi" in work.plan()
    work.apply()
    assert work.plan().code == 0


def test_a_component_that_does_not_become_ready_is_told_with_its_reason(work):
    work.stand_in.controllers.fail("pull")
    work.declare(definition=DEFINITION.replace("20", "3"))
    done = work.run("apply", "-auto-approve")
    assert done.code == 1
    assert "The stack is not ready after 3 s" in done
    assert "ErrImagePull" in done or "ImagePullBackOff" in done
    work.stand_in.controllers.heal("pull")


def interrupted(work, *words):
    """Ctrl-C, which comes to all processes of a terminal, while it waits for pods that do not start."""
    work.stand_in.controllers.stall("kubelet")
    process = work.start(*words, start_new_session=True)
    reached = threading.Event()
    work.stand_in.server.faults = Watching(reached)
    try:
        assert reached.wait(WAIT_S)
        os.killpg(process.pid, signal.SIGINT)
        text, _ = process.communicate(timeout=WAIT_S)
    finally:
        process.kill()
        process.wait()
        work.stand_in.controllers.resume()
    return process.returncode, text


class Watching:
    """Tells when all is applied and the pods are waited for."""

    def __init__(self, reached):
        self._reached = reached

    def before(self, request: hooks.Request):
        if request.verb == "watch":
            self._reached.set()


def test_ctrl_c_ends_an_apply_with_all_that_is_done_whole(work):
    code, text = interrupted(work, "apply", "-auto-approve", "-no-color")
    assert code == 1
    assert "Interrupted." in text
    assert "goes on from there" in text
    assert "Traceback" not in text
    assert "crashed" not in text
    work.apply()
    assert work.plan().code == 0


def test_two_stacks_are_made_at_a_time(work):
    body = work.folder.joinpath("main.tf").read_text().partition("resource")[2]
    other = f'resource "homeport_stack" "two" {{\n  name = "two"\n  definition = <<-EOT\n{OTHER}\n  EOT\n}}\n'
    work.write_body(f"resource{body}{other}")
    assert "2 added" in work.apply("-parallelism=10")
    assert work.attributes("two")["state"] == "Ready"
    assert work.plan("-parallelism=10").code == 0
    assert "2 destroyed" in work.ok("destroy", "-auto-approve", "-parallelism=10")


def test_a_definition_that_is_made_by_another_resource(work):
    text = DEFINITION.replace("\n", "\\n").replace('"', '\\"')
    work.write_body(
        f'resource "terraform_data" "text" {{ input = "{text}" }}\n'
        'resource "homeport_stack" "this" {\n'
        '  name = "demo"\n  definition = terraform_data.text.output\n}\n'
    )
    done = work.plan()
    assert done.code == 2
    assert "definition = (known after apply)" in done
    work.apply()
    assert work.attributes()["state"] == "Ready"
    assert work.plan().code == 0


def test_a_cluster_that_is_away_is_an_error_and_nothing_is_forgotten(work):
    work.apply()
    before = work.attributes()
    work.stand_in.server.stop()
    done = work.run("plan")
    assert done.code == 1
    assert "The stack demo cannot be read" in done
    assert "to add" not in done
    assert work.attributes() == before
    work.stand_in.server.start()
    assert work.plan().code == 0


def test_a_cluster_that_changes_between_plan_and_apply_stops_the_apply(work, kubectl):
    work.apply()
    work.declare(definition=DEFINITION.replace("[kub", 'memory = "3GiB"\n[kub'))
    work.plan("-out=saved")
    kubectl("-n", "registry", "patch", "deployment", "registry", "-p", '{"spec":{"replicas":3}}')
    done = work.run("apply", "saved")
    assert done.code == 1
    assert "The stack demo has changed since it was planned" in done
    assert "Not as they were: Deployment/registry/registry." in done
    assert "inconsistent" not in done
    work.apply()
    assert work.plan().code == 0


def test_what_stands_against_it_stops_the_plan_with_what_to_do(work):
    work.stand_in.server.install("traefik.io")
    done = work.run("plan")
    assert done.code == 1
    assert "cert-manager" in done
    assert "https://cert-manager.io/docs/installation/" in done


def test_objects_of_others_are_not_taken(work):
    place = {"name": "registry-config", "namespace": "registry"}
    work.stand_in.apply(
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "registry"}},
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": place},
    )
    done = work.run("apply", "-auto-approve")
    assert done.code == 1
    assert "There is one of this name already" in done
    assert "Flags are those of homeport apply" in done


def test_an_edge_that_nobody_has_agreed_to_stays_closed(work):
    work.declare(definition=DEFINITION.replace('edge = "off"\n', ""))
    assert "nobody has agreed to an AWS without a password on the network" in work.plan()
    work.apply()
    assert work.stand_in.get("Service", "localstack", "localstack-edge") is None
