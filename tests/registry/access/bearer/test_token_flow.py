"""The token flow from the challenge to the end of the token, as docker and containerd go through it."""

import urllib.parse

import pytest

from homeport.registry.access import htpasswd
from homeport.registry.options import Rule

TEAM = Rule(("team/**",), ("pull", "push"), ("ann",))
PUBLIC = Rule(("public/**",), ("pull",), ("*",), anonymous=True)
LIST = "/v2/team/a/tags/list"


async def test_docker_login_and_push(guarded, challenged):
    home = guarded(has_tokens=True, rules=(TEAM,))
    ping = await home.ask("GET", "/v2/", host="registry.test")
    scheme, fields = challenged(ping)
    assert (ping.status, scheme) == (401, "Bearer")
    assert fields == {"realm": "http://registry.test/v2/token", "service": "homeport"}
    assert (await home.ask("GET", "/v2/", token=await home.token(user="ann"))).status == 200
    token = await home.token("repository:team/a:pull,push", user="ann")
    home.authorization = f"Bearer {token}"
    await home.push_image("team/a", "v1")
    assert (await home.ask("GET", LIST)).json["tags"] == ["v1"]
    deleted = await home.ask("DELETE", "/v2/team/a/manifests/v1")
    assert (deleted.status, deleted.code) == (403, "DENIED")


async def test_answer_of_get_is_that_of_the_specification(guarded):
    home = guarded(token_s=120)
    answer = await home.ask("GET", "/v2/token?scope=repository:a:pull", user="ann")
    assert answer.json.keys() == {"token", "access_token", "expires_in", "issued_at"}
    assert answer.json["token"] == answer.json["access_token"]
    assert (answer.json["expires_in"], answer.json["issued_at"]) == (120, "2023-11-14T22:13:20Z")
    assert answer.headers["Cache-Control"] == "no-store"


async def test_less_than_was_asked_for_is_no_error(guarded, challenged):
    home = guarded(has_tokens=True, rules=(TEAM,))
    token = await home.token("repository:team/a:pull,push,delete", "repository:x:pull", user="bob")
    answer = await home.ask("GET", LIST, token=token)
    assert answer.json["errors"][0]["message"] == "bob may not pull from team/a"
    assert answer.status == 403


async def test_a_token_for_less_is_challenged_for_more(guarded, challenged):
    home = guarded(has_tokens=True, rules=(TEAM,))
    token = await home.token("repository:team/a:pull", user="ann")
    answer = await home.ask("POST", "/v2/team/a/blobs/uploads/", token=token, host="h:5000")
    scheme, fields = challenged(answer)
    assert (answer.status, scheme, fields["error"]) == (401, "Bearer", "insufficient_scope")
    assert fields["scope"] == "repository:team/a:pull,push"
    better = await home.token(fields["scope"], user="ann")
    again = await home.ask("POST", "/v2/team/a/blobs/uploads/", token=better)
    assert again.status == 202


async def test_docker_pulls_without_a_credential(guarded, challenged):
    home = guarded(rules=(PUBLIC, TEAM))
    ping = await home.ask("GET", "/v2/", host="h")
    assert (ping.status, challenged(ping)[0]) == (401, "Bearer")
    token = await home.token("repository:public/a:pull", "repository:team/a:pull")
    assert (await home.ask("GET", "/v2/public/a/tags/list", token=token)).status == 404
    assert (await home.ask("GET", "/v2/", token=token)).status == 200
    refused = await home.ask("GET", LIST, token=token, host="h")
    assert challenged(refused)[1]["error"] == "insufficient_scope"
    assert refused.status == 401


async def test_without_anonymous_rules_nobody_gets_a_token_for_nothing(guarded, challenged):
    home = guarded(has_tokens=True, rules=(TEAM,))
    answer = await home.ask("GET", "/v2/token?scope=repository:team/a:pull", host="h")
    assert (answer.status, challenged(answer)[0]) == (401, "Basic")


async def test_wrong_passwords_get_no_token(guarded, tools):
    home = guarded(has_tokens=True)
    header = tools.basic("ann", "guess")
    assert (await home.ask("GET", "/v2/token", authorization=header)).status == 401


async def test_a_token_buys_no_token(guarded):
    home = guarded(has_tokens=True)
    token = await home.token(user="ann")
    assert (await home.ask("GET", "/v2/token", token=token)).status == 401


async def test_catalog_needs_its_scope(guarded, challenged):
    home = guarded(has_tokens=True, rules=(TEAM, Rule(("x",), ("pull", "push"), ("bob",))))
    home.authorization = f"Bearer {await home.token('repository:team/a:*', user='ann')}"
    await home.push_image("team/a", "v1")
    refused = await home.ask("GET", "/v2/_catalog", host="h")
    assert (refused.status, challenged(refused)[1]["scope"]) == (401, "registry:catalog:*")
    for user, seen in (("ann", ["team/a"]), ("bob", [])):
        token = await home.token("registry:catalog:*", user=user)
        assert (await home.ask("GET", "/v2/_catalog", token=token)).json["repositories"] == seen


# The end of a token


async def test_time(guarded, challenged):
    home = guarded(has_tokens=True, token_s=60)
    token = await home.token("repository:team/a:pull", user="ann")
    await home.clock.advance(59)
    assert (await home.ask("GET", LIST, token=token)).status == 404
    await home.clock.advance(1)
    answer = await home.ask("GET", LIST, token=token, host="h")
    assert (answer.status, challenged(answer)[1]["error"]) == (401, "invalid_token")


