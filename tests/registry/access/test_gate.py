"""Who comes in, and what it costs."""

import asyncio
import base64
import os
import threading

import pytest

from homeport.edge import http
from homeport.registry import limits
from homeport.registry.access import gate, htpasswd


@pytest.fixture
def checks(monkeypatch):
    """Counts the passwords that bcrypt was asked about."""
    asked = []
    verify = htpasswd.verify
    monkeypatch.setattr(
        htpasswd, "verify", lambda *given: asked.append(threading.get_ident()) or verify(*given)
    )
    return asked


def _enter(home, tools, user="ann", password="secret"):
    return home.ask("GET", "/v2/", authorization=tools.basic(user, password))


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "BREW"])
@pytest.mark.parametrize(
    "path",
    [
        "/v2/",
        "/v2",
        "/",
        "/v2/_catalog",
        "/v2/a/manifests/v1",
        "/v2/a/blobs/uploads/",
        "/livez/x",
        "/metrics",
        "/v2/A/tags/list",
        "//livez",
        "/livez%2f",
    ],
)
async def test_strangers_are_challenged_everywhere(locked_home, method, path):
    answer = await locked_home.ask(method, path)
    assert (answer.status, answer.code) == (401, "UNAUTHORIZED")
    assert answer.headers["WWW-Authenticate"] == 'Basic realm="homeport"'
    assert answer.headers["Docker-Distribution-Api-Version"] == "registry/2.0"


@pytest.mark.parametrize("path", ["/livez", "/readyz"])
async def test_health_is_open(locked_home, path):
    assert (await locked_home.ask("GET", path)).body == b"ok\n"
    assert (await locked_home.ask("DELETE", path)).status == 405


async def test_options_is_answered_before_auth(locked_home):
    answer = await locked_home.ask("OPTIONS", "/v2/a/manifests/v1")
    assert (answer.status, answer.headers["Allow"]) == (204, "OPTIONS, GET, HEAD, PUT, DELETE")


async def test_user_comes_in(locked_home, tools):
    assert (await _enter(locked_home, tools)).status == 200


@pytest.mark.parametrize(
    ("user", "password"),
    [("ann", "Secret"), ("ann", ""), ("bob", "secret"), ("", ""), ("ann", "s" * 99)],
)
async def test_wrong_credentials(locked_home, tools, user, password):
    assert (await _enter(locked_home, tools, user, password)).status == 401


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Basic",
        "Basic ",
        "Basic !!!",
        "Basic YQ==",
        "Bearer YTpi",
        "basic\t",
        "Basic \xff",
        "Basic YQ",
        "Basic " + base64.b64encode(b"\xff\xfe:\xff").decode(),
        "Basic " + "A" * 50_000,
    ],
)
async def test_malformed_credentials(locked_home, header):
    answer = await locked_home.ask("GET", "/v2/", authorization=header)
    assert (answer.status, answer.code) == (401, "UNAUTHORIZED")


async def test_bcrypt_is_paid_once_and_never_on_the_loop(locked_home, tools, checks):
    for _ in range(5):
        assert (await _enter(locked_home, tools)).status == 200
    assert len(checks) == 1
    assert checks[0] != threading.get_ident()


async def test_known_user_is_answered_at_once(locked_home, tools):
    await _enter(locked_home, tools)
    answer = locked_home.send("GET", "/v2/", authorization=tools.basic("ann", "secret"))
    assert isinstance(answer, http.Response)


async def test_first_requests_share_one_check(locked_home, tools, checks):
    answers = await asyncio.gather(*(_enter(locked_home, tools) for _ in range(20)))
    assert {answer.status for answer in answers} == {200}
    assert len(checks) == 1


async def test_wrong_password_is_checked_once_too(locked_home, tools, checks):
    for _ in range(3):
        assert (await _enter(locked_home, tools, "ann", "wrong")).status == 401
    assert len(checks) == 1


async def test_unknown_user_costs_as_much_as_a_wrong_password(locked_home, tools, checks):
    await _enter(locked_home, tools, "nobody", "wrong")
    assert len(checks) == 1


@pytest.mark.parametrize(
    ("user", "text"),
    [
        ("", "log in first"),
        ("ann", "the user's name or password is wrong"),
        ("robot+ci", "the user's name or password is wrong"),
    ],
)
async def test_a_person_is_told_why(locked_home, tools, checks, user, text):
    answer = await _enter(locked_home, tools, user, "")
    assert answer.json["errors"][0]["message"] == text
    assert len(checks) == (1 if user == "ann" else 0)


