"""A death of ours at any request: one session at most, and a state from which the next run goes on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from tests.net.dns.pihole import acting
from tests.net.dns.pihole.acting import ALIASES, HOST, NAMES, STACK, TARGET
from tests.pihole.faults import Fault, Kind

from homeport.net.dns.pihole.wire import connection

REQUESTS = range(1, 15)
THEIRS = ["10.0.0.9 printer.lan"], ["nas.lan,printer.lan"]


class Killed(BaseException):
    """The end of the process: nobody tidies up."""


@pytest.fixture
def dying(monkeypatch):
    """Has our process die at a request: before it is sent, or as soon as the answer is there."""

    def at(number, *, is_sent):
        left = [number]

        def ask(self, *arguments):
            left[0] -= 1
            if left[0] < 0 or (left[0] == 0 and not is_sent):
                raise Killed
            reply = whole(self, *arguments)
            if left[0] == 0:
                raise Killed
            return reply

        whole = connection.Wire.ask
        monkeypatch.setattr(connection.Wire, "ask", ask)

    yield at
    monkeypatch.undo()


def run(pretended, wanted, ours):
    """A run that may die; the next one is told the same of what is ours, as it was written down before."""
    try:
        acting.applied(pretended, wanted, ours)
    except Killed:
        pass


@pytest.mark.parametrize("is_sent", [True, False])
@pytest.mark.parametrize("number", REQUESTS)
def test_while_it_makes_records(pretended, dying, monkeypatch, number, is_sent):
    kept = pretended.stand_in.kept
    kept.hosts, kept.aliases = map(list, THEIRS)
    dying(number, is_sent=is_sent)
    run(pretended, STACK, ())
    monkeypatch.undo()
    assert len(pretended.stand_in.sessions.seats) <= 1
    acting.applied(pretended, STACK, STACK)
    assert kept.hosts == [*THEIRS[0], HOST]
    assert kept.aliases[0] == THEIRS[1][0]
    assert sorted(kept.aliases[1:]) == sorted(ALIASES)
    pretended.until(lambda: pretended.answers(NAMES[2]) == [TARGET, acting.ADDRESS])


@pytest.mark.parametrize("number", REQUESTS)
def test_while_it_takes_them_away(pretended, dying, monkeypatch, number):
    kept = pretended.stand_in.kept
    kept.hosts, kept.aliases = map(list, THEIRS)
    ours = acting.applied(pretended)
    dying(number, is_sent=True)
    run(pretended, (), ours)
    monkeypatch.undo()
    assert len(pretended.stand_in.sessions.seats) <= 1
    acting.applied(pretended, (), ours)
    assert (kept.hosts, kept.aliases) == THEIRS


PROGRAM = """
import sys
import threading
from homeport import clock
from homeport.net.dns import records
from homeport.net.dns.pihole import keeper, options
url, port, target, address, *names = sys.argv[1:]
made = keeper.open(options.Options(url, "right", "", None, "127.0.0.1", int(port), 60.0), clock.SystemClock())
wanted = records.of(names, target, [address], 300)
made.apply(made.plan(wanted, ()), print)
"""


def test_a_process_that_is_killed_for_real(pretended):
    stand_in = pretended.stand_in
    stand_in.faults.add(Fault(Kind.STALL, "PUT", "/api/config/dns/cnameRecords"))
    process = subprocess.Popen(
        [
            *(sys.executable, "-c", PROGRAM, pretended.url, str(pretended.dns[1])),
            *(TARGET, acting.ADDRESS, *NAMES),
        ],
        stdin=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[4] / "src")},
    )
    try:
        heard(
            stand_in,
            lambda request: "/dns/cnameRecords/" in request.path and request.method == "PUT",
        )
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert len(stand_in.sessions.seats) == 1
    stand_in.faults.released.set()
    acting.applied(pretended, STACK, STACK)
    assert (stand_in.kept.hosts, stand_in.kept.aliases) == ([HOST], ALIASES)


def heard(stand_in, judge):
    """Waits, on the machine's time, for a request."""
    pause = threading.Event()
    for _ in range(600):
        if any(map(judge, list(stand_in.server.requests))):
            return
        pause.wait(0.05)
    raise AssertionError("it has not come to that")
