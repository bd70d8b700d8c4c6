"""What people read where their client is not let do something, with passwords and with tokens; what robots and strangers may."""

import json
import shutil

import pytest
from tests.e2e.registry_clients import served

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]
OPEN = {"repositories": ["public/**"], "anonymous": True}
CLOSED = {"repositories": ["public/**"], "users": ["*"]}
TEAM = {"repositories": ["team/**"], "users": [served.ANN], "allow": ["pull", "push", "delete"]}
IMAGES = ("public/app:1", "team/app:1", "other/app:1")
ANN = (served.ANN, served.ANNS_PASSWORD)


@pytest.fixture(scope="module", params=["basic", "tokens"])
def registry(request, tmp_path_factory, skopeo, image):
    """With three images. Where it has tokens, anybody may pull what is public."""
    folder = tmp_path_factory.mktemp("rights")
    has_tokens = request.param == "tokens"
    rules = [OPEN if has_tokens else CLOSED, TEAM]
    with served.serving(
        folder, TOKENS="on" if has_tokens else "off", RULES=json.dumps(rules)
    ) as made:
        skopeo.login(made, served.ADMIN, served.ADMINS_PASSWORD)
        for name in IMAGES:
            skopeo(made, "copy", image, f"docker://{made.host}/{name}")
        skopeo.logout(made)
        yield made
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def has_tokens(registry):
    return registry.extra["HOMEPORT_REGISTRY_TOKENS"] == "on"


@pytest.fixture
def storing(docker, podman, buildah):
    """Clients with images of their own, by name."""
    return {"docker": docker, "podman": podman, "buildah": buildah}


@pytest.fixture
def pulling(docker, podman):
    """Those that ask the registry even where they have the image."""
    return {"docker": docker, "podman": podman}


def told(done):
    """What a client that was refused says."""
    assert done.returncode != 0, done
    return done.stdout + done.stderr


def has_image(client, registry):
    """Gives a client an image, then takes its login away."""
    client.login(registry, *ANN)
    client(registry, "pull", f"{registry.host}/team/app:1")
    client.logout(registry)


def push(client, registry, name):
    """Pushes that image under another name."""
    client(registry, "tag", f"{registry.host}/team/app:1", f"{registry.host}/{name}")
    return client(registry, "push", f"{registry.host}/{name}", check=False)


# Who has logged in


def test_a_wrong_password(registry, has_tokens, storing, skopeo):
    for user in (served.ANN, "nobody", "robot+none"):
        words = told(storing["docker"].login(registry, user, "wrong", check=False))
        ours = "unauthorized: the user's name or password is wrong"
        assert (ours if has_tokens else "401 Unauthorized") in words
        for client in (storing["podman"], storing["buildah"], skopeo):
            words = told(client.login(registry, user, "wrong", check=False))
            assert "invalid username/password" in words


def test_no_right_to_push(registry, storing, skopeo, image):
    wanted = "denied: ann may not push to public/new"
    for client in storing.values():
        has_image(client, registry)
        client.login(registry, *ANN)
        assert wanted in told(push(client, registry, "public/new:1"))
        client.logout(registry)
    skopeo.login(registry, *ANN)
    there = f"docker://{registry.host}/public/new:1"
    assert wanted in told(skopeo(registry, "copy", image, there, check=False))
    skopeo.logout(registry)


def test_no_right_to_pull(registry, pulling):
    for client in pulling.values():
        client.login(registry, *ANN)
        done = client(registry, "pull", f"{registry.host}/other/app:1", check=False)
        assert "denied: ann may not pull from other/app" in told(done)
        client.logout(registry)


def test_no_right_to_delete(registry, skopeo):
    skopeo.login(registry, *ANN)
    done = skopeo(registry, "delete", f"docker://{registry.host}/public/app:1", check=False)
    assert "ann may not delete from public/app" in told(done)
    skopeo(registry, "copy", *(f"docker://{registry.host}/team/{at}" for at in ("app:1", "go:1")))
    skopeo(registry, "delete", f"docker://{registry.host}/team/go:1")
    done = skopeo(registry, "inspect", f"docker://{registry.host}/team/go:1", check=False)
    assert "manifest unknown" in told(done)
    skopeo.logout(registry)


def test_what_is_not_there(registry, pulling, ctr):
    name = f"{registry.host}/team/app:none"
    for client in pulling.values():
        client.login(registry, *ANN)
        words = told(client(registry, "pull", name, check=False))
        assert "manifest unknown: manifest unknown to registry" in words
        client.logout(registry)
    done = ctr(registry, "pull", "--user", ":".join(ANN), name, check=False)
    assert f"{name}: not found" in told(done)


# Robots


def test_docker_as_a_robot(registry, docker):
    user, secret = registry.robot("ci", "team/**:pull,push")
    assert user == "robot+ci"
    assert "Login Succeeded" in docker.login(registry, user, secret).stdout
    docker(registry, "pull", f"{registry.host}/team/app:1")
    assert push(docker, registry, "team/built:1").returncode == 0
    assert "robot+ci may not push to public/built" in told(push(docker, registry, "public/built:1"))
    registry.homeport("registry", "robots", "remove", "ci")
    words = told(push(docker, registry, "team/built:2"))
    assert "unauthorized: the user's name or password is wrong" in words
    docker.logout(registry)


# Strangers


def test_a_pull_without_a_login(registry, has_tokens, pulling, skopeo, ctr):
    name = f"{registry.host}/team/app:1"
    where = "denied: log in to pull from team/app" if has_tokens else "unauthorized: log in first"
    assert where in told(pulling["podman"](registry, "pull", name, check=False))
    assert where in told(skopeo(registry, "inspect", f"docker://{name}", check=False))
    words = told(pulling["docker"](registry, "pull", name, check=False))
    # Without tokens, dockerd goes on with plain HTTP, and shows the answer to that.
    why = "log in to pull from team/app" if has_tokens else "this port speaks HTTPS"
    assert f"may require 'docker login': denied: {why}" in words
    words = told(ctr(registry, "pull", name, check=False))
    assert "authorization" in words or "401 Unauthorized" in words


def test_a_push_without_a_login(registry, has_tokens, storing, skopeo, image):
    where = "denied: log in to push to public/new" if has_tokens else "unauthorized"
    for name, client in storing.items():
        has_image(client, registry)
        words = told(push(client, registry, "public/new:1"))
        is_dockers = name == "docker" and not has_tokens
        assert ("no basic auth credentials" if is_dockers else where) in words
    there = f"docker://{registry.host}/public/new:1"
    assert where in told(skopeo(registry, "copy", image, there, check=False))


def test_everybody_pulls_what_is_public(registry, has_tokens, pulling, skopeo, ctr):
    name = f"{registry.host}/public/app:1"
    pulls = [client(registry, "pull", name, check=False) for client in pulling.values()]
    pulls.append(ctr(registry, "pull", name, check=False))
    pulls.append(skopeo(registry, "inspect", f"docker://{name}", check=False))
    assert {done.returncode == 0 for done in pulls} == {has_tokens}, pulls
