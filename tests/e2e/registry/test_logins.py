"""Real clients through the token flow: with a password, with a robot's, without any; and what they show of a refusal."""

import json
import shutil

import daemons
import harness
import images
import pytest
from test_skopeo import credentials, podman_of, skopeo

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]
RULES = [
    {"repositories": ["public/**"], "allow": ["pull"], "anonymous": True},
    {"repositories": ["team/**"], "allow": ["pull", "push"], "users": ["ann"]},
]
ANN = "a password of ann's"
REFUSED = (
    "unauthorized",
    "authentication required",
    "denied",
    "no basic auth credentials",
    "invalid username/password",
)


@pytest.fixture(scope="module", params=["on", "off"], ids=["tokens", "basic"])
def guarded(request, tmp_path_factory):
    """A stack with rules, with two images that are there: `public/app:1` and `team/app:1`."""
    folder = tmp_path_factory.mktemp("guarded")
    extra = {
        "HOMEPORT_REGISTRY_RULES": json.dumps(RULES),
        "HOMEPORT_REGISTRY_TOKENS": request.param,
    }
    with harness.Stack(folder / "data", extra=extra).running() as stack:
        stack.homeport("users", "add", "ann", "--password-stdin", input=ANN)
        images.image(folder / "in", [10_000])
        for name in ("public/app:1", "team/app:1"):
            there = f"docker://{stack.registry}/{name}"
            source = f"oci:{folder}/in:latest"
            skopeo(stack, "copy", "--dest-creds", credentials(stack), source, there)
        yield stack
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def docker(guarded, short_path):
    with daemons.dockerd(short_path / "docker", guarded.environment) as client:
        yield client


def is_refusal(done):
    return done.returncode != 0 and any(text in done.stderr.lower() for text in REFUSED)


def test_docker_without_a_login(guarded, docker):
    public, team = (f"{guarded.registry}/{name}/app:1" for name in ("public", "team"))
    docker("pull", public)
    assert is_refusal(docker("pull", team, check=False))
    assert is_refusal(docker("push", public, check=False))


def test_docker_with_a_login(guarded, docker):
    login = ("login", guarded.registry, "-u", "ann", "--password-stdin")
    wrong = docker(*login, input="wrong", check=False)
    assert is_refusal(wrong)
    assert "Login Succeeded" in docker(*login, input=ANN).stdout
    name = f"{guarded.registry}/team/app:1"
    docker("pull", name)
    for target, is_let in (("team/docker:1", True), ("public/docker:1", False)):
        docker("tag", name, f"{guarded.registry}/{target}")
        done = docker("push", f"{guarded.registry}/{target}", check=False)
        assert done.returncode == 0 if is_let else is_refusal(done)


def test_podman(guarded, short_path):
    podman = podman_of(guarded, short_path)
    (short_path / "auth.json").write_text("{}")
    podman("pull", f"{guarded.registry}/public/app:1")
    assert is_refusal(podman("pull", f"{guarded.registry}/team/app:1", check=False))
    login = ("login", "-u", "ann", "--password-stdin", guarded.registry)
    assert is_refusal(podman(*login, input="wrong", check=False))
    podman(*login, input=ANN)
    image = podman("pull", "-q", f"{guarded.registry}/team/app:1").stdout.strip()
    podman("push", image, f"{guarded.registry}/team/podman:1")
    assert is_refusal(podman("push", image, f"{guarded.registry}/public/podman:1", check=False))


@pytest.mark.parametrize(
    ("creds", "name", "is_let"),
    [
        (["--no-creds"], "public/app:1", True),
        (["--no-creds"], "team/app:1", False),
        (["--creds", f"ann:{ANN}"], "team/app:1", True),
        (["--creds", f"ann:{ANN}"], "public/app:1", True),
        (["--creds", f"ann:{ANN}"], "elsewhere/app:1", False),
        (["--creds", "ann:wrong"], "team/app:1", False),
        (["--creds", "nobody:wrong"], "public/app:1", False),
    ],
)
def test_skopeo(guarded, creds, name, is_let):
    environment = {**guarded.environment, "SSL_CERT_FILE": str(guarded.ca)}
    command = (harness.tool("skopeo"), "inspect", *creds, f"docker://{guarded.registry}/{name}")
    done = harness.run(*command, env=environment, check=False)
    assert done.returncode == 0 if is_let else is_refusal(done), done.stderr


def robot(stack, name, scope):
    """A robot's user and password."""
    made = stack.homeport("registry", "robots", "add", name, "--allow", scope, "-o", "json")
    shown = json.loads(made.stdout)
    return shown["user"], shown["secret"]


def test_containerd_as_a_robot(guarded, tmp_path, short_path):
    user, secret = robot(guarded, "ci", "team/**:pull,push")
    hosts = tmp_path / "hosts" / guarded.registry
    hosts.mkdir(parents=True)
    (hosts / "hosts.toml").write_text(
        f'server = "https://{guarded.registry}"\n[host."https://{guarded.registry}"]\n'
        f'capabilities = ["pull", "resolve", "push"]\nca = "{guarded.ca}"\n'
    )
    own = ("--hosts-dir", tmp_path / "hosts", "--user", f"{user}:{secret}")
    name, copy = f"{guarded.registry}/team/app:1", f"{guarded.registry}/team/ctr:1"
    elsewhere = f"{guarded.registry}/public/ctr:1"
    with daemons.containerd(short_path / "containerd", guarded.environment) as ctr:
        ctr("images", "pull", "--snapshotter", "native", *own, name)
        ctr("images", "tag", name, copy)
        ctr("images", "push", *own, copy)
        ctr("images", "tag", name, elsewhere)
        assert ctr("images", "push", *own, elsewhere, check=False).returncode != 0
    guarded.homeport("registry", "robots", "remove", "ci")
    environment = {**guarded.environment, "SSL_CERT_FILE": str(guarded.ca)}
    command = (harness.tool("skopeo"), "inspect", "--creds", f"{user}:{secret}", f"docker://{copy}")
    assert is_refusal(harness.run(*command, env=environment, check=False))
