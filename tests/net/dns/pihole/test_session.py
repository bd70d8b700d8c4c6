"""The one session of a run, and why somebody is not let in."""

from __future__ import annotations

import pytest
from tests.net.dns.pihole import acting
from tests.pihole import faults
from tests.pihole.faults import Fault, Kind

from homeport import errors


@pytest.fixture
def kept(pretended):
    return pretended.stand_in.kept


def logins(pretended):
    return [
        request.method
        for request in pretended.stand_in.server.requests
        if request.path == "/api/auth" and request.method != "GET"
    ]


def test_a_run_has_one_session_and_ends_it(pretended):
    acting.applied(pretended)
    assert logins(pretended) == ["POST", "DELETE"]
    assert pretended.stand_in.sessions.seats == {}


def test_without_a_password_there_is_none(pretended, kept):
    kept.password = ""
    acting.applied(pretended, password="")
    assert logins(pretended) == []


def test_a_password_that_is_not_asked_for_is_not_sent(pretended, kept):
    kept.password = ""
    acting.applied(pretended)
    assert logins(pretended) == []


@pytest.mark.parametrize("error", [errors.HomeportError, KeyboardInterrupt, SystemExit])
def test_it_logs_out_whatever_happens(pretended, error):
    def told(_):
        raise error("stop")

    with pytest.raises(error):
        acting.applied(pretended, told=told)
    assert pretended.stand_in.sessions.seats == {}


def test_it_logs_out_while_it_restarts(pretended):
    """As after Ctrl-C in the middle of the wait."""
    with acting.opened(pretended) as made:
        made.plan(acting.STACK, ())
        pretended.stand_in.restart_soon()
        pretended.wait(0.5)
        assert not pretended.stand_in.resolver.is_up
    assert pretended.stand_in.sessions.seats == {}


def test_it_does_not_hang_on_a_logout_that_nobody_hears(pretended):
    with acting.opened(pretended) as made:
        made.plan(acting.STACK, ())
        pretended.stand_in.away()
    assert len(pretended.stand_in.sessions.seats) == 1


def test_closing_twice_does_no_harm(pretended):
    with acting.opened(pretended) as made:
        made.plan(acting.STACK, ())
        made.close()
    assert logins(pretended) == ["POST", "DELETE"]


def refused(pretended, **changed):
    """How a plan ends that is not let in; nothing secret is said."""
    with pytest.raises(errors.HomeportError) as caught:
        acting.planned(pretended, **changed)
    for secret in filter(None, (changed.get("password"), changed.get("totp"))):
        assert secret not in str(caught.value)
    return caught.value


def test_a_wrong_password(pretended):
    error = refused(pretended, password="geheim")
    assert "does not take the password" in error.what
    assert "pihole.password" in error.hint
    assert logins(pretended) == ["POST"]


def test_no_password_where_one_is_asked_for(pretended):
    error = refused(pretended, password="")
    assert "none is set" in error.what
    assert "HOMEPORT_PIHOLE_PASSWORD" in error.hint


def test_a_code_is_asked_for(pretended, kept):
    kept.totp = 123456
    error = refused(pretended)
    assert "TOTP" in error.what
    assert "HOMEPORT_PIHOLE_TOTP" in error.hint
    assert "app password" in error.hint


def test_the_code_of_the_moment(pretended, kept):
    kept.totp = 12345
    acting.applied(pretended, totp="012345")
    assert pretended.stand_in.sessions.seats == {}


def test_another_code(pretended, kept):
    kept.totp = 123456
    error = refused(pretended, totp="654321")
    assert "does not take the code" in error.what
    assert "clocks" in error.hint


def test_a_code_for_the_second_time(pretended, kept):
    kept.totp = 123456
    acting.planned(pretended, totp="123456")
    pretended.wait(1.1)
    error = refused(pretended, totp="123456")
    assert "had that code" in error.what
    assert "30 seconds" in error.hint


def test_codes_that_come_too_fast_are_tried_again(pretended, kept):
    kept.totp = 123456
    refused(pretended, totp="111111")
    acting.planned(pretended, totp="123456")
    assert logins(pretended).count("POST") > 2


def test_no_seat(pretended, kept):
    kept.max_sessions = 0
    error = refused(pretended)
    assert "no free seat" in error.what
    assert "webserver.api.max_sessions" in error.hint
    assert "30 minutes" in error.hint


def test_seats_are_free_again_after_half_an_hour(pretended, kept):
    kept.max_sessions = 1
    with pretended.client() as other:
        refused(pretended)
        other.sid = ""
    pretended.wait(1801)
    acting.planned(pretended)


def test_a_hundred_runs_need_one_seat(pretended, kept):
    kept.max_sessions = 1
    for _ in range(100):
        acting.planned(pretended)


