"""What the images of registry v2 and LocalStack are told by mounts and variables is followed in theirs and our stead."""

from __future__ import annotations

import base64
import datetime
import json
import ssl
import time
import urllib.request

import bcrypt
import pytest
from tests.e2e.image import built, containers, mounted

from homeport.net import ca

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]
CONFIG = """\
version: 0.1
log: {level: info}
storage:
  filesystem: {rootdirectory: /var/lib/registry}
  delete: {enabled: true}
http:
  addr: :5000
  headers: {X-Content-Type-Options: [nosniff]}
auth:
  htpasswd: {realm: homelab, path: /auth/htpasswd}
"""


def passwords(**users: str) -> dict[str, str]:
    """The Secret `registry-auth`."""
    hashed = {
        user: bcrypt.hashpw(password.encode(), bcrypt.gensalt(4)).decode()
        for user, password in users.items()
    }
    return {"htpasswd": "".join(f"{user}:{text}\n" for user, text in hashed.items())}


def status(container, user="", password="", path="/v2/"):
    login = base64.b64encode(f"{user}:{password}".encode()).decode()
    return container.ask(path, **({"Authorization": f"Basic {login}"} if user else {})).status


@pytest.fixture
def data(podman):
    return f"--volume={podman.volume()}:/var/lib/registry"


def configured(podman, text=CONFIG):
    return mounted.Volume(podman.folder, {"config.yml": text}).at("/etc/docker/registry")


# The registry


def test_a_configmap_and_a_secret_as_kubernetes_mounts_them(podman, data):
    secret = mounted.Volume(podman.folder, passwords(ann="secret"))
    flags = (data, configured(podman), secret.at("/auth"))
    with podman.serving("registry", *flags) as container:
        assert [status(container), status(container, "ann", "wrong")] == [401, 401]
        assert status(container, "ann", "secret") == 200
        with urllib.request.urlopen(f"{container.url}/livez") as answer:
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert container.healthy()


def test_a_secret_that_changes_is_followed_at_once(podman, data):
    secret = mounted.Volume(podman.folder, passwords(ann="secret"))
    with podman.serving("registry", data, secret.at("/auth")) as container:
        assert status(container, "ann", "secret") == 200
        secret.update(passwords(bob="another"))
        assert status(container, "bob", "another") == 200
        assert status(container, "ann", "secret") == 401


def test_users_are_made_in_the_volume_where_none_are_mounted(podman, data):
    with podman.serving("registry", data) as container:
        container.inside("homeport", "users", "add", "ann", "--password-stdin", input="secret")
        assert status(container, "ann", "secret") == 200
        container.restart()
        assert status(container, "ann", "secret") == 200


@pytest.mark.parametrize(
    ("variables", "wanted"),
    [
        ({"REGISTRY_AUTH": "none"}, 200),
        ({"REGISTRY_AUTH": "none", "HOMEPORT_REGISTRY_AUTH": "on"}, 401),
        ({"REGISTRY_AUTH_HTPASSWD_PATH": "/elsewhere/htpasswd"}, 401),
    ],
)
def test_variables_come_before_the_file(podman, data, variables, wanted):
    flags = [f"--env={name}={value}" for name, value in variables.items()]
    with podman.serving("registry", data, configured(podman), *flags) as container:
        assert status(container) == wanted


def test_a_folder_that_the_file_names(podman):
    text = CONFIG.replace("/var/lib/registry", "/images")
    volumes = (f"--volume={podman.volume()}:/images", "--env=HOMEPORT_DATA=/images/homeport")
    with podman.serving("registry", configured(podman, text), *volumes) as container:
        assert "registry.db" in container.inside("ls", "/images").stdout


TLS = "tls: {certificate: /certs/server.crt, key: /certs/server.key}"


def test_a_certificate_that_the_file_names(podman, data):
    folder = podman.volume()
    ca.ensure(folder, ["localhost"], datetime.datetime.now(datetime.UTC))
    for path in folder.iterdir():
        path.chmod(0o644)
    text = CONFIG.replace("  headers:", f"  {TLS}\n  headers:")
    flags = (data, f"--volume={folder}:/certs:ro", configured(podman, text))
    trust = ssl.create_default_context(cafile=str(folder / "ca.crt"))
    with podman.serving("registry", *flags, trust=trust) as container:
        assert container.ask("/livez").status == 200
        assert container.healthy()


# The cloud


def health(container):
    return json.loads(container.ask("/_localstack/health").body)


def test_the_variables_of_localstack(podman):
    variables = {"SERVICES": "s3,sqs", "PERSISTENCE": "1", "DATA_DIR": "/data", "DEBUG": "1"}
    flags = [f"--env={name}={value}" for name, value in variables.items()]
    with podman.serving("cloud", f"--volume={podman.volume()}:/data", *flags) as container:
        services = health(container)["services"]
        assert (services["s3"], services["sqs"], services["sns"]) == (
            "running",
            "running",
            "disabled",
        )
        assert "s3.db" in container.inside("ls", "/data").stdout
        assert "PERSISTENCE" not in container.log


# What nothing is said of

LISTENING = """
import socket
for line in open("/proc/net/tcp").readlines()[1:]:
    address, state = line.split()[1], line.split()[3]
    if state == "0A":
        print(address)
"""


@pytest.mark.parametrize(("component", "port"), [("registry", 5000), ("cloud", 4566)])
def test_it_listens_on_every_address_at_the_port_of_the_upstream_image(podman, component, port):
    name = f"hp-alone-{component}"
    own = ("--detach", "--name", name, "--network=none", *containers.HERE, *containers.STRICT)
    podman("run", *own, built.NAME, "serve", component)
    try:
        wanted, deadline = f"00000000:{port:04X}", time.monotonic() + 20
        while wanted not in podman("exec", name, "python", "-c", LISTENING).stdout.split():
            assert time.monotonic() < deadline, podman("logs", name).stderr
    finally:
        podman("rm", "--force", "--time=0", name)
