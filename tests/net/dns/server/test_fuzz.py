"""Whatever comes, something sensible goes back, or nothing."""

import dns.message
from dns.rcode import Rcode
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.net.dns.server import zones

from homeport.net.dns.server import limits

ITS = zones.answers()
GOOD = [
    zones.query("b.s3.localstack.homelab.test", "AAAA", use_edns=0, want_dnssec=True).to_wire(),
    zones.query("registry.homelab.test", "ANY").to_wire(),
    zones.query("example.org", "SOA", use_edns=0).to_wire(),
]


def _bent(packet, cuts):
    made = bytearray(packet)
    for place, octet in cuts:
        if place < len(made):
            made[place] = octet
    return bytes(made)


BENT = st.builds(
    _bent,
    st.sampled_from(GOOD),
    st.lists(st.tuples(st.integers(0, 80), st.integers(0, 255)), max_size=6),
)


@given(
    st.one_of(
        st.binary(max_size=600), BENT, st.builds(lambda p, n: p[:n], BENT, st.integers(0, 60))
    )
)
@settings(max_examples=1500, deadline=None)
@example(b"")
@example(bytes(12))
@example(b"\xff" * 600)
def test_anything(packet):
    found = ITS.answer(packet, "127.0.0.1")
    if found is None:
        assert len(packet) < limits.HEADER or packet[2] & 0x80
        return
    assert found[:2] == packet[:2]
    assert found[2] & 0x80
    assert found[3] & 15 != Rcode.SERVFAIL
    assert len(found) <= limits.DATAGRAM
    if len(found) > limits.HEADER:
        dns.message.from_wire(found)


@given(st.binary(min_size=12, max_size=600))
@settings(max_examples=300, deadline=None)
def test_a_stranger_gets_no_more_than_was_sent(packet):
    """https://www.rfc-editor.org/rfc/rfc5358"""
    found = ITS.answer(packet, "192.0.2.1")
    assert found is None or len(found) <= len(packet)
