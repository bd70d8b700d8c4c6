"""A Pi-hole that is away, slow, broken, another one, or none at all."""

from __future__ import annotations

import math
import re

import pytest
from tests.net.dns.pihole import acting
from tests.net.dns.pihole.acting import ALIASES, HOST, STACK
from tests.pihole import faults
from tests.pihole.faults import Fault, Kind

from homeport import errors
from homeport.net.dns import records
from homeport.net.dns.pihole import limits


@pytest.fixture
def stand_in(pretended):
    return pretended.stand_in


def refused(pretended, act=acting.applied, **changed):
    with pytest.raises(errors.HomeportError) as caught:
        act(pretended, **changed)
    return caught.value


def befalls(stand_in, method, path, raw, times=1):
    stand_in.faults.add(Fault(Kind.ANSWER, method, path, raw), times)


def test_away(pretended, stand_in):
    stand_in.away()
    before = pretended.clock.now()
    error = refused(pretended)
    assert f"The Pi-hole at {pretended.url} does not answer: connection refused." in error.what
    assert "pihole.url" in error.hint
    assert pretended.clock.now() - before <= limits.FIRST_S


def test_a_name_that_nobody_knows(pretended):
    error = refused(pretended, url="http://no-such-name.invalid")
    assert "its name is not known here" in error.what
    assert "its address" in error.hint


def test_one_that_restarts_just_then_is_waited_for(pretended, stand_in):
    stand_in.restart_soon()
    pretended.wait(0.5)
    assert acting.applied(pretended)
    assert stand_in.kept.aliases == ALIASES


def test_a_restart_of_minutes(pretended, stand_in):
    stand_in.up_after_s = 90
    before = pretended.clock.now()
    acting.applied(pretended)
    assert 90 < pretended.clock.now() - before < 100


def test_a_restart_that_never_ends(pretended, stand_in):
    stand_in.up_after_s = math.inf
    before = pretended.clock.now()
    error = refused(pretended)
    assert "has not come back after 120 s" in error.what
    assert "pihole.timeout" in error.hint
    assert 110 < pretended.clock.now() - before < 120 + limits.LOGOUT_S + 2


def test_the_next_run_goes_on_after_that(pretended, stand_in):
    stand_in.up_after_s = math.inf
    refused(pretended)
    stand_in._up()
    assert not acting.planned(pretended, STACK, STACK).has_changes
    assert pretended.answers(acting.NAMES[0]) == [acting.TARGET, acting.ADDRESS]


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
@pytest.mark.parametrize("kind", [Kind.CUT, Kind.UNHEARD])
def test_connections_that_are_cut(pretended, stand_in, method, kind):
    ours = acting.applied(pretended)
    stand_in.faults.add(Fault(kind, method, "/api/config"), 3)
    acting.applied(pretended, STACK[:2], ours)
    stand_in.faults.add(Fault(kind, method, "/api/config"), 3)
    acting.applied(pretended, STACK, ours)
    assert (stand_in.kept.hosts, sorted(stand_in.kept.aliases)) == ([HOST], sorted(ALIASES))
    assert stand_in.sessions.seats == {}


def test_a_proxy_before_one_that_restarts(pretended, stand_in):
    befalls(stand_in, "PUT", "/api/config", faults.status(502, "<html>"), 4)
    acting.applied(pretended)
    assert stand_in.kept.aliases == ALIASES


def test_one_that_stalls(pretended, stand_in, monkeypatch):
    monkeypatch.setattr(limits, "ANSWER_S", 0.2)
    monkeypatch.setattr(limits, "PAUSE_S", limits.FIRST_S)
    stand_in.faults.add(Fault(Kind.STALL, "GET", "/api/auth"), 9)
    assert re.search("no (whole )?answer in time", refused(pretended).what)


def test_an_error_of_its_own(pretended, stand_in):
    befalls(stand_in, "PUT", "/api/config", faults.status(500, "oops"))
    error = refused(pretended)
    assert "status 500" in error.what
    assert "FTL.log" in error.hint
    assert stand_in.kept.hosts == []


