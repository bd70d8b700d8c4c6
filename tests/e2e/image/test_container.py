"""How a container behaves: who it runs as, what it writes, how it ends, and what its health check says."""

from __future__ import annotations

import hashlib
import signal
import threading
import time

import boto3
import pytest
from botocore.config import Config
from tests.e2e.image import built, containers

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]
COMPONENTS = ["registry", "cloud", "registry-ui"]
FOLDERS = {"registry": "/var/lib/registry", "cloud": "/var/lib/localstack"}
EVERYONE = "--env=REGISTRY_AUTH=none"


def data(podman, component):
    """Where it keeps something; the console keeps nothing."""
    folder = FOLDERS.get(component)
    return f"--volume={podman.volume()}:{folder}" if folder else "--env=HOMEPORT_DATA=/tmp/homeport"


def client(container, service):
    return boto3.client(
        service,
        endpoint_url=container.url,
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(retries={"total_max_attempts": 1}),
    )


def ended(container, limit_s=20.0):
    """The state, once the container has ended."""
    deadline = time.monotonic() + limit_s
    while (state := container.state)["Running"]:
        assert time.monotonic() < deadline, container.log
        threading.Event().wait(0.1)
    return state


@pytest.mark.parametrize("component", COMPONENTS)
def test_it_serves_a_foreign_user_on_a_read_only_root_and_ends_in_time(podman, component):
    with podman.serving(component, data(podman, component)) as container:
        assert container.healthy()
        assert container.inside("id", "-u").stdout.strip() == str(containers.UID)
        begun = time.monotonic()
        assert container.stop() == 0
        assert time.monotonic() - begun < 10
        assert f"{component} has stopped" in container.log


@pytest.mark.parametrize("component", COMPONENTS)
def test_the_root_stays_as_the_image_has_it(podman, component):
    with podman.serving(component, data(podman, component)) as container:
        changed = podman("diff", container.name).stdout.split("\n")
        mounts = ("/etc", "/var", "/tmp", "/run", "/dev", "/proc", "/sys")
        assert [line for line in changed if line and not line[2:].startswith(mounts)] == []


def test_the_own_user_of_the_image_may_write_to_a_new_volume(podman):
    flags = ("--user=", "--volume=named:/var/lib/registry", EVERYONE)
    with podman.serving("registry", *flags) as container:
        assert container.inside("id", "-u").stdout.strip() == "10001"
        assert container.ask("/readyz").status == 200


def test_images_are_there_after_a_restart(podman):
    blob = b"kept" * 1000
    with podman.serving("registry", data(podman, "registry"), EVERYONE) as container:
        digest = pushed(container, blob)
        container.restart()
        assert container.ask(f"/v2/team/app/blobs/{digest}").body == blob


def pushed(container, blob, **fields):
    """The digest of a new blob."""
    digest = f"sha256:{hashlib.sha256(blob).hexdigest()}"
    path = f"/v2/team/app/blobs/uploads/?digest={digest}"
    assert container.ask(path, "POST", blob, **fields).status == 201
    return digest


def test_objects_messages_and_items_are_there_after_a_restart(podman):
    with podman.serving("cloud", data(podman, "cloud")) as container:
        client(container, "s3").create_bucket(Bucket="kept")
        client(container, "s3").put_object(Bucket="kept", Key="k", Body=b"v" * 70_000)
        url = client(container, "sqs").create_queue(QueueName="kept")["QueueUrl"]
        client(container, "sqs").send_message(QueueUrl=url, MessageBody="m")
        container.restart()
        found = client(container, "s3").get_object(Bucket="kept", Key="k")["Body"].read()
        assert found == b"v" * 70_000
        got = client(container, "sqs").receive_message(QueueUrl=url)["Messages"]
        assert [message["Body"] for message in got] == ["m"]


# Signals and orphans


def test_a_signal_before_it_is_ready_ends_it(podman):
    container = containers.Container(podman, "cloud", [data(podman, "cloud")])
    container.create()
    try:
        podman("start", container.name)
        podman("kill", "--signal=TERM", container.name)
        assert ended(container)["ExitCode"] in {0, 128 + signal.SIGTERM}
    finally:
        podman("rm", "--force", "--time=0", container.name)


ORPHAN = "import os, time; os.fork() and os._exit(0); time.sleep(0.2)"


def test_nobody_s_children_are_waited_for(podman):
    with podman.serving("registry", data(podman, "registry")) as container:
        container.inside("python", "-c", ORPHAN)
        deadline = time.monotonic() + 10
        while "python -c" in (seen := container.inside("ps").stdout) or "[python]" in seen:
            assert time.monotonic() < deadline, seen
            threading.Event().wait(0.1)


def test_its_exit_code_is_that_of_homeport(podman):
    done = podman(
        "run",
        "--rm",
        "--network=none",
        *containers.HERE,
        built.NAME,
        "serve",
        "nothing",
        check=False,
    )
    assert (done.returncode, "invalid choice: 'nothing'" in done.stderr) == (2, True)


# Health


def test_it_is_not_healthy_while_its_component_hangs(podman):
    with podman.serving("registry", data(podman, "registry")) as container:
        lines = container.inside("ps").stdout.splitlines()
        pid = max(int(line.split()[0]) for line in lines if "first.py serve" in line)
        container.inside("python", "-c", f"import os, signal; os.kill({pid}, signal.SIGSTOP)")
        assert not container.healthy()
        container.inside("python", "-c", f"import os, signal; os.kill({pid}, signal.SIGCONT)")
        assert container.healthy()


def test_it_is_not_healthy_where_nothing_is_served(podman):
    flags = ("--entrypoint=/opt/homeport/bin/python", *containers.STRICT)
    said = podman.run("-P", "/opt/homeport/health.py", flags=flags, check=False)
    assert said == "homeport serve does not run here\n"


def test_the_console_shows_a_registry_of_another_container(podman):
    with podman.serving("registry", data(podman, "registry"), EVERYONE) as registry:
        told = (
            f"--env=HOMEPORT_UI_REGISTRY_URL={registry.url}",
            "--env=HOMEPORT_UI_CLOUD_URL=none",
        )
        flags = (data(podman, "registry-ui"), *told)
        with podman.serving("registry-ui", *flags) as container:
            assert container.ask("/readyz").status == 200
            # Where the registry lets everyone in there is no form; who keeps no cookie is sent to and fro.
            assert container.ask("/login").status == 303
            assert "/v2/_homeport/whoami" in registry.log
