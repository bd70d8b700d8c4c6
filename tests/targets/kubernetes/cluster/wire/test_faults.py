"""A real TLS server that does everything wrong."""

import socket
import threading

import pytest
from tests.apiserver.wire import certificates
from tests.targets.kubernetes.cluster import wires
from tests.targets.kubernetes.cluster.wires import Wire

from homeport.targets.kubernetes.cluster import errors, limits
from homeport.targets.kubernetes.cluster.configuration.access import Trust
from homeport.targets.kubernetes.cluster.wire.retrying import Patience
from homeport.targets.kubernetes.objects import kinds
from homeport.targets.kubernetes.objects.kinds import Ref

REF = Ref(kinds.CONFIG_MAP, "registry", "registry-config")
OBJECT = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"namespace": "registry", "name": "registry-config"}}  # fmt: skip
FOUND = wires.answer(200, OBJECT)
QUICK = Patience(total_s=30, first_s=0.2)


@pytest.mark.parametrize(
    "fault",
    [wires.drop, wires.cut, wires.status(503), wires.status(429), wires.status(500), wires.status(504)],
    ids=["drop", "cut", "503", "429", "500", "504"],
)  # fmt: skip
@pytest.mark.parametrize(
    "ask",
    [
        lambda client: client.get(REF),
        lambda client: client.apply(OBJECT),
        lambda client: client.apply(OBJECT, is_dry_run=True),
        lambda client: client.delete(REF, uid="u"),
        lambda client: client.delete(REF, is_dry_run=True),
        lambda client: client.list(kinds.CONFIG_MAP),
    ],
    ids=["get", "apply", "try", "delete", "try delete", "list"],
)
def test_what_is_safe_is_asked_again(ask, fault):
    with Wire(fault, fault, FOUND) as wire:
        ask(wire.client())
        assert len(wire.seen) == 3
        assert len({(seen.method, seen.target, seen.body) for seen in wire.seen}) == 1


@pytest.mark.parametrize(
    "ask",
    [lambda client: client.patch(REF, {"data": {}}), lambda client: client.delete(REF)],
    ids=["patch", "delete without a uid"],
)
@pytest.mark.parametrize("fault", [wires.drop, wires.cut, wires.status(503)])
def test_what_may_do_harm_is_asked_once(ask, fault):
    with Wire(fault, FOUND) as wire:
        with pytest.raises((errors.Unreachable, errors.Busy)):
            ask(wire.client())
        assert len(wire.seen) == 1


def test_a_person_is_told_that_it_may_have_been_done():
    with Wire(wires.drop) as wire, pytest.raises(errors.Unreachable, match="may have been done"):
        wire.client().patch(REF, {"data": {}})


def test_a_request_that_hangs_is_given_up_and_asked_again():
    with Wire(wires.hang, FOUND) as wire:
        assert wire.client(QUICK).get(REF) == OBJECT
        assert len(wire.seen) == 2


def test_nobody_listens():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with Wire(FOUND) as wire:
        client = wire.client(server=f"https://127.0.0.1:{port}")
        with pytest.raises(errors.Unreachable) as caught:
            client.version()
    assert caught.value.what == (
        f"Could not ask for the version: https://127.0.0.1:{port} (context 'lab'): connection refused, 10 times."
    )
    assert "kubectl --context lab version" in caught.value.hint
    assert sum(wire.clock.pauses) < 30


def test_a_server_that_stays_busy_is_told_with_its_own_words():
    with Wire(wires.status(429, "slow down", retryAfterSeconds=9)) as wire:
        with pytest.raises(errors.Busy, match=r"slow down. It was asked 4 times"):
            wire.client().get(REF)
        assert wire.clock.pauses == [9, 9, 9]


@pytest.mark.parametrize(
    ("status", "location"), [(301, "https://elsewhere/"), (302, "/login"), (307, "/")]
)
def test_redirects_are_not_followed(status, location):
    with Wire(wires.answer(status, b"", Location=location)) as wire:
        with pytest.raises(errors.ClusterError, match=f"answered {status}"):
            wire.client().get(REF)
        assert len(wire.seen) == 1


def test_an_answer_without_end_is_not_read(monkeypatch):
    monkeypatch.setattr(limits, "ANSWER_BYTES", limits.MIB)
    with Wire(wires.endless) as wire, pytest.raises(errors.ClusterError, match="longer than 1 MiB"):
        wire.client().get(REF)


