"""What only the stand-in has: its time, its faults, and that it refuses what it does not know."""

from __future__ import annotations

import math
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import urllib3
from tests.pihole import client, faults
from tests.pihole.faults import Fault, Kind

ROOT = Path(__file__).parents[2]
ALIAS = "registry.lan,traefik.lan"
HOST = "10.77.0.1 traefik.lan"


@pytest.fixture
def stand_in(pretended):
    return pretended.stand_in


@pytest.fixture
def api(pretended):
    made = client.Client(pretended.url)
    made.log_in(pretended.password)
    yield made
    made.close()


def is_up(api):
    try:
        return api.call("GET", "/api/auth").status == 200
    except urllib3.exceptions.HTTPError:
        return False


def test_it_is_away_from_029_to_105_s_after_an_alias(pretended, stand_in, api):
    api.put("hosts", HOST)
    api.put("cnameRecords", ALIAS, restarts=True)
    seen = []
    for pause_s in (0.28, 0.02, 0.74, 0.02):
        pretended.wait(pause_s)
        seen.append((is_up(api), bool(pretended.answers("traefik.lan"))))
    assert seen == [(True, True), (False, False), (False, False), (True, True)]
    assert pretended.answers("registry.lan") == ["traefik.lan", "10.77.0.1"]


def test_changes_shortly_after_one_another_are_one_restart(pretended, stand_in, api):
    for number in range(3):
        api.put("cnameRecords", f"a{number}.lan,pi.lan", restarts=True)
        pretended.wait(0.05)
    pretended.wait(2)
    assert stand_in.restarts == 1


def test_a_restart_may_never_end(pretended, stand_in, api):
    stand_in.up_after_s = math.inf
    api.put("cnameRecords", ALIAS, restarts=True)
    pretended.wait(10_000)
    assert not is_up(api)


def test_open_connections_are_cut_by_a_restart(pretended, api):
    assert is_up(api)
    api.call("POST", "/api/action/restartdns")
    pretended.wait(0.5)
    assert not is_up(api)


def test_a_session_slides_and_ends(pretended, stand_in, api):
    pretended.wait(1700)
    assert is_up(api)
    pretended.wait(1700)
    assert is_up(api)
    stand_in.kept.max_sessions = 1
    pretended.wait(1801)
    late = client.Client(pretended.url)
    assert late.log_in(pretended.password).status == 200
    late.close()


@pytest.mark.parametrize("setting", ["hosts", "cnameRecords"])
def test_a_setting_of_the_environment(stand_in, api, setting):
    stand_in.kept.forced = frozenset({f"dns.{setting}"})
    got = api.put(setting, HOST)
    assert got.status == 400
    assert got.error[1:] == (
        "Config items set via environment variables cannot be changed via the API",
        f"dns.{setting}",
    )


def test_a_setting_that_it_does_not_know_is_refused(api):
    got = api.call("PATCH", "/api/config", {"config": {"dns": {"nosuch": 1}}})
    assert (got.status, got.error[2]) == (400, "dns.nosuch")


def test_read_only(stand_in, api):
    stand_in.kept.read_only = True
    assert api.call("PATCH", "/api/config", {"config": {}}).status == 403


@pytest.mark.parametrize(
    ("kind", "is_done"), [(Kind.CUT, True), (Kind.UNHEARD, False), (Kind.ANSWER, False)]
)
def test_faults(stand_in, api, kind, is_done):
    raw = faults.status(500) if kind is Kind.ANSWER else b""
    stand_in.faults.add(Fault(kind, "PUT", "/api/config", raw))
    if kind is Kind.ANSWER:
        assert api.put("hosts", HOST).status == 500
    else:
        with pytest.raises(urllib3.exceptions.HTTPError):
            api.put("hosts", HOST)
    assert (HOST in stand_in.kept.hosts) is is_done
    assert api.put("hosts", "10.0.0.2 b.lan").status == 201


def test_as_a_program():
    command = [sys.executable, "-m", "tests.pihole", "--password", "x"]
    process = subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True
    )
    try:
        url = re.match(r"ready (\S+) dns 127\.0\.0\.1:\d+", process.stdout.readline())[1]
        with client.opened(url, "x") as made:
            assert made.items("hosts") == []
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
        process.stdout.close()
