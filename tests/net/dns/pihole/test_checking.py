"""Whether DNS answers as it should, asked for real."""

from __future__ import annotations

import contextlib
import socket
import threading

import pytest
from tests.net.dns.pihole import acting
from tests.net.dns.pihole.acting import ALIASES, HOST, NAMES, STACK, TARGET

from homeport import errors
from homeport.net.dns.pihole import checking, limits
from homeport.net.dns.records import Kind, Record


@pytest.fixture
def stand_in(pretended):
    return pretended.stand_in


@pytest.fixture
def resolver(pretended):
    return checking.Resolver(*pretended.dns)


@contextlib.contextmanager
def bound(answer):
    """A UDP port of loopback that answers everything in one way, or with nothing."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        server.settimeout(0.1)
        is_over = threading.Event()

        def serve():
            while not is_over.is_set():
                with contextlib.suppress(TimeoutError):
                    query, client = server.recvfrom(4096)
                    if answer:
                        server.sendto(answer(query), client)

        thread = threading.Thread(target=serve)
        thread.start()
        yield server.getsockname()[1]
        is_over.set()
        thread.join()


def test_a_port_that_is_closed_is_said_before_anything_is_changed(pretended, stand_in):
    stand_in.resolver.stop()
    with pytest.raises(
        errors.HomeportError, match=r"port is closed\. Nothing was changed"
    ) as caught:
        acting.applied(pretended)
    assert "pihole.dns" in caught.value.hint
    assert stand_in.kept.hosts == []


def test_nobody_answers(monkeypatch):
    monkeypatch.setattr(limits, "QUERY_S", 0.1)
    with bound(None) as port:
        assert checking.Resolver("127.0.0.1", port).silence() == "no answer"


def test_what_answers_is_no_dns(monkeypatch):
    monkeypatch.setattr(limits, "QUERY_S", 0.1)
    with bound(lambda query: b"hello") as port:
        assert checking.Resolver("127.0.0.1", port).silence()


def test_answers_to_other_questions_do_not_count(monkeypatch):
    monkeypatch.setattr(limits, "QUERY_S", 0.1)
    with bound(lambda query: b"\x00\x00" + query[2:]) as port:
        assert checking.Resolver("127.0.0.1", port).silence()


def test_a_host_that_nobody_knows():
    silence = checking.Resolver("no-such-name.invalid", 53).silence()
    assert silence == "the name of its machine is not known here"


def test_all_is_there(resolver, stand_in):
    stand_in.away()
    stand_in.resolver.start([HOST], ALIASES)
    assert resolver.problem(STACK, ()) is None
    assert "still answers" in resolver.problem((), STACK).why


def test_an_alias_without_its_target_is_no_answer(resolver, stand_in):
    """dnsmasq's rule, for real."""
    stand_in.away()
    stand_in.resolver.start([], ALIASES)
    problem = resolver.problem(STACK[1:], ())
    assert NAMES[0] in problem.why
    assert not problem.is_silent


@pytest.mark.parametrize(
    ("hosts", "aliases", "said"),
    [
        ([], [], f"for {TARGET} it says REFUSED, not 10.77.0.1"),
        ([f"10.0.0.9 {TARGET}"], [], f"for {TARGET} it says 10.0.0.9, not 10.77.0.1"),
        ([HOST], [], f"for {NAMES[0]} it says REFUSED, not that it is {TARGET}"),
        ([HOST, f"10.0.0.9 {NAMES[0]}"], [], f"not that it is {TARGET}"),
        ([HOST], [f"{NAMES[0]},{TARGET},900"], "is remembered for 900 s still"),
    ],
)
def test_what_is_wrong_is_said(resolver, stand_in, hosts, aliases, said):
    stand_in.away()
    stand_in.resolver.start(hosts, aliases)
    assert said in resolver.problem(STACK, ()).why


def test_a_server_that_hears_nothing_from_others_has_not_got_it(resolver, stand_in, monkeypatch):
    monkeypatch.setattr(limits, "QUERY_S", 0.2)
    with bound(None) as port:
        stand_in.away()
        stand_in.resolver.upstreams = (f"127.0.0.1#{port}",)
        stand_in.resolver.start([], [])
        assert resolver.problem((), STACK) is None


def test_another_address_for_the_same_name_is_not_ours(resolver, stand_in):
    stand_in.away()
    stand_in.resolver.start([f"10.0.0.9 {TARGET}"], [])
    assert resolver.problem((), STACK[:1]) is None


def test_it_is_restarted_where_it_never_read_what_is_stored(pretended, stand_in, monkeypatch):
    """As when the change that restarts it was somebody else's, and came before ours."""
    told = []
    monkeypatch.setattr(stand_in, "restart_soon", later(stand_in.restart_soon, 1))
    acting.applied(pretended, told=told.append)
    assert any("restarting it once more" in text for text in told)
    assert pretended.answers(NAMES[0]) == [TARGET, acting.ADDRESS]


def later(call, passed_over):
    """A call that does nothing the first times."""
    left = [passed_over]

    def called():
        if left[0]:
            left[0] -= 1
        else:
            call()

    return called


def test_a_dns_that_never_answers_so_is_said_after_a_while(pretended, stand_in, monkeypatch):
    monkeypatch.setattr(stand_in, "restart_soon", lambda: None)
    before = pretended.clock.now()
    with pytest.raises(errors.HomeportError, match="does not answer so after 120 s") as caught:
        acting.applied(pretended)
    assert NAMES[0] in caught.value.what
    assert "pihole.dns" in caught.value.hint
    assert pretended.clock.now() - before < 130


def test_the_host_of_the_url_is_asked_by_default(pretended):
    with acting.opened(pretended, dns_address="") as made:
        made.apply(made.plan([Record("x.lan", Kind.A, "10.0.0.1")], ()), [].append)