def test_an_answer_that_trickles_ends_with_its_time():
    with Wire(FOUND) as wire:

        def trickle(connection, wire):
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{")
            wire.clock.moment += 40
            connection.sendall(b" ")
            return wires.hang(connection, wire)

        wire.steps.insert(0, trickle)
        with pytest.raises(errors.Unreachable, match="no whole answer in time"):
            wire.client().get(REF)


def test_connections_are_kept_and_shared_by_threads():
    with Wire(FOUND) as wire:
        client = wire.client()
        for _ in range(20):
            client.get(REF)
        assert wire.connections == 1
        threads = [threading.Thread(target=client.get, args=(REF,)) for _ in range(40)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(wire.seen) == 60
        assert wire.connections <= limits.CONNECTIONS


def test_a_connection_that_was_closed_meanwhile_is_opened_again():
    def once(connection, wire):
        FOUND(connection, wire)
        return False

    with Wire(once) as wire:
        client = wire.client()
        assert [client.get(REF) for _ in range(5)] == [OBJECT] * 5


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"trust": Trust(certificates.authority("another").certificate_pem.decode())}, "can not be trusted"),
        ({"trust": Trust()}, "can not be trusted"),
        ({"trust": Trust(certificates.authority().certificate_pem.decode(), server_name="other")}, "for other names"),
    ],
    ids=["another CA", "the system's CAs", "another name"],
)  # fmt: skip
def test_a_server_that_is_not_the_one_is_sent_nothing(changes, told):
    with Wire(FOUND) as wire:
        with pytest.raises(errors.Unreachable, match=told) as caught:
            wire.client(**changes).get(REF)
        assert wire.seen == []
        assert wire.clock.pauses == []
        assert caught.value.hint


@pytest.mark.parametrize(
    "trust",
    [
        Trust(is_verified=False),
        Trust(certificates.authority().certificate_pem.decode(), server_name="localhost"),
        Trust(certificates.server().certificate_pem.decode()),
    ],
    ids=["not verified", "by another name", "the certificate itself"],
)
def test_a_server_that_is_known_another_way(trust):
    with Wire(FOUND) as wire:
        assert wire.client(trust=trust).get(REF) == OBJECT


def test_what_speaks_no_tls():
    with Wire(FOUND, is_plain=True) as wire:
        client = wire.client(server=f"https://127.0.0.1:{wire.port}")
        with pytest.raises(errors.Unreachable, match="does not speak TLS"):
            client.get(REF)


def test_a_name_that_nobody_knows():
    with Wire(FOUND) as wire:
        client = wire.client(server="https://nowhere.invalid:6443")
        with pytest.raises(errors.Unreachable, match=r"(name of .* is not known|looked up)"):
            client.get(REF)


def test_without_tls_where_the_kubeconfig_says_so():
    with Wire(FOUND, is_plain=True) as wire:
        assert wire.client().get(REF) == OBJECT


def test_a_path_before_all_others_is_kept():
    with Wire(FOUND) as wire:
        server = f"https://127.0.0.1:{wire.port}/k8s/clusters/c-1"
        wire.client(server=server).get(REF)
        prefix = "/k8s/clusters/c-1/api/v1/namespaces/registry/configmaps/registry-config"
        assert [seen.target for seen in wire.seen] == [prefix]


def test_who_we_act_as_is_sent():
    headers = (
        ("Impersonate-User", "Jürgen"),
        ("Impersonate-Group", "a"),
        ("Impersonate-Group", "b"),
    )
    with Wire(FOUND) as wire:
        wire.client(impersonation=headers).get(REF)
        seen = wire.seen[0]
    assert seen.values("impersonate-group") == ["a", "b"]
    assert seen.values("impersonate-user")[0].encode("latin-1").decode() == "Jürgen"
    assert seen.values("authorization") == [f"Bearer {wires.TOKEN}"]
    assert seen.values("user-agent")[0].startswith("homeport/")


def test_warnings_of_the_server_are_kept_each_once():
    warned = wires.answer(200, OBJECT, Warning='299 - "old \\"v1\\"", 299 - "other"')
    with Wire(warned) as wire:
        client = wire.client()
        client.apply(OBJECT)
        client.apply(OBJECT)
    assert client.warnings == ('old "v1"', "other")
