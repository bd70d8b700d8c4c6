"""The page of rights and rules says what is in force. A stack of its own, with some of everything."""

import asyncio
import json

import harness
import pytest
from tests.console import standing as standings
from tests.console.standing import Standing

PAGE = "/registry/rules"
RULES = [
    {"repositories": ["**"], "users": ["*"]},
    {"repositories": ["team/**"], "allow": ["push", "delete"], "users": ["writer", "robot+ci"]},
    {"repositories": ["public/**"], "anonymous": True},
]
MADE = {
    "HOMEPORT_REGISTRY_RULES": json.dumps(RULES),
    "HOMEPORT_REGISTRY_RETENTION": json.dumps(
        [
            {"repositories": ["team/**"], "keep_last": 10, "keep_pulled": "30d"},
            {"repositories": ["old/**"], "keep_last": 1},
        ]
    ),
    "HOMEPORT_REGISTRY_UPSTREAMS": json.dumps(
        [
            {
                "prefix": "docker.io",
                "url": "https://hub.invalid",
                "user": "ada",
                "password": "of-the-upstream",
            }
        ]
    ),
    "HOMEPORT_REGISTRY_WEBHOOKS": json.dumps(
        [{"name": "ci", "url": "http://127.0.0.1:9/token-of-the-hook", "actions": ["push"]}]
    ),
    "HOMEPORT_REGISTRY_DELETE": "false",
    "HOMEPORT_REGISTRY_SCRUB_INTERVAL": "30d",
}


@pytest.fixture(scope="module")
def standing(tmp_path_factory):
    stack = harness.Stack(tmp_path_factory.mktemp("rules") / "data", extra=MADE)
    for user in (standings.WRITER, standings.READER):
        standings.add_user(stack, user)
    with stack.running():
        yield Standing(stack)


async def test_rules_are_in_words_and_as_a_matrix(visitor):
    page = await visitor.get(PAGE)
    assert page.status == 200, page.text
    assert [each.text for each in page.find("main").find("ol").all("li")] == [
        "Each user who has logged in may pull from all repositories.",
        "writer and the robot ci may push to and delete from team/**.",
        "Anyone, without a password too, may pull from public/**.",
    ]
    heads = [each.text for each in page.find("table").find("thead").all("th")]
    assert heads == ["Repositories", "Anyone", "Each user", "writer", "robot+ci"]
    assert page.rows() == [
        ["**", "nothing", "pull", "pull", "nothing"],
        ["team/**", "nothing", "pull", "pull, push, delete", "push, delete"],
        ["public/**", "pull", "pull", "pull", "pull"],
    ]
    assert "Admins may do everything: admin" in page.text


async def test_what_can_be_copied_is_what_is_in_force(visitor):
    page = await visitor.get(PAGE)
    texts = [each.raw for each in page.all("pre")]
    assert 'users = ["writer", "robot+ci"]' in texts[0]
    assert "delete = false" in texts[1]
    assert 'scrub_interval = "30d"' in texts[1]
    assert 'keep_pulled = "30d"' in texts[2]


async def test_settings_and_switches(visitor):
    page = await visitor.get(PAGE)
    assert "Deletes are switched off (registry.delete)" in page.text
    settings = {row[0]: row[1] for row in page.rows(1)}
    assert settings["registry.delete"] == "no"
    assert settings["registry.scrub_interval"] == "30d"
    for place in ("", "/collection", "/retention", "/scrub"):
        page = await visitor.get(f"/registry/space{place}")
        assert "Deletes are switched off (registry.delete)" in page.text


async def test_deletes_that_are_switched_off_do_not_stop_retention(visitor, standing):
    for tag in ("a", "b"):
        standing.push("old/app", tag)
    assert standing.ask("DELETE", "/v2/old/app/manifests/a").status == 405
    await visitor.get("/registry/space/retention")
    assert (await visitor.post("/registry/space/retention")).status == 303
    async with asyncio.timeout(20):
        while standing.json("/v2/old/app/tags/list")["tags"] != ["b"]:
            await asyncio.sleep(0.05)


async def test_other_registries_and_webhooks_without_their_secrets(visitor):
    page = await visitor.get(PAGE)
    assert page.rows(2) == [["docker.io", "https://hub.invalid", "5 min"]]
    assert page.rows(3) == [["ci", "push"]]
    assert b"of-the-upstream" not in page.body
    assert b"token-of-the-hook" not in page.body


@pytest.mark.parametrize(
    ("user", "action", "repository", "answer", "why"),
    [
        ("reader", "pull", "team/app", "Yes", "Rule 1"),
        ("reader", "push", "team/app", "No", "No rule lets it"),
        ("writer", "push", "team/app", "Yes", "Rule 2"),
        ("writer", "delete", "team/app", "No", "registry.delete"),
        ("", "pull", "public/x", "Yes", "Rule 3"),
        ("", "pull", "team/app", "No", "No rule lets it"),
        ("admin", "push", "x", "Yes", "is an admin"),
        ("admin", "push", "docker.io/library/alpine", "No", "mirrors https://hub.invalid"),
        ("eve", "pull", "team/app", "No", "There is no user eve."),
        ("robot+nobody", "pull", "team/app", "No", "There is no robot nobody."),
    ],
)
async def test_a_question_is_answered_with_the_reason(
    visitor, user, action, repository, answer, why
):
    page = await visitor.get(
        f"{PAGE}?user={user.replace('+', '%2B')}&action={action}&repository={repository}"
    )
    assert f"{answer}: {user or 'anyone without a password'} may" in page.text
    assert why in page.text
    assert page.find("input", name="user").attributes["value"] == user


@pytest.mark.parametrize("user", ["reader", "writer"])
@pytest.mark.parametrize("repository", ["team/asked", "public/asked", "other"])
async def test_the_answer_is_what_the_registry_does(visitor, standing, user, repository):
    page = await visitor.get(f"{PAGE}?user={user}&action=push&repository={repository}")
    answer = standing.ask("POST", f"/v2/{repository}/blobs/uploads/", user=user)
    assert answer.status in {202, 403}
    assert ("Yes: " in page.text) == (answer.status == 202)


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "A", "a//b", "é", "a" * 256, "%00"])
async def test_what_can_be_no_repository_is_refused(visitor, name):
    page = await visitor.get(f"{PAGE}?user=reader&repository={name}")
    assert page.status == 400
    assert "No repository can be called" in page.text
    assert not page.find("main").all("script")


@pytest.mark.parametrize("user", ["<b>x</b>", "\"'`", "%F0%9F%90%99", "robot%2B" + "x" * 240])
async def test_hostile_names_are_text(visitor, user):
    page = await visitor.get(f"{PAGE}?user={user}&repository=team/app")
    assert page.status == 200
    assert "No: " in page.text
    assert not page.find("main").all("b")


async def test_a_long_name_is_refused(visitor):
    assert (await visitor.get(f"{PAGE}?user={'x' * 1024}&repository=a")).status == 400


async def test_it_is_for_admins(writer):
    page = await writer.get(PAGE)
    assert page.status == 403
    assert "Rights and rules" not in page.links
