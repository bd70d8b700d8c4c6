from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeport.stack import values

GOOD = [
    (values.Size(), "30GiB", 30 * 2**30),
    (values.Size(), "30Gi", 30 * 2**30),
    (values.Size(), "1.5 MB", 1_500_000),
    (values.Size(), "512", 512),
    (values.Size(), 512, 512),
    (values.Size(), "none", None),
    (values.Flag(), "1", True),
    (values.Flag(), "Off", False),
    (values.Flag(), True, True),
    (values.Number(1, 9), "9", 9),
    (values.Words(), "S3, sqs,,s3", ("s3", "sqs")),
    (values.Words(), ["s3"], ("s3",)),
    (values.Words(), ",", ()),
    (values.HostNames(), "*.a.b,c,192.0.2.1", ("*.a.b", "c", "192.0.2.1")),
    (values.Choice(("info", "debug")), "DEBUG", "debug"),
    (values.Address(), "[::1]", "::1"),
    (values.Address(), "0.0.0.0", "0.0.0.0"),
    (values.Folder(base=Path("/etc")), "x/y", Path("/etc/x/y")),
    (values.Folder(base=Path("/etc")), "/x", Path("/x")),
    (values.UserName(), "jörg", "jörg"),
]

BAD = [
    (values.Size(), "30 apples"),
    (values.Size(), "-1"),
    (values.Size(), 0),
    (values.Size(), True),
    (values.Size(), "9" * 40),
    (values.Flag(), "maybe"),
    (values.Number(1, 9), "10"),
    (values.Number(1, 9), 0),
    (values.Number(1, 9), True),
    (values.Number(1, 9), 3.0),
    (values.Number(1, 9), "³"),
    (values.Words(), [1]),
    (values.Words(), 5),
    (values.Words("", ("s3",)), "s4"),
    (values.HostNames(), "a..b"),
    (values.HostNames(), "a b"),
    (values.HostNames(), "x" * 300),
    (values.Choice(("info",)), "loud"),
    (values.Address(), "*.a"),
    (values.Address(), 5),
    (values.Folder(), ""),
    (values.Folder(), "a\0b"),
    (values.Folder(), "~no-such-user-here/x"),
    (values.Folder(), 5),
    (values.UserName(), "a:b"),
    (values.UserName(), ""),
    (values.UserName(), " a"),
    (values.Text(), 5),
]


@pytest.mark.parametrize(("kind", "raw", "value"), GOOD)
def test_good_values(kind, raw, value):
    assert kind.read(raw) == value


@pytest.mark.parametrize(("kind", "raw"), BAD)
def test_bad_values(kind, raw):
    with pytest.raises(values.NotOfKind):
        kind.read(raw)


@given(st.integers(1, 2**62))
def test_a_size_is_shown_as_it_is_read(size):
    kind = values.Size()
    assert kind.read(kind.show(size)) == size


@pytest.mark.parametrize(("kind", "raw", "value"), GOOD)
def test_what_is_shown_is_read_again(kind, raw, value):
    assert kind.read(kind.show(value)) == value
