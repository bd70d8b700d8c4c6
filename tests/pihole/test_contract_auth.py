"""Logging in and out, as FTL 6.4.1 does it: the same tests for the stand-in and a real one."""

from __future__ import annotations

import contextlib

import pytest
from tests.pihole import client, reached

WRONG = "surely-not-the-password"


@pytest.fixture
def anyone(pihole):
    """Somebody who is not logged in."""
    made = client.Client(pihole.url)
    yield made
    made.close()


@pytest.fixture
def settings(disposable):
    """Somebody who may change settings; the password is what it was afterwards."""
    with disposable.client() as made:
        yield made
        if made.call("GET", "/api/auth").status != 200:
            made.log_in(disposable.password)
        made.patch(app_sudo=False, app_pwhash="", allow_destructive=True)
        made.log_in(disposable.password)


def test_who_is_not_logged_in(pihole, anyone):
    got = anyone.call("GET", "/api/auth")
    assert got.status == 401
    session = got.body["session"]
    assert session["valid"] is False
    assert (session["sid"], session["validity"]) == (None, -1)
    assert session["message"] == "no SID provided"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/config/dns/hosts"),
        ("PUT", "/api/config/dns/hosts/x"),
        ("PATCH", "/api/config"),
    ],
)
def test_nothing_is_told_to_strangers(anyone, method, path):
    got = anyone.call(method, path)
    assert got.status == 401
    assert got.error == ("unauthorized", "Unauthorized", None)


def test_a_session(pihole, anyone):
    got = anyone.log_in(pihole.password)
    assert got.status == 200
    session = got.body["session"]
    assert session["message"] == "password correct"
    assert session["validity"] == 1800
    assert anyone.call("GET", "/api/config/dns/hosts").status == 200
    assert anyone.log_out() == 204


def test_after_the_logout(pihole, anyone):
    anyone.log_in(pihole.password)
    sid = anyone.sid
    anyone.log_out()
    got = anyone.call("DELETE", "/api/auth", **{"X-FTL-SID": sid})
    assert got.status == 401
    assert got.body["session"]["message"] == "session unknown"


def test_a_cookie_needs_its_token(pihole):
    with pihole.client() as made:
        cookie = {"Cookie": f"sid={made.sid}"}
        path = "/api/config/dns/hosts"
        assert made.call("GET", path, **cookie).status == 401
        assert made.call("GET", path, **cookie, **{"X-CSRF-TOKEN": made.csrf}).status == 200


def test_a_wrong_password(pihole, anyone):
    pihole.wait(1.1)
    got = anyone.log_in(WRONG)
    assert got.status == 401
    assert got.body["session"]["message"] == "password incorrect"


def test_many_wrong_passwords_in_a_second(pihole, anyone):
    pihole.wait(1.1)
    got = [anyone.log_in(WRONG) for _ in range(8)]
    refused = [one for one in got if one.status == 429]
    assert refused
    assert refused[0].error == ("rate_limiting", "Rate-limiting login attempts", None)
    pihole.wait(1.1)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (None, "No request body data"),
        ({}, "No password found in JSON payload"),
        ({"password": 1}, "Field password has to be of type 'string'"),
    ],
)
def test_no_password_at_all(anyone, body, said):
    got = anyone.call("POST", "/api/auth", body)
    assert got.status == 400
    assert got.error == ("bad_request", said, None)


def test_seats_run_out_and_come_back(disposable):
    with contextlib.ExitStack() as stack:
        taken = [stack.enter_context(disposable.client()) for _ in range(16 - _seated(disposable))]
        late = client.Client(disposable.url)
        stack.callback(late.close)
        got = late.log_in(disposable.password)
        assert got.status == 429
        assert got.error == (
            "api_seats_exceeded",
            "API seats exceeded",
            "increase webserver.api.max_sessions",
        )
        taken[-1].log_out()
        assert late.log_in(disposable.password).status == 200
        late.log_out()


def _seated(made):
    """How many others sit there."""
    with made.client() as own:
        return len(own.call("GET", "/api/auth/sessions").body["sessions"]) - 1


def test_a_session_can_be_ended_by_somebody_else(disposable):
    with disposable.client() as one, disposable.client() as other:
        rows = other.call("GET", "/api/auth/sessions").body["sessions"]
        own = next(row["id"] for row in rows if row["current_session"])
        latest = max(row["id"] for row in rows if row["id"] != own)
        assert other.call("DELETE", f"/api/auth/session/{latest}").status == 204
        assert one.call("GET", "/api/config/dns/hosts").status == 401


@pytest.mark.parametrize(
    ("seat", "said"),
    [
        ("77", "Session ID out of bounds"),
        ("15", "Session ID not in use"),
        ("x", "Missing or invalid session ID"),
    ],
)
def test_a_seat_that_is_none(pihole, seat, said):
    with pihole.client() as own:
        got = own.call("DELETE", f"/api/auth/session/{seat}")
    assert (got.status, got.error[1]) == (400, said)


def made_app_password(settings, made):
    """Makes an app password that counts, as the pages of Pi-hole do."""
    app = settings.call("GET", "/api/auth/app").body["app"]
    assert settings.patch(app_pwhash=app["hash"]).status == 200
    assert settings.call("GET", "/api/config/dns/hosts").status == 401, "all sessions end"
    settings.log_in(made.password)
    return app["password"]


def test_an_app_password_may_look_but_not_change(disposable, settings):
    with client.opened(disposable.url) as app:
        got = app.log_in(made_app_password(settings, disposable))
        assert got.body["session"]["message"] == "app-password correct"
        assert isinstance(app.items("hosts"), list)
        got = app.put("hosts", f"10.9.9.9 app.{reached.DOMAIN}")
        assert got.status == 403
        assert "webserver.api.app_sudo is false" in got.error[2]


def test_an_app_password_with_sudo(disposable, settings):
    with client.opened(disposable.url) as app:
        app.log_in(made_app_password(settings, disposable))
        settings.patch(app_sudo=True)
        item = f"10.9.9.9 app.{reached.DOMAIN}"
        assert app.put("hosts", item).status == 201
        assert app.delete("hosts", item).status == 204


def test_a_restart_may_be_forbidden(settings):
    settings.patch(allow_destructive=False)
    got = settings.call("POST", "/api/action/restartdns")
    assert got.status == 403
    assert got.error[2] == "Check setting webserver.api.allow_destructive"
