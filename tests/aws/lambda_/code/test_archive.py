"""Archives that mean harm, and what is left of those that do not."""

import io
import os
import stat
import struct
import zipfile

import pytest

from homeport.aws.lambda_ import limits
from homeport.aws.lambda_.code import archive


def made(tmp_path, *entries, method=zipfile.ZIP_DEFLATED):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", method) as file:
        for name, mode, data in entries:
            info = zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0))
            info.create_system = 3
            info.external_attr = mode << 16
            info.compress_type = method
            file.writestr(info, data)
    return path


def unpacked(tmp_path, *entries):
    path = made(tmp_path, *entries)
    archive.inspect(path)
    archive.unpack(path, tmp_path / "out")
    return tmp_path / "out"


FILE, PROGRAM, LINK = 0o100600, 0o100700, 0o120777


def test_files_programs_and_folders_have_their_modes(tmp_path):
    old = os.umask(0o077)
    try:
        out = unpacked(
            tmp_path, ("a/b/file", FILE, "1"), ("a/program", PROGRAM, "2"), ("empty/", 0o40700, "")
        )
    finally:
        os.umask(old)
    modes = {
        str(path.relative_to(out)): stat.S_IMODE(path.stat().st_mode) for path in out.rglob("*")
    }
    assert modes == {
        "a": 0o755,
        "a/b": 0o755,
        "a/b/file": 0o644,
        "a/program": 0o755,
        "empty": 0o755,
    }
    assert (out / "a/b/file").read_text() == "1"
    assert stat.S_IMODE(out.stat().st_mode) == 0o755


def test_set_uid_is_not_kept(tmp_path):
    out = unpacked(tmp_path, ("program", 0o106777, ""))
    assert stat.S_IMODE((out / "program").stat().st_mode) == 0o755


def test_archives_of_other_systems_have_plain_files(tmp_path):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as file:
        info = zipfile.ZipInfo("a")
        info.create_system = 0
        info.external_attr = 0o120777 << 16
        file.writestr(info, "target")
    archive.unpack(path, tmp_path / "out")
    assert (tmp_path / "out" / "a").read_text() == "target"
    assert not (tmp_path / "out" / "a").is_symlink()


def test_inspect_tells_how_many_bytes_there_are(tmp_path):
    assert archive.inspect(made(tmp_path, ("a", FILE, "12"), ("b", FILE, "345"))) == 5


def test_links_inside_are_kept(tmp_path):
    out = unpacked(
        tmp_path,
        ("lib/link.so", LINK, "real.so"),
        ("lib/up", LINK, "../top"),
        ("lib/real.so", FILE, "x"),
        ("top", FILE, "y"),
    )
    assert (out / "lib" / "link.so").read_text() == "x"
    assert (out / "lib" / "up").read_text() == "y"


@pytest.mark.parametrize(
    "target", ["/etc/passwd", "..", "../x", "a/../../x", "", "x\0y"], ids=range(6)
)
def test_links_that_lead_elsewhere_are_refused(tmp_path, target):
    with pytest.raises(archive.Unreadable):
        unpacked(tmp_path, ("link", LINK, target))


def test_nothing_is_written_through_a_link(tmp_path):
    with pytest.raises(archive.Unreadable):
        unpacked(tmp_path, ("a", LINK, "b"), ("a/x", FILE, "evil"), ("b/y", FILE, ""))


@pytest.mark.parametrize(
    "name",
    ["../x", "/x", "a/../../x", "a//b", "a\\..\\x", "..", "a/" * 1200 + "x", "x" * 256],
    ids=["up", "absolute", "up-later", "empty", "backslash", "only-up", "deep", "long"],
)
def test_paths_that_lead_elsewhere_are_refused(tmp_path, name):
    path = made(tmp_path, ("A" * len(name), FILE, "evil"))
    # zipfile itself would clean some names as it writes them.
    data = path.read_bytes().replace(b"A" * len(name), name.encode())
    path.write_bytes(data)
    with pytest.raises(archive.Unreadable):
        archive.inspect(path)
    assert not (tmp_path.parent / "x").exists()


