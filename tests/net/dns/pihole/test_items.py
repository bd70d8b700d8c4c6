"""Items as text: read as dnsmasq reads them, and written so that they are read back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeport import errors
from homeport.net.dns.pihole import items
from homeport.net.dns.records import Kind, Record

LABELS = st.from_regex(r"[a-z0-9_]([a-z0-9_-]{0,20}[a-z0-9_])?", fullmatch=True)
NAMES = st.lists(LABELS, min_size=2, max_size=4).map(".".join)
ALIASES = st.builds(
    Record, NAMES, st.just(Kind.CNAME), NAMES, st.none() | st.integers(0, 2**31 - 1)
)
ADDRESSES = st.ip_addresses().map(str)


def aliases(text):
    return items.read([], [text])[0].records


def hosts(text):
    return items.read([text], [])[0].records


@given(ALIASES)
def test_an_alias_is_read_back(record):
    item = items.write(record)
    assert items.read([], [item.text]) == (item,)


@given(NAMES, ADDRESSES)
def test_an_address_is_read_back(name, address):
    kind = Kind.AAAA if ":" in address else Kind.A
    item = items.write(Record(name, kind, address))
    assert items.read([item.text], []) == (item,)


@given(st.text(max_size=60))
def test_any_text_is_read_without_an_error_and_kept(text):
    found = items.read([text], [text])
    assert [item.text for item in found] == [text, text]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("a.lan,b.lan", [("a.lan", "b.lan", None)]),
        ("a.lan,b.lan,300", [("a.lan", "b.lan", 300)]),
        ("a.lan,b.lan,c.lan", [("a.lan", "c.lan", None), ("b.lan", "c.lan", None)]),
        ("a.lan,b.lan,c.lan,60", [("a.lan", "c.lan", 60), ("b.lan", "c.lan", 60)]),
        ("a.lan,b.lan,abc", [("a.lan", "abc", None), ("b.lan", "abc", None)]),
        (" A.Lan. , B.lan ", [("a.lan", "b.lan", None)]),
        ("a.lan,a.lan,b.lan", [("a.lan", "b.lan", None)]),
        ("*.apps.lan,b.lan", [("*.apps.lan", "b.lan", None)]),
        ("a.lan,300", [("a.lan", "300", None)]),
        ("a.lan,b.lan,٣", [("a.lan", "٣", None), ("b.lan", "٣", None)]),
        ("only", []),
        (",b.lan", []),
        ("a.lan,", []),
        ("", []),
    ],
)
def test_aliases(text, wanted):
    assert aliases(text) == tuple(Record(a, Kind.CNAME, b, ttl) for a, b, ttl in wanted)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("10.0.0.1 a.lan", [("a.lan", "A", "10.0.0.1")]),
        ("10.0.0.1\t  A.lan  b", [("a.lan", "A", "10.0.0.1"), ("b", "A", "10.0.0.1")]),
        ("FD00:0::1 a.lan.", [("a.lan", "AAAA", "fd00::1")]),
        ("10.0.0.1 a.lan # b.lan", [("a.lan", "A", "10.0.0.1")]),
        ("10.0.0.1 a.lan #b.lan c", [("a.lan", "A", "10.0.0.1")]),
        ("# 10.0.0.1 a.lan", []),
        ("10.0.0.999 a.lan", []),
        ("10.0.0.1", []),
        ("", []),
    ],
)
def test_hosts(text, wanted):
    assert hosts(text) == tuple(Record(name, Kind(kind), value) for name, kind, value in wanted)


@pytest.mark.parametrize(
    "record",
    [
        Record("a b.lan", Kind.CNAME, "c.lan"),
        Record("a.lan", Kind.CNAME, "b,c.lan"),
        Record("a.lan", Kind.CNAME, "b.lan\n10"),
        Record("a..lan", Kind.CNAME, "b.lan"),
        Record("", Kind.CNAME, "b.lan"),
        Record("-a.lan", Kind.CNAME, "b.lan"),
        Record("*.a.lan", Kind.CNAME, "b.lan"),
        Record("a" * 64 + ".lan", Kind.CNAME, "b.lan"),
        Record(".".join(["abcdefgh"] * 29), Kind.CNAME, "b.lan"),
        Record("a.lan/../x", Kind.A, "10.0.0.1"),
        Record("a.lan", Kind.A, "10.0.0.1 b.lan"),
        Record("a.lan", Kind.A, "10.0.0.999"),
        Record("a.lan", Kind.A, "fd00::1"),
        Record("a.lan", Kind.AAAA, "10.0.0.1"),
        Record("a.lan", Kind.CNAME, "b.lan", -1),
        Record("a.lan", Kind.CNAME, "b.lan", 2**31),
    ],
)
def test_what_is_no_record_is_never_written(record):
    with pytest.raises(errors.HomeportError):
        items.write(record)


def test_a_name_of_other_letters_is_said_as_dns_has_it():
    with pytest.raises(errors.HomeportError, match="ASCII") as caught:
        items.write(Record("bücher.lan", Kind.A, "10.0.0.1"))
    assert "xn--bcher-kva.lan" in caught.value.hint