async def test_a_token_ends_with_its_user_or_their_password(guarded):
    home = guarded(has_tokens=True)
    tokens = {
        user: await home.token("repository:a:pull", user=user) for user in ("ann", "bob", "eve")
    }
    for token in tokens.values():
        assert (await home.ask("GET", "/v2/a/tags/list", token=token)).status == 404
    htpasswd.add(home.users, "ann", "new", cost=4)
    htpasswd.remove(home.users, "bob")
    found = {
        user: (await home.ask("GET", "/v2/", token=token)).status for user, token in tokens.items()
    }
    assert found == {"ann": 401, "bob": 401, "eve": 200}


async def test_a_token_ends_with_its_robot(guarded, tools):
    home = guarded(has_tokens=True)
    robots = home.registry.robots
    secret = await robots.create("ci", [("**", ["pull"])], home.clock.now() + 90, "ann")
    basic = tools.basic("robot+ci", secret)
    token = await home.token("repository:a:pull", authorization=basic)
    assert (await home.ask("GET", "/v2/a/tags/list", token=token)).status == 404
    await home.clock.advance(90)
    assert (await home.ask("GET", "/v2/a/tags/list", token=token)).status == 401
    secret = await robots.create("cd", [("**", ["pull"])], None, "ann")
    token = await home.token("repository:a:pull", authorization=tools.basic("robot+cd", secret))
    await robots.remove("cd")
    await robots.create("cd", [("**", ["pull"])], None, "ann")
    assert (await home.ask("GET", "/v2/a/tags/list", token=token)).status == 401


async def test_tokens_survive_a_restart_but_not_the_rules_that_let_them(guarded):
    home = guarded(has_tokens=True, rules=(TEAM, PUBLIC))
    token = await home.token("repository:team/a:pull", user="ann")
    nobody = await home.token("repository:public/a:pull")
    await home.restart()
    assert (await home.ask("GET", LIST, token=token)).status == 404
    home.options = type(home.options)(htpasswd=home.users, rules=(Rule(("x",), users=("ann",)),))
    await home.restart()
    assert (await home.ask("GET", LIST, token=token)).status == 403
    assert (await home.ask("GET", "/v2/public/a/tags/list", token=nobody)).status == 401


async def test_tokens_of_another_registry(guarded):
    one, other = guarded(has_tokens=True), guarded(has_tokens=True)
    await one.token(user="ann")
    answer = await one.ask("GET", "/v2/", token=await other.token(user="ann"))
    assert answer.status == 401


async def test_wrong_service(guarded):
    home = guarded(realm="here")
    answer = await home.ask("GET", "/v2/token?service=elsewhere", user="ann")
    assert answer.status == 400
    assert "of here, not of elsewhere" in answer.json["errors"][0]["message"]


# OAuth 2: https://distribution.github.io/distribution/spec/auth/oauth/


def post(home, **form):
    body = urllib.parse.urlencode(form).encode()
    return home.ask("POST", "/v2/token", body, content_type="application/x-www-form-urlencoded")


async def test_containerd_posts(guarded):
    home = guarded(has_tokens=True, rules=(TEAM,))
    answer = await post(
        home, grant_type="password", username="ann", password="secret", service="homeport",
        client_id="containerd-client", scope="repository:team/a:pull,push repository:x:pull",
    )  # fmt: skip
    assert answer.json.keys() == {"access_token", "scope", "expires_in", "issued_at"}
    assert answer.json["scope"] == "repository:team/a:pull,push"
    assert (await home.ask("GET", LIST, token=answer.json["access_token"])).status == 404


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({"grant_type": "refresh_token", "refresh_token": "x"}, "unsupported_grant_type"),
        ({}, "unsupported_grant_type"),
        ({"grant_type": "password", "username": "ann"}, "invalid_request"),
        ({"grant_type": "password", "username": "ann", "password": "guess"}, "invalid_grant"),
        ({"grant_type": "password", "username": "robot+x", "password": "y"}, "invalid_grant"),
        (
            {"grant_type": "password", "username": "ann", "password": "secret", "service": "x"},
            "invalid_request",
        ),
    ],
)
async def test_errors_of_oauth(guarded, form, error):
    """Of 400, containerd falls back to GET."""
    answer = await post(guarded(has_tokens=True), **form)
    assert (answer.status, answer.json["error"]) == (400, error)
    assert answer.json["error_description"]


async def test_a_form_that_is_none(guarded):
    home = guarded(has_tokens=True)
    assert (await home.ask("POST", "/v2/token", b"\xff\x00{}")).status == 400
    assert (await home.ask("POST", "/v2/token", b"&".join([b"a=b"] * 99))).status == 400
    assert (await home.ask("POST", "/v2/token", b"x" * 70_000)).status == 413


async def test_memory_of_tokens_is_bounded(guarded, monkeypatch):
    monkeypatch.setattr("homeport.registry.limits.CREDENTIALS", 3)
    home = guarded(has_tokens=True)
    for _ in range(6):
        await home.ask("GET", "/v2/", token=await home.token(user="ann"))
    assert len(home.registry._gate._granted) == 3