@pytest.mark.parametrize("mode", [0o10644, 0o20644, 0o60644, 0o140644], ids=oct)
def test_devices_pipes_and_sockets_are_refused(tmp_path, mode):
    with pytest.raises(archive.Unreadable):
        unpacked(tmp_path, ("a", mode, ""))


def test_a_file_within_a_file_is_refused(tmp_path):
    with pytest.raises(archive.Unreadable):
        unpacked(tmp_path, ("a", FILE, ""), ("a/b", FILE, ""))


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_of_a_name_that_comes_twice_the_last_counts(tmp_path):
    out = unpacked(tmp_path, ("a", FILE, "1"), ("a", PROGRAM, "2"))
    assert (out / "a").read_text() == "2"


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_methods_that_need_much_memory_are_refused(tmp_path, method):
    with pytest.raises(archive.Unreadable):
        archive.inspect(made(tmp_path, ("a", FILE, "x"), method=method))


def test_an_encrypted_file_is_refused(tmp_path):
    path = made(tmp_path, ("a", FILE, "x"))
    data = bytearray(path.read_bytes())
    data[data.rfind(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(data)
    with pytest.raises(archive.Unreadable):
        archive.inspect(path)


def bomb(size):
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("zeros", bytes(size))
    return body.getvalue()


def test_the_most_that_a_function_may_have(tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "UNZIPPED", 1000)
    path = tmp_path / "a.zip"
    path.write_bytes(bomb(999))
    assert archive.inspect(path) == 999
    path.write_bytes(bomb(1000))
    with pytest.raises(archive.TooLarge):
        archive.inspect(path)


def test_an_archive_that_lies_about_its_size_is_not_unpacked_further(tmp_path):
    data = bytearray(bomb(50_000_000))
    entry = data.rfind(b"PK\x01\x02")
    struct.pack_into("<L", data, entry + 24, 10)
    path = tmp_path / "a.zip"
    path.write_bytes(data)
    with pytest.raises(archive.Unreadable):
        archive.inspect(path)


def test_a_table_that_is_too_large_is_not_read(tmp_path, monkeypatch):
    path = made(tmp_path, *((f"file-{number}", FILE, "") for number in range(100)))
    monkeypatch.setattr(limits, "DIRECTORY_BYTES", 100)
    monkeypatch.setattr(zipfile, "ZipFile", None)
    with pytest.raises(archive.Unreadable):
        archive.inspect(path)


def test_too_many_files(tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "ENTRIES", 3)
    archive.inspect(made(tmp_path, *((f"{number}", FILE, "") for number in range(3))))
    with pytest.raises(archive.Unreadable):
        archive.inspect(made(tmp_path, *((f"{number}", FILE, "") for number in range(4))))


def test_more_files_than_a_plain_archive_can_have(tmp_path):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as file:
        for number in range(66_000):
            file.writestr(zipfile.ZipInfo(str(number)), "")
    assert archive.inspect(path) == 0


def test_a_record_of_zip64_that_lies_is_refused(tmp_path, monkeypatch):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as file:
        for number in range(66_000):
            file.writestr(zipfile.ZipInfo(str(number)), "")
    data = bytearray(path.read_bytes())
    record = data.rfind(b"PK\x06\x06")
    struct.pack_into("<Q", data, record + 40, 2**40)
    path.write_bytes(data)
    with pytest.raises(archive.Unreadable):
        archive.inspect(path)
    data = path.read_bytes()
    path.write_bytes(b"before" + data)
    with pytest.raises(archive.Unreadable):
        archive.inspect(path)


@pytest.mark.parametrize("cut", [0, 1, 10, 40, -1, -10])
def test_cut_archives_are_unreadable(tmp_path, cut):
    path = made(tmp_path, ("a", FILE, "content"))
    path.write_bytes(path.read_bytes()[:cut])
    with pytest.raises(archive.Unreadable):
        archive.inspect(path)


def test_a_changed_byte_of_the_content_is_seen(tmp_path):
    path = made(tmp_path, ("a", FILE, "content"), method=zipfile.ZIP_STORED)
    path.write_bytes(path.read_bytes().replace(b"content", b"CONTENT"))
    with pytest.raises(archive.Unreadable):
        archive.inspect(path)


def test_an_empty_archive(tmp_path):
    with pytest.raises(archive.Empty):
        archive.inspect(made(tmp_path))
