import struct

import dns.edns
import dns.flags
import dns.message
import dns.opcode
import dns.rcode
import dns.tsigkeyring
import pytest
from dns.rcode import Rcode
from tests.net.dns.server.zones import answers, asked, query

from homeport.net.dns import records
from homeport.net.dns.server import answering, limits

NAME = "registry.homelab.test"


def header(packet):
    """Id, whether it is an answer, and its code."""
    number, flags = struct.unpack_from(">HH", packet)
    return number, bool(flags & dns.flags.QR), Rcode(flags & 15)


def test_the_case_of_a_question_comes_back():
    """https://datatracker.ietf.org/doc/html/draft-vixie-dnsext-dns0x20"""
    name = dns.name.from_text("ReGiStRy.HomeLab.TEST")
    packet = answers().answer(query(name).to_wire(), "127.0.0.1")
    assert name.to_wire() in packet
    assert dns.message.from_wire(packet).answer[0].name.labels == name.labels


@pytest.mark.parametrize("is_wanted", [True, False])
def test_flags(is_wanted):
    its = query(NAME)
    its.flags = dns.flags.RD if is_wanted else 0
    found = dns.message.from_wire(answers().answer(its.to_wire(), "127.0.0.1"))
    assert bool(found.flags & dns.flags.RD) == is_wanted
    assert found.flags & dns.flags.AA
    assert not found.flags & (dns.flags.RA | dns.flags.AD | dns.flags.TC)


def test_who_is_answered():
    assert asked(NAME).rcode() == Rcode.NOERROR
    assert asked(NAME, client="::ffff:127.0.0.1").rcode() == Rcode.NOERROR
    assert asked(NAME, client="fd00::1%eth0").rcode() == Rcode.NOERROR
    for stranger in ("192.0.2.1", "2001:db8::1", "::ffff:192.0.2.1"):
        found = asked(NAME, client=stranger)
        assert (found.rcode(), found.answer, found.authority) == (Rcode.REFUSED, [], [])
        assert found.question == query(NAME).question


def test_without_edns_there_is_none_in_the_answer():
    assert asked(NAME, use_edns=False).edns == -1
    assert asked(NAME, use_edns=0).edns == 0
    assert asked("x.org", use_edns=0).edns == 0


def test_a_version_that_is_not_there():
    """https://www.rfc-editor.org/rfc/rfc6891#section-6.1.3"""
    found = asked(NAME, use_edns=1)
    assert (found.rcode(), found.edns, found.answer) == (Rcode.BADVERS, 0, [])


def test_the_flag_of_signatures_comes_back_and_options_do_not():
    its = query(NAME, use_edns=0, want_dnssec=True)
    its.use_edns(0, dns.flags.DO, 4096, options=[dns.edns.GenericOption(12, bytes(300))])
    packet = answers().answer(its.to_wire(), "127.0.0.1")
    found = dns.message.from_wire(packet)
    assert found.ednsflags & dns.flags.DO
    assert found.options == ()
    assert (
        len(packet) < 200
    )  # padding is for those who encrypt: https://www.rfc-editor.org/rfc/rfc8467


@pytest.mark.parametrize("opcode", [1, 2, 3, 4, 5, 6, 15])
def test_other_operations(opcode):
    packet = bytearray(query(NAME).to_wire())
    packet[2] = packet[2] & 0x87 | opcode << 3
    found = answers().answer(bytes(packet), "127.0.0.1")
    assert header(found)[1:] == (True, Rcode.NOTIMP)
    assert found[2] >> 3 & 15 == opcode
    assert len(found) == limits.HEADER


def test_what_is_no_question_gets_no_answer():
    its = query(NAME)
    its.flags |= dns.flags.QR
    assert answers().answer(its.to_wire(), "127.0.0.1") is None
    for length in range(limits.HEADER):
        assert answers().answer(query(NAME).to_wire()[:length], "127.0.0.1") is None


def counted(*counts):
    return query(NAME).to_wire()[:4] + struct.pack(">4H", *counts) + query(NAME).to_wire()[12:]


@pytest.mark.parametrize(
    "packet",
    [
        query(NAME).to_wire()[:-1],
        query(NAME).to_wire() + b"x",
        counted(0, 0, 0, 0),
        counted(2, 0, 0, 0),
        counted(1, 1, 0, 0),
        counted(1, 0, 0, 9),
        query(NAME).to_wire()[:12] + b"\xc0\x0c\x00\x01\x00\x01",
        query(NAME).to_wire()[:12] + b"\x40abc\x00\x00\x01\x00\x01",
        query(NAME).to_wire() + bytes(limits.QUERY),
    ],
    ids=["cut", "more", "none", "two", "answers", "additional", "loop", "label", "long"],
)
def test_garbage(packet):
    found = answers().answer(packet, "127.0.0.1")
    assert header(found) == (header(packet)[0], True, Rcode.FORMERR)
    assert len(found) == limits.HEADER


