"""The pages of robots: what is made works, its secret is shown once, and is nowhere else."""

import base64
import json
import re

import pytest
import urllib3
from tests.console import standing as standings
from tests.console.visitor import Visitor

from homeport import clock
from homeport.console.console import Console

PAGE = "/registry/robots"


def form(name, *scopes, days="30", **more):
    """The form as a person fills it in: a pattern, and what is ticked beside it."""
    fields = {"name": name, "days": days, "rows": str(max(3, len(scopes))), **more}
    for number, (pattern, *allow) in enumerate(scopes):
        fields |= {f"repositories-{number}": pattern, f"allow-{number}": allow}
    return fields


async def make(visitor, name, *scopes, **more):
    await visitor.get(PAGE)
    page = await visitor.post(PAGE, form(name, *scopes, **more))
    assert page.status == 200, page.text
    return page, page.find("code", id="secret").text


def robots(standing):
    return {each["name"]: each for each in standing.json("/v2/_homeport/robots")["robots"]}


def status(standing, name, secret, path):
    """What the registry answers the robot."""
    credential = base64.b64encode(f"robot+{name}:{secret}".encode()).decode()
    with urllib3.PoolManager(ca_certs=str(standing.stack.ca), retries=False) as http:
        return http.request(
            "GET",
            f"https://localhost:{standing.stack.registry_port}{path}",
            headers={"Authorization": f"Basic {credential}"},
        ).status


async def test_a_robot_does_not_log_in_here(visitor, console):
    """It would see all buckets, and change them where it may push to one repository."""
    _, secret = await make(visitor, "stranger", ("robots-here/**", "pull", "push"))
    page = await Visitor(console).log_in("robot+stranger", secret)
    assert page.status == 403
    assert "A robot has no place here" in page.text
    assert secret not in page.body.decode()


async def test_a_robot_is_made_and_may_what_was_ticked(visitor, standing):
    standing.push("robots-here/app", "v1")
    standing.push("robots-there/app", "v1")
    page, secret = await make(
        visitor, "made", ("robots-here/**", "pull", "push"), ("robots-x/*", "pull")
    )
    assert page.title == "The robot made is made · Homeport"
    told = robots(standing)["made"]
    assert told["created_by"] == "admin"
    assert told["scopes"] == [
        {"repositories": "robots-here/**", "allow": ["pull", "push"]},
        {"repositories": "robots-x/*", "allow": ["pull"]},
    ]
    assert told["expires"] - told["created"] == pytest.approx(30 * 86_400, abs=2)
    assert status(standing, "made", secret, "/v2/robots-here/app/tags/list") == 200
    assert status(standing, "made", secret, "/v2/robots-there/app/tags/list") == 403


async def test_the_secret_is_shown_once(visitor, standing):
    page, secret = await make(visitor, "once", ("once/**", "pull"))
    assert page.headers["cache-control"] == "no-store"
    assert re.fullmatch(r"hprobot_[\w-]{32}", secret)
    for path in (PAGE, "/", "/registry/rules"):
        assert secret.encode() not in (await visitor.get(path)).body
    again = await visitor.post(PAGE, form("once", ("once/**", "pull")))
    assert again.status == 409
    assert "There is a robot 'once' already." in again.text
    assert secret.encode() not in again.body


async def test_the_secret_is_in_no_log(visitor, standing, caplog):
    caplog.set_level(0)
    _, secret = await make(visitor, "logged", ("logged/**", "pull"))
    assert secret not in caplog.text
    logs = [path for path in standing.stack.data.rglob("*.log") if path.is_file()]
    assert not [path for path in logs if secret in path.read_text(errors="replace")]


async def test_what_to_paste_names_the_registry_and_the_robot(visitor, standing):
    page, secret = await make(visitor, "pasted", ("pasted/**", "pull"))
    host = standing.options.registry_host
    texts = [each.raw for each in page.all("pre")]
    assert f"docker login {host} --username robot+pasted" in texts
    [config] = [
        json.loads(base64.b64decode(text.rpartition(": ")[2]))
        for text in texts
        if "dockerconfigjson:" in text
    ]
    assert config["auths"][host]["password"] == secret


async def test_a_robot_without_an_end(visitor, standing):
    await make(visitor, "endless", ("endless/**", "pull"), days="")
    assert robots(standing)["endless"]["expires"] is None
    page = await visitor.get(f"{PAGE}?search=endless")
    assert page.rows()[0][2] == "never"


async def test_one_whose_time_is_over_is_marked(visitor, standing):
    await make(visitor, "over", ("over/**", "pull"), days="1")
    later = clock.VirtualClock(clock.SystemClock().now() + 2 * 86_400)
    other = Visitor(Console(standing.options, later))
    await other.log_in(standings.ADMIN, standings.PASSWORD)
    assert (await other.get(f"{PAGE}?search=over")).rows()[0][2].startswith("expired")
    assert (await visitor.get(f"{PAGE}?search=over")).rows()[0][2].startswith("soon")