def test_a_login_waits_while_others_try_too_often(pretended):
    answer = faults.status(429, '{"error":{"key":"rate_limiting","message":"Rate-limiting"}}')
    pretended.stand_in.faults.add(Fault(Kind.ANSWER, "POST", "/api/auth", answer), 3)
    before = pretended.clock.now()
    acting.planned(pretended)
    assert 0.5 < pretended.clock.now() - before < 5


def test_a_login_waits_as_long_as_it_is_told(pretended):
    answer = faults.status(429, "{}", "Retry-After: 20\r\n")
    pretended.stand_in.faults.add(Fault(Kind.ANSWER, "POST", "/api/auth", answer))
    before = pretended.clock.now()
    acting.planned(pretended)
    assert 20 <= pretended.clock.now() - before < 21


def test_a_login_does_not_wait_longer_than_it_may(pretended):
    answer = faults.status(429, "{}", "Retry-After: 900\r\n")
    pretended.stand_in.faults.add(Fault(Kind.ANSWER, "POST", "/api/auth", answer))
    assert "too many are made" in refused(pretended).what


def test_a_login_does_not_wait_for_ever(pretended):
    answer = faults.status(429, '{"error":{"key":"rate_limiting","message":"Rate-limiting"}}')
    pretended.stand_in.faults.add(Fault(Kind.ANSWER, "POST", "/api/auth", answer), 1000)
    before = pretended.clock.now()
    error = refused(pretended)
    assert "too many are made" in error.what
    assert pretended.clock.now() - before <= 30


def test_a_login_whose_answer_is_lost_is_not_made_twice(pretended):
    pretended.stand_in.faults.add(Fault(Kind.CUT, "POST", "/api/auth"))
    error = refused(pretended)
    assert "does not answer" in error.what
    assert len(pretended.stand_in.sessions.seats) == 1


def app_password(pretended):
    with pretended.client() as client:
        app = client.call("GET", "/api/auth/app").body["app"]
        client.patch(app_pwhash=app["hash"])
        client.sid = ""
    return app["password"]


def test_an_app_password_that_may_not_change_settings(pretended):
    password = app_password(pretended)
    assert "app_sudo" in acting.planned(pretended, password=password).notes[0]
    with pytest.raises(errors.HomeportError, match="an app password may not") as caught:
        acting.applied(pretended, password=password)
    assert "webserver.api.app_sudo" in caught.value.hint
    assert (pretended.stand_in.kept.hosts, pretended.stand_in.sessions.seats) == ([], {})


def test_an_app_password_needs_no_code(pretended, kept):
    password = app_password(pretended)
    kept.app_sudo, kept.totp = True, 123456
    acting.applied(pretended, password=password)
    assert kept.aliases == acting.ALIASES


def test_a_session_that_ended_meanwhile_is_opened_anew(pretended):
    with acting.opened(pretended) as made:
        changes = made.plan(acting.STACK, ())
        pretended.stand_in.sessions.clear()
        made.apply(changes, [].append)
    assert logins(pretended) == ["POST", "POST", "DELETE"]
    assert pretended.stand_in.sessions.seats == {}


def test_sessions_that_do_not_outlive_a_restart(pretended, kept):
    kept.restore = False
    ours = acting.applied(pretended)
    acting.applied(pretended, (), ours)
    assert (kept.hosts, kept.aliases) == ([], [])
    assert pretended.stand_in.sessions.seats == {}


def test_another_password_meanwhile(pretended, kept):
    with acting.opened(pretended) as made:
        changes = made.plan(acting.STACK, ())
        kept.password = "another"
        pretended.stand_in.sessions.clear()
        with pytest.raises(errors.HomeportError, match="does not take the password"):
            made.apply(changes, [].append)


def test_read_only_settings(pretended, kept):
    answer = faults.status(
        403, '{"error":{"key":"forbidden","message":"The config is currently in read-only mode"}}'
    )
    pretended.stand_in.faults.add(Fault(Kind.ANSWER, "PUT", "/api/config", answer))
    with pytest.raises(errors.HomeportError, match="read-only") as caught:
        acting.applied(pretended)
    assert "misc.readOnly" in caught.value.hint


def test_what_it_says_is_shown_without_what_was_sent(pretended):
    said = '{"error":{"key":"x","message":"no \\u001b[31m right\\n","hint":"right?"}}'
    pretended.stand_in.faults.add(Fault(Kind.ANSWER, "PUT", "/api", faults.status(400, said)))
    with pytest.raises(errors.HomeportError) as caught:
        acting.applied(pretended)
    assert "right" not in str(caught.value)
    assert "\x1b" not in str(caught.value)