def test_two_edns_records_are_one_too_many():
    its = query(NAME, use_edns=0).to_wire()
    doubled = its[:11] + b"\x02" + its[12:] + its[-11:]
    assert header(answers().answer(doubled, "127.0.0.1"))[2] == Rcode.FORMERR


def test_a_signed_question():
    """https://www.rfc-editor.org/rfc/rfc8945#section-5.2.1"""
    its = query(NAME)
    its.use_tsig(dns.tsigkeyring.from_text({"key.": "c2VjcmV0"}), "key.")
    assert header(answers().answer(its.to_wire(), "127.0.0.1"))[2] == Rcode.NOTAUTH


@pytest.mark.parametrize("kind", ["AXFR", "IXFR", "TKEY", "MAILA"])
def test_a_transfer_is_refused(kind):
    assert asked("homelab.test", kind).rcode() == Rcode.REFUSED


@pytest.mark.parametrize("kind", ["CH", "HS", "ANY", "NONE"])
def test_other_classes_are_refused(kind):
    assert asked("version.bind", "TXT", rdclass=kind).rcode() == Rcode.REFUSED
    assert asked(NAME, rdclass=kind).rcode() == Rcode.REFUSED


def many(count):
    return records.of(
        [NAME], "traefik.homelab.test", [f"10.0.{n >> 8}.{n & 255}" for n in range(count)]
    )


@pytest.mark.parametrize(
    ("count", "payload", "is_cut"),
    [(10, 0, False), (40, 0, True), (40, 4096, False), (40, 100, True), (200, 65535, True)],
)
def test_a_long_answer_is_to_be_had_by_tcp(count, payload, is_cut):
    its = answers(records=many(count))
    given = query(NAME, use_edns=0 if payload else False, payload=payload or None)
    packet = its.answer(given.to_wire(), "127.0.0.1")
    assert len(packet) <= (512 if payload <= 512 else 1232)
    found = dns.message.from_wire(packet)
    assert bool(found.flags & dns.flags.TC) == is_cut
    assert (found.answer == []) == is_cut
    whole = dns.message.from_wire(its.answer(given.to_wire(), "127.0.0.1", is_stream=True))
    assert len(whole.answer[1]) == count


def test_names_of_others_go_on_only_where_that_is_wanted():
    assert asked("example.org").rcode() == Rcode.REFUSED
    its = answers(forwards=True)
    passed = its.answer(query("example.org").to_wire(), "127.0.0.1")
    assert isinstance(passed, answering.Question)
    assert asked("nobody.homelab.test", its=its).rcode() == Rcode.NXDOMAIN
    assert asked("a.localhost", its=its).rcode() == Rcode.NXDOMAIN
    assert asked("example.org", its=its, client="192.0.2.1").rcode() == Rcode.REFUSED
    unasked = query("example.org")
    unasked.flags = 0
    refused = dns.message.from_wire(its.answer(unasked.to_wire(), "127.0.0.1"))
    assert refused.rcode() == Rcode.REFUSED


def test_a_mistake_of_ours_is_told_and_ends_nothing(caplog, monkeypatch):
    its = answers()
    monkeypatch.setattr(its._zones, "find", lambda *_: 1 / 0)
    packet = query(NAME).to_wire()
    assert header(its.answer(packet, "127.0.0.1"))[2] == Rcode.SERVFAIL
    assert "could not be answered" in caplog.text


def test_names_as_long_as_can_be():
    labels = ["a" * 63, "b" * 63, "c" * 63, "d" * 37, "localstack", "homelab", "test"]
    name = ".".join(labels)
    assert len(dns.name.from_text(name).to_wire()) == 255
    assert asked(name).rcode() == Rcode.NOERROR


@pytest.mark.parametrize(("count", "code"), [(45, Rcode.NOERROR), (46, Rcode.REFUSED)])
def test_names_with_more_labels_than_any_bucket_has(count, code):
    deep = ".".join(["a"] * count + ["localstack.homelab.test"])
    assert asked(deep).rcode() == code
    assert len(asked(deep).question) == 1
