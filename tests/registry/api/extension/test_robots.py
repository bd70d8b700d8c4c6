"""Robots by their end points."""

import pytest

SCOPES = [{"repositories": "team/**", "allow": ["pull", "push"]}]


async def create(home, name="ci", **more):
    return await home.call("POST", "robots", {"name": name, "scopes": SCOPES} | more)


async def test_a_robot_comes_and_goes(staff, tools):
    made = (await create(staff)).json
    assert made["user"] == "robot+ci"
    admin, robot = staff.authorization, tools.basic(made["user"], made["secret"])
    staff.authorization = robot
    assert (await staff.ask("POST", "/v2/team/a/blobs/uploads/")).status == 202
    assert (await staff.ask("POST", "/v2/other/blobs/uploads/")).status == 403
    assert (await staff.call("GET", "robots")).status == 403
    staff.authorization = admin
    assert (await staff.call("DELETE", "robots/ci")).status == 204
    staff.authorization = robot
    assert (await staff.ask("GET", "/v2/")).status == 401


async def test_its_secret_is_shown_once(staff):
    made = await create(staff)
    listed = await staff.call("GET", "robots")
    assert made.json["secret"].encode() not in listed.body
    assert made.headers["Cache-Control"] == "no-store"
    (shown,) = listed.json["robots"]
    assert (shown["name"], shown["created_by"], shown["scopes"]) == ("ci", "ann", SCOPES)


async def test_its_end_is_counted_from_now(staff):
    made = (await create(staff, expires_s=3600)).json
    assert made["expires"] == staff.clock.now() + 3600
    assert (await create(staff, "ever")).json["expires"] is None


async def test_there_is_one_of_each_name(staff):
    await create(staff)
    answer = await create(staff)
    assert answer.status == 409
    assert "already" in answer.json["errors"][0]["message"]


async def test_one_that_is_not_there_can_not_go(staff):
    answer = await staff.call("DELETE", "robots/" + "x" * 1000)
    assert (answer.status, answer.code) == (404, "NAME_UNKNOWN")
    assert len(answer.body) < 300


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"name": "Ci"}, "can not be the name"),
        ({"expires_s": 0}, "at its end before it is made"),
        ({"expires_s": -1}, "expires_s must be"),
        ({"scopes": []}, "scopes must be"),
        ({"scopes": [{"repositories": "a"}]}, "scopes must be"),
        ({"scopes": [{"repositories": "a", "allow": []}]}, "scopes must be"),
        ({"scopes": [{"repositories": "a", "allow": ["fly"]}]}, "can not be let fly"),
        ({"scopes": SCOPES * 50}, "1 to 32 scopes"),
        ({"password": "x"}, "'password' is no field"),
    ],
)
async def test_what_can_be_no_robot(staff, body, said):
    answer = await create(staff, **body)
    assert answer.status == 400
    assert said in answer.json["errors"][0]["message"]
    assert (await staff.call("GET", "robots")).json == {"robots": []}
