"""Timestamps, scalars and their texts at their edges."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeport.aws.protocol.values import cbor, form, scalars, timestamps, xml_writer
from homeport.aws.protocol.values.mismatch import Mismatch

SECONDS = st.integers(int(timestamps.EARLIEST), int(timestamps.LATEST))
MILLISECONDS = st.integers(0, 4_000_000_000_000).map(lambda ms: ms / 1000)


@given(SECONDS)
def test_an_http_date_is_what_the_standard_library_writes(seconds):
    moment = datetime.fromtimestamp(0, UTC).fromtimestamp(seconds, UTC)
    assert timestamps.write_http(seconds) == format_datetime(moment, usegmt=True)
    assert timestamps.read_http(timestamps.write_http(seconds)) == seconds


@given(MILLISECONDS)
def test_iso_keeps_milliseconds(seconds):
    for write in (timestamps.write_iso, timestamps.write_iso_ms):
        assert math.isclose(timestamps.read_iso(write(seconds)), seconds, abs_tol=1e-6)
    assert math.isclose(timestamps.read_epoch(timestamps.write_epoch_text(seconds)), seconds)


def test_iso_texts():
    assert timestamps.write_iso(1_700_000_000) == "2023-11-14T22:13:20Z"
    assert timestamps.write_iso(1_700_000_000.5) == "2023-11-14T22:13:20.500Z"
    assert timestamps.write_iso_ms(1_700_000_000) == "2023-11-14T22:13:20.000Z"
    assert timestamps.write_iso_ms(1_700_000_000.9996) == "2023-11-14T22:13:21.000Z"
    assert timestamps.write_epoch(1_700_000_000.0) == 1_700_000_000


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("2023-11-14T22:13:20Z", 1_700_000_000),
        ("2023-11-14t22:13:20z", 1_700_000_000),
        ("2023-11-14T23:13:20+01:00", 1_700_000_000),
        ("2023-11-14T21:43:20-0030", 1_700_000_000),
        ("2023-11-14T22:13:20.25Z", 1_700_000_000.25),
    ],
)
def test_iso_forms(text, seconds):
    assert timestamps.read_iso(text) == seconds


@pytest.mark.parametrize(
    "text",
    [
        "Sun, 06 Nov 1994 08:49:37 GMT",
        "Sunday, 06-Nov-94 08:49:37 GMT",
        "Sun Nov  6 08:49:37 1994",
        "Sun, 06 Nov 1994 08:49:37.000 GMT",
    ],
)
def test_the_three_forms_of_an_http_date(text):
    assert timestamps.read_http(text) == 784111777


@pytest.mark.parametrize(
    ("read", "text"),
    [
        (timestamps.read_iso, "2023-02-30T00:00:00Z"),
        (timestamps.read_iso, "2023-01-01T25:00:00Z"),
        (timestamps.read_iso, "0000-01-01T00:00:00Z"),
        (timestamps.read_iso, "2023-01-01T00:00:61Z"),
        (timestamps.read_iso, "2023-01-01"),
        (timestamps.read_iso, 1),
        (timestamps.read_http, "Sun, 31 Feb 1994 08:49:37 GMT"),
        (timestamps.read_http, "Sun, 06 Foo 1994 08:49:37 GMT"),
        (timestamps.read_http, ""),
        (timestamps.read_http, None),
        (timestamps.read_epoch, "soon"),
        (timestamps.read_epoch, "nan"),
        (timestamps.read_epoch, "1e99"),
        (timestamps.read_epoch, True),
        (timestamps.read_epoch, None),
        (scalars.read_integer, "2147483648"),
        (scalars.read_integer, "1.5"),
        (scalars.read_integer, "١"),
        (scalars.read_integer, "1_0"),
        (scalars.read_integer, ""),
        (scalars.read_long, "9" * 19),
        (scalars.read_long, "9" * 9999),
        (scalars.read_float, "1e999"),
        (scalars.read_float, "inf"),
        (scalars.read_float, "1_0"),
        (scalars.read_boolean, "yes"),
        (scalars.read_blob, "QQ"),
        (scalars.read_blob, "Q Q="),
        (scalars.read_blob, "é"),
        (form.decode, "%ff"),
        (form.decode, "\xff"),
    ],
)
def test_what_is_no_value(read, text):
    with pytest.raises(Mismatch):
        read(text)


@pytest.mark.parametrize("value", [0.1, 1e300, -0.0, 5e-324, 123456789.0])
def test_floats_read_back(value):
    assert scalars.read_float(scalars.write_float(value)) == value


def test_special_floats():
    assert scalars.write_float(math.nan) == "NaN"
    assert math.isnan(scalars.read_float("NaN"))
    assert scalars.read_float(scalars.write_float(-math.inf)) == -math.inf


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("a<b>&\"c'", "a&lt;b&gt;&amp;&quot;c'"),
        ("a\r\n\tb", "a&#xd;\n\tb"),
        ("\x01", "&#x1;"),
        ("plain é 日", "plain é 日"),
    ],
)
def test_xml_escapes(text, escaped):
    assert xml_writer.escape(text) == escaped


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.text() | st.binary(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=10,
    )
)
def test_cbor_reads_what_it_writes(value):
    assert cbor.load(encode(value)) == value


def encode(value) -> bytes:
    match value:
        case None:
            return cbor.NULL
        case bool():
            return cbor.boolean(value)
        case int():
            return cbor.integer(value)
        case str():
            return cbor.text(value)
        case bytes():
            return cbor.blob(value)
        case list():
            return cbor.head(4, len(value)) + b"".join(map(encode, value))
    pairs = (cbor.text(key) + encode(item) for key, item in value.items())
    return cbor.head(5, len(value)) + b"".join(pairs)


@pytest.mark.parametrize(
    ("hexed", "value"),
    [
        # https://www.rfc-editor.org/rfc/rfc8949#name-examples-of-encoded-cbor-da
        ("1bffffffffffffffff", 18446744073709551615),
        ("3bffffffffffffffff", -18446744073709551616),
        ("f93c00", 1.0),
        ("fa47c35000", 100000.0),
        ("fb7e37e43c8800759c", 1.0e300),
        ("f97c00", math.inf),
        ("c11a514b67b0", 1363896240),
        ("c1fb41d452d9ec200000", 1363896240.5),
        ("5f42010243030405ff", b"\x01\x02\x03\x04\x05"),
        ("7f657374726561646d696e67ff", "streaming"),
        ("9f018202039f0405ffff", [1, [2, 3], [4, 5]]),
        ("bf61610161629f0203ffff", {"a": 1, "b": [2, 3]}),
        ("f7", None),
    ],
)
def test_the_examples_of_the_standard(hexed, value):
    assert cbor.load(bytes.fromhex(hexed)) == value
