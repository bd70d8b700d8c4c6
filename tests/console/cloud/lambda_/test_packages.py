"""Packages: whatever is in them, nothing but the changed file becomes other."""

from __future__ import annotations

import io
import struct
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from homeport.console.asking.troubles import Trouble
from homeport.console.cloud.lambda_.code import packages
from homeport.console.cloud.lambda_.code.packages import Package

NAMES = st.lists(
    st.text("ab./<é 🚢", min_size=1, max_size=8).filter(lambda name: not name.endswith("/")),
    min_size=1,
    max_size=5,
    unique=True,
)


def zipped(files, **attributes):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in files.items():
            info = zipfile.ZipInfo(name)
            info.external_attr = attributes.get(name, 0o644) << 16
            made.writestr(info, data)
    return out.getvalue()


@given(NAMES, st.data())
@settings(deadline=None, max_examples=60)
def test_only_the_changed_file_becomes_other(names, data):
    files = {name: data.draw(st.binary(max_size=50)) for name in names}
    changed = data.draw(st.sampled_from([*names, "new file.py"]))
    text = data.draw(st.text(st.characters(codec="utf-8"), max_size=50))
    made = Package(zipped(files)).changed(changed, text, 1_700_000_000)
    with zipfile.ZipFile(io.BytesIO(made)) as found:
        assert {each: found.read(each) for each in found.namelist()} == {
            **files,
            changed: text.encode(),
        }


def test_programs_and_links_stay_what_they_are():
    before = zipped(
        {"bootstrap": "#!/bin/sh", "link": "bootstrap", "x": "y"}, bootstrap=0o100755, link=0o120777
    )
    made = Package(before).changed("bootstrap", "#!/bin/sh\necho", 1_700_000_000)
    with zipfile.ZipFile(io.BytesIO(made)) as found:
        modes = {each.filename: each.external_attr >> 16 for each in found.infolist()}
    assert modes == {"bootstrap": 0o100755, "link": 0o120777, "x": 0o644}


def test_a_long_text_is_shown_by_its_beginning():
    package = Package(
        zipped({"a": "é" * packages.TEXT, "b": b"\x00\x01", "c": b"\xff\xfe", "d": ""})
    )
    assert len(package.text("a").text.encode()) == packages.TEXT
    assert not package.text("a").is_whole
    assert package.text("b") is None
    assert package.text("c") is None
    assert package.text("d").text == ""


def test_a_file_that_says_a_wrong_size_unpacks_no_more_than_is_shown():
    bomb = zipped({"a": "x" * 50_000_000})
    wrong = bomb.replace(struct.pack("<I", 50_000_000), struct.pack("<I", 10))
    with pytest.raises(Trouble, match=r"cannot be unpacked|says"):
        Package(wrong).changed("b", "", 0)


def test_a_package_that_is_too_large_is_not_packed_anew():
    package = Package(zipped({"a": b"\x00" * (packages.UNPACKED + 1), "b": "x"}))
    with pytest.raises(Trouble, match="packed anew"):
        package.changed("b", "y", 0)


@pytest.mark.parametrize("data", [b"", b"no zip", zipped({"a": "x"})[:-10]])
def test_what_is_no_zip(data):
    with pytest.raises(Trouble, match="no zip"):
        Package(data)


def test_a_file_that_is_not_there():
    with pytest.raises(Trouble) as raised:
        Package(zipped({"a": "x"})).text("../../etc/passwd")
    assert raised.value.status == 404


def _entry(data, at, value):
    """Writes into the entry of the first file in the table of contents."""
    start = data.index(b"PK\x01\x02") + at
    return data[:start] + value + data[start + len(value) :]


def test_a_zip_of_a_version_that_is_none_is_no_zip():
    with pytest.raises(Trouble, match="no zip"):
        Package(_entry(zipped({"a": "x"}), 6, b"\xff\x00"))


def test_a_table_of_contents_of_a_million_files_is_not_read():
    one = zipped({"a": ""})
    start, end = one.index(b"PK\x01\x02"), one.index(b"PK\x05\x06")
    many = one[start:end] * (packages.ENTRIES + 1)
    tail = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 0, 0, len(many), start, 0)
    with pytest.raises(Trouble, match="more than 100,000 files"):
        Package(one[:start] + many + tail)


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
@given(at=st.integers(0, 60), junk=st.binary(min_size=1, max_size=20))
@settings(deadline=None, max_examples=60)
def test_whatever_a_zip_has_become_is_shown_or_said_to_be_broken(method, at, junk):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as made:
        made.writestr("a", "print(1)\n" * 100)
    start = out.getvalue().index(b"PK\x01\x02")
    broken = bytearray(out.getvalue())
    broken[at : at + len(junk)] = junk
    broken[start + at : start + at + len(junk)] = junk
    try:
        package = Package(bytes(broken))
        for each in package.entries:
            package.text(each.name)
        package.changed("b", "x", 0)
    except Trouble:
        pass