async def test_the_list_tells_when_it_was_used(visitor, standing):
    _, secret = await make(visitor, "used", ("used/**", "pull"))
    assert (await visitor.get(f"{PAGE}?search=used")).rows()[0][3] == "never"
    status(standing, "used", secret, "/v2/used/app/tags/list")
    assert (await visitor.get(f"{PAGE}?search=used")).rows()[0][3] == "just now"


async def test_a_removed_robot_is_refused(visitor, standing):
    _, secret = await make(visitor, "removed", ("removed/**", "pull"))
    page = await visitor.get(f"{PAGE}?search=removed")
    assert "Remove the robot removed?" in page.text
    assert page.form(f"{PAGE}/remove")["name"] == "removed"
    page = await visitor.follow(await visitor.post(f"{PAGE}/remove", {"name": "removed"}))
    assert page.said() == ["The robot removed is removed; its secret is refused from now on."]
    assert "removed" not in robots(standing)
    assert status(standing, "removed", secret, "/v2/removed/app/tags/list") == 401


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        (form("", ("a/**", "pull")), "The robot has no name."),
        (form("bad"), "The robot may do nothing."),
        (form("bad", ("a/**",)), "Nothing is ticked for a/**."),
        (form("bad", ("", "pull")), "No repositories stand beside what is ticked."),
        (form("bad", ("A B", "pull")), "is no pattern of repositories"),
        (form("Bad!", ("a/**", "pull")), "can not be the name of a robot"),
        (form("bad", ("a/**", "pull"), days="0"), "from 1 to 3650"),
        (form("bad", ("a/**", "pull"), days="x"), "from 1 to 3650"),
        (form("bad", ("a/**", "pull"), days="9" * 400), "from 1 to 3650"),
        (form("<script>", ("<b>", "pull")), "can not be the name of a robot"),
        (form("x" * 1024, ("a/**", "pull")), "can not be the name of a robot"),
    ],
)
async def test_what_is_wrong_is_said_beside_what_was_filled_in(visitor, standing, fields, text):
    before = robots(standing)
    await visitor.get(PAGE)
    page = await visitor.post(PAGE, fields)
    assert page.status == 400
    assert text in page.find("div", class_="wrong").text
    assert page.find("input", id="f-name").attributes["value"] == fields["name"]
    assert page.find("input", name="days").attributes["value"] == fields["days"]
    assert not page.find("main").all("script")
    assert robots(standing) == before


async def test_more_rows_keep_what_was_filled_in(visitor, standing):
    await visitor.get(PAGE)
    fields = form("many", ("a/**", "pull"), ("b/**", "push"), ("c/**", "delete"), more="1")
    page = await visitor.post(PAGE, fields)
    assert page.status == 200
    assert page.find("input", name="rows").attributes["value"] == "7"
    assert page.find("input", name="repositories-2").attributes["value"] == "c/**"
    assert "checked" in page.find("input", id="f-delete-2").attributes
    assert "many" not in robots(standing)
    scopes = [(f"many-{number}/**", "pull") for number in range(32)]
    await make(visitor, "many", *scopes)
    assert len(robots(standing)["many"]["scopes"]) == 32


@pytest.mark.parametrize("rows", ["0", "33", "x"])
async def test_rows_are_bounded(visitor, rows):
    await visitor.get(PAGE)
    assert (await visitor.post(PAGE, {"name": "x", "rows": rows})).status == 400


@pytest.mark.parametrize(
    "name", ["absent", "../users/reader", "a/b", "..", "%2e%2e/users/reader", "<script>"]
)
async def test_removing_what_is_not_there_removes_nothing(visitor, standing, name):
    before = standing.json("/v2/_homeport/users")
    await visitor.get(PAGE)
    page = await visitor.post(f"{PAGE}/remove", {"name": name})
    assert page.status == 404
    assert standing.json("/v2/_homeport/users") == before


async def test_searching_and_paging(visitor, standing):
    for number in range(12):
        await make(visitor, f"page-{number:02}", ("page/**", "pull"))
    page = await visitor.get(f"{PAGE}?search=page-")
    assert len(page.rows()) == 12
    assert [row[0] for row in page.rows()][:2] == ["robot+page-00", "robot+page-01"]
    part = await visitor.get(f"{PAGE}?search=page-0", is_part=True)
    assert len(part.rows()) == 10
    assert not part.all("h1")
    page = await visitor.get(f"{PAGE}?search=nothing-like-it")
    assert "No robot has “nothing-like-it” in its name." in page.text


async def test_it_is_for_admins(writer, standing):
    for answer in (
        await writer.get(PAGE),
        await writer.post(PAGE, form("sly", ("**", "pull"))),
        await writer.post(f"{PAGE}/remove", {"name": "ci"}),
    ):
        assert answer.status == 403
    assert "sly" not in robots(standing)