async def test_change_of_the_file_counts_from_the_next_request_on(locked_home, tools):
    users = locked_home.users
    await _enter(locked_home, tools)
    assert (await _enter(locked_home, tools, "bob", "his")).status == 401
    htpasswd.add(users, "bob", "his", cost=4)
    assert (await _enter(locked_home, tools, "bob", "his")).status == 200
    htpasswd.add(users, "ann", "new", cost=4)
    assert (await _enter(locked_home, tools)).status == 401
    assert (await _enter(locked_home, tools, "ann", "new")).status == 200
    htpasswd.remove(users, "ann")
    assert (await _enter(locked_home, tools, "ann", "new")).status == 401


async def test_change_during_a_check_is_not_forgotten(locked_home, tools):
    entering = asyncio.ensure_future(_enter(locked_home, tools))
    await asyncio.sleep(0)
    htpasswd.remove(locked_home.users, "ann")
    await entering
    assert (await _enter(locked_home, tools)).status == 401


async def test_file_that_goes_away_locks_everybody_out(locked_home, tools):
    await _enter(locked_home, tools)
    locked_home.users.unlink()
    assert (await _enter(locked_home, tools)).status == 401


async def test_file_that_turns_into_a_folder_is_a_clear_error(locked_home, tools):
    await _enter(locked_home, tools)
    locked_home.users.unlink()
    locked_home.users.mkdir()
    answer = await _enter(locked_home, tools)
    assert (answer.status, answer.code) == (500, "UNKNOWN")
    assert "its log says why" in answer.json["errors"][0]["message"]


async def test_flood_of_guesses_is_turned_away(locked_home, tools, monkeypatch):
    monkeypatch.setattr(limits, "PASSWORD_CHECKS_WAITING", 3)
    guesses = (_enter(locked_home, tools, "ann", f"guess {number}") for number in range(10))
    statuses = [answer.status for answer in await asyncio.gather(*guesses)]
    assert sorted(set(statuses)) == [401, 429]
    assert statuses.count(401) == 3
    assert (await _enter(locked_home, tools)).status == 200


async def test_memory_of_credentials_is_bounded(locked_home, tools, monkeypatch):
    monkeypatch.setattr(limits, "CREDENTIALS", 4)
    gate = locked_home.registry._gate
    for number in range(10):
        await _enter(locked_home, tools, "ann", f"guess {number}")
    assert len(gate._refused) == 4


async def test_memory_holds_no_password(locked_home, tools):
    await _enter(locked_home, tools)
    kept = repr(vars(locked_home.registry._gate))
    assert "secret" not in kept
    assert tools.basic("ann", "secret").split()[1] not in kept


async def test_long_password_counts_up_to_72_bytes(locked_home, tools):
    htpasswd.add(locked_home.users, "eve", "x" * 72, cost=4)
    assert (await _enter(locked_home, tools, "eve", "x" * 72)).status == 200
    assert (await _enter(locked_home, tools, "eve", "x" * 71)).status == 401


async def test_edit_in_place_is_seen(locked_home, tools):
    await _enter(locked_home, tools)
    text = locked_home.users.read_text()
    locked_home.users.write_text("#" + text[1:])
    found = locked_home.users.stat()
    os.utime(locked_home.users, ns=(found.st_atime_ns, found.st_mtime_ns + 1))
    assert (await _enter(locked_home, tools)).status == 401


@pytest.mark.parametrize(
    ("header", "credential"),
    [
        ("Basic YTpi", ("a", b"b")),
        ("bAsIc  YTpi", ("a", b"b")),
        ("Basic YTpiOmM=", ("a", b"b:c")),
        ("Basic Og==", ("", b"")),
        ("Basic YQ==", None),
        ("Digest YTpi", None),
    ],
)
def test_parse(header, credential):
    assert gate.parse(header) == credential


@pytest.mark.parametrize(("size", "looks"), [(255, 1), (256, 0)])
async def test_a_name_that_nobody_can_have_is_not_remembered(
    locked_home, tools, checks, size, looks
):
    assert (await _enter(locked_home, tools, "x" * size)).status == 401
    assert len(checks) == looks