@pytest.mark.parametrize("place", ["hosts", "cnameRecords"])
def test_a_refusal_after_which_nothing_is_there_says_so(pretended, stand_in, place):
    befalls(stand_in, "PUT", f"/api/config/dns/{place}", faults.status(400, "oops"))
    assert isinstance(refused(pretended), records.Unchanged)
    assert stand_in.kept.hosts == stand_in.kept.aliases == []


def test_a_refusal_that_could_not_be_undone_says_nothing_of_the_kind(pretended, stand_in):
    befalls(stand_in, "PUT", "/api/config/dns/cnameRecords", faults.status(400, "oops"))
    befalls(stand_in, "DELETE", "/api/config", faults.status(400, "oops"))
    assert not isinstance(refused(pretended), records.Unchanged)
    assert stand_in.kept.hosts == [HOST]


def test_an_error_at_the_first_question(pretended, stand_in):
    befalls(stand_in, "GET", "/api/auth", faults.status(500, "oops"))
    assert "status 500" in refused(pretended).what


def test_an_endless_answer(pretended, stand_in, monkeypatch):
    monkeypatch.setattr(limits, "ANSWER_BYTES", 1000)
    befalls(stand_in, "GET", "/api/config", faults.status(200, "x" * 5000))
    assert "it was not read" in refused(pretended).what


@pytest.mark.parametrize("body", ["<html>", "[1]", '{"session":1}', "{" * 100_000])
def test_something_that_is_no_pihole(pretended, stand_in, body):
    befalls(stand_in, "GET", "/api/auth", faults.status(200, body))
    error = refused(pretended)
    assert error.what == f"What answers at {pretended.url} is not a Pi-hole."
    assert stand_in.server.requests[-1].method == "GET", "no password was sent"


@pytest.mark.parametrize("value", ["1", '["a", 1]', "{}"])
def test_a_list_that_is_none(pretended, stand_in, value):
    body = f'{{"config":{{"dns":{{"hosts":{{"value":{value}}}}}}}}}'
    befalls(stand_in, "GET", "/api/config/dns/hosts", faults.status(200, body))
    assert "is not a Pi-hole" in refused(pretended).what


def test_version_5(pretended, stand_in):
    befalls(stand_in, "GET", "/api/auth", faults.status(404, "<html>"))
    befalls(stand_in, "GET", "/admin/api.php", faults.status(200, '{"version":3}'))
    error = refused(pretended)
    assert "version 5 or older" in error.what
    assert "pihole -up" in error.hint


def test_a_session_that_is_no_text_for_a_header(pretended, stand_in):
    body = '{"session":{"valid":true,"sid":"a\\r\\nX: y"}}'
    befalls(stand_in, "POST", "/api/auth", faults.status(200, body))
    assert "is not a Pi-hole" in refused(pretended).what


@pytest.mark.parametrize("method", ["GET", "POST", "PUT"])
def test_redirects_are_not_followed(pretended, stand_in, method):
    raw = faults.status(308, "", "Location: https://elsewhere.invalid/api?x=1\r\n")
    befalls(stand_in, method, "/api", raw)
    error = refused(pretended)
    if method == "GET":
        assert "https://elsewhere.invalid" in error.hint
    assert "308" in error.what or "sends on" in error.what


@pytest.mark.parametrize("to", ["http://[::1", "http://a:999999/", "http://a\x1b[2J/", "//a", ""])
def test_a_redirect_to_nowhere(pretended, stand_in, to):
    befalls(stand_in, "GET", "/api/auth", faults.status(302, "", f"Location: {to}\r\n"))
    error = refused(pretended)
    assert "sends on to another address" in error.what
    assert "\x1b" not in error.hint


def test_one_that_may_not_be_restarted(pretended, stand_in):
    """Somebody else stored our aliases with `restart=false`, so there is nothing left to change that restarts."""
    stand_in.kept.allow_destructive = False
    stand_in.faults.add(Fault(Kind.CUT, "PUT", f"/api/config/dns/cnameRecords/{acting.NAMES[2]}"))
    error = refused(pretended)
    assert "allow_destructive" in error.hint
