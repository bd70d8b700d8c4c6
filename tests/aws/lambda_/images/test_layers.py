"""Layers laid over each other."""

import gzip
import os
import stat
import tarfile
import zlib
from pathlib import Path

import pytest
from tests.aws.lambda_.images.pushed import archive, entry, file, folder, hard_link, link, packed

from homeport.aws.lambda_.images import layer, limits
from homeport.aws.lambda_.images.budget import Budget
from homeport.aws.lambda_.images.errors import BadImage
from homeport.aws.lambda_.images.tree import Tree
from homeport.errors import StorageFull
from homeport.storage.quota import Quota


@pytest.fixture
def root(tmp_path):
    made = tmp_path / "root"
    made.mkdir()
    (tmp_path / "outside").mkdir()
    return made


def lay(root, *bodies, quota=None):
    budget = Budget(quota)
    onto = Tree(str(root))
    for body in bodies:
        layer.lay(onto, iter([body]), budget)
    return budget


def listed(root):
    return sorted(str(path.relative_to(root)) for path in root.rglob("*"))


def test_files_folders_and_links(root):
    lay(root, packed(folder("a"), file("a/b", "text"), link("c", "a/b"), hard_link("d", "a/b")))
    assert listed(root) == ["a", "a/b", "c", "d"]
    assert (root / "c").read_text() == (root / "d").read_text() == "text"
    assert (root / "d").stat().st_nlink == 2


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_plain_and_packed(root, pack):
    lay(root, pack(archive(file("a", "text"))))
    assert (root / "a").read_text() == "text"


def test_many_streams_one_after_the_other(root):
    body = archive(file("a", "text" * 1000))
    lay(root, gzip.compress(body[:700]) + gzip.compress(body[700:]))
    assert (root / "a").read_text() == "text" * 1000


@pytest.mark.parametrize("size", [1, 3, 511, 70_000])
def test_however_the_bytes_come(root, size):
    content = os.urandom(50_000)
    body = packed(file("a/b", content), file("c", "x"))
    pieces = [body[at : at + size] for at in range(0, len(body), size)]
    layer.lay(Tree(str(root)), iter(pieces), Budget(None))
    assert (root / "a/b").read_bytes() == content


def test_a_later_layer_wins(root):
    lay(
        root,
        packed(file("a", "old"), folder("b"), file("b/c")),
        packed(file("a", "new"), file("b")),
    )
    assert listed(root) == ["a", "b"]
    assert (root / "a").read_text() == "new"


def test_a_folder_that_comes_again_keeps_what_is_in_it(root):
    lay(root, packed(folder("a"), file("a/b")), packed(folder("a", 0o711), file("a/c")))
    assert listed(root) == ["a", "a/b", "a/c"]
    assert stat.S_IMODE((root / "a").stat().st_mode) == 0o711


def test_rights_and_times_are_kept_and_special_bits_are_not(root):
    lay(
        root, packed(file("a", mode=0o6755, mtime=1_000_000), file("b", mode=0o040), folder("c", 0))
    )
    assert stat.S_IMODE((root / "a").stat().st_mode) == 0o755
    assert (root / "a").stat().st_mtime == 1_000_000
    assert stat.S_IMODE((root / "b").stat().st_mode) == 0o440
    assert stat.S_IMODE((root / "c").stat().st_mode) == 0o700


def test_owners_devices_and_pipes_are_left_out(root):
    lay(
        root,
        packed(
            entry("null", type=tarfile.CHRTYPE, devmajor=1, devminor=3),
            entry("disk", type=tarfile.BLKTYPE),
            entry("pipe", type=tarfile.FIFOTYPE),
            file("mine", uid=12345, gid=12345),
        ),
    )
    assert listed(root) == ["mine"]
    assert (root / "mine").stat().st_uid == os.geteuid()


# Whiteouts: https://github.com/opencontainers/image-spec/blob/main/layer.md#whiteouts


def test_a_whiteout_hides_what_lies_below(root):
    lower = packed(file("a/b"), file("a/c"), folder("d"), file("d/e"))
    lay(root, lower, packed(file("a/.wh.b"), file(".wh.d"), file(".wh.nothing"), file("x/.wh.y")))
    assert listed(root) == ["a", "a/c"]


def test_a_whiteout_hides_nothing_of_its_own_layer(root):
    lay(root, packed(file("a", "old")), packed(file("a", "new"), file(".wh.a")))
    assert (root / "a").read_text() == "new"


@pytest.mark.parametrize("is_first", [True, False])
def test_an_opaque_folder_has_only_what_its_layer_puts_there(root, is_first):
    lower = packed(file("a/old"), folder("a/both"), file("a/both/old"), file("keep"))
    mine = [folder("a"), file("a/new"), file("a/both/new")]
    opaque = file("a/.wh..wh..opq")
    lay(root, lower, packed(*([opaque, *mine] if is_first else [*mine, opaque])))
    assert listed(root) == ["a", "a/both", "a/both/new", "a/new", "keep"]


def test_a_whiteout_leaves_what_a_link_leads_to(root):
    lay(root, packed(folder("a"), file("a/b"), link("c", "a")), packed(file(".wh.c")))
    assert listed(root) == ["a", "a/b"]


def test_marks_of_aufs_are_nothing(root):
    lay(root, packed(file("a")), packed(file(".wh..wh.plnk"), file(".wh..wh.aufs")))
    assert listed(root) == ["a"]


# Nothing leads out


@pytest.mark.parametrize("target", ["{outside}", "../outside", "/../../outside"])
@pytest.mark.parametrize("name", ["out/file", "out/deeper/file"])
def test_a_link_leads_to_nothing_outside(root, target, name):
    lay(root, packed(link("out", target.format(outside=root.parent / "outside"))))
    lay(root, packed(file(name, "x"), hard_link("again", name)))
    assert list((root.parent / "outside").iterdir()) == []
    assert (root / "again").read_text() == "x"


def test_a_link_to_the_root_is_the_images_own(root):
    lay(root, packed(link("abs", "/real"), folder("real")), packed(file("abs/x", "x")))
    assert (root / "real/x").read_text() == "x"


def test_a_file_written_over_a_link_is_a_file(root):
    outside = root.parent / "outside" / "file"
    outside.write_text("mine")
    lay(root, packed(link("a", str(outside))), packed(file("a", "theirs")))
    assert outside.read_text() == "mine"
    assert not (root / "a").is_symlink()


def test_a_hard_link_to_a_link_gives_the_link(root):
    outside = root.parent / "outside" / "file"
    outside.write_text("mine")
    lay(root, packed(link("a", str(outside)), hard_link("b", "a")))
    assert (root / "b").is_symlink()
    assert outside.stat().st_nlink == 1


def test_a_folder_replaced_by_a_link_is_not_remembered(root):
    lay(
        root,
        packed(file("a/b/c")),
        packed(file("a/b/d"), link("a/b", "../../outside"), file("a/b/e", "x")),
    )
    assert list((root.parent / "outside").iterdir()) == []


@pytest.mark.parametrize("name", ["../x", "a/../../x", "a/..", ".wh...", "a/.wh.", "a/.wh.."])
def test_paths_that_lead_elsewhere_are_refused(root, name):
    (root.parent / "x").write_text("mine")
    with pytest.raises(BadImage):
        lay(root, packed(file(name)))
    assert (root.parent / "x").exists()


@pytest.mark.parametrize("name", ["/abs", "//abs", "./abs", "/./abs"])
def test_other_ways_to_write_a_path(root, name):
    lay(root, packed(file(name)))
    assert listed(root) == ["abs"]


@pytest.mark.parametrize("name", ["", "/", ".", "./"])
def test_the_root_itself_is_left_as_it_is(root, name):
    lay(root, packed(folder(name), file("a")))
    assert listed(root) == ["a"]


@pytest.mark.parametrize(
    "entries",
    [
        [link("a", "b"), link("b", "a"), file("a/c")],
        [file("a"), file("a/b")],
        [hard_link("a", "missing")],
        [folder("a"), hard_link("b", "a")],
        [file("a/b"), hard_link("a", "a/b")],
        [file("n" * 256)],
        [file("/".join(["n" * 200] * 12))],
        [link("a", "t" * 3000)],
        [folder("/".join(["d"] * 300))],
        [
            link("a", "/".join(["d"] * 200)),
            folder("/".join(["d"] * 200)),
            folder("a/" + "/".join(["d"] * 100) + "/x"),
        ],
    ],
    ids=[
        "circle",
        "below a file",
        "missing",
        "folder",
        "its own folder",
        "name",
        "path",
        "target",
        "deep",
        "deep by links",
    ],
)
def test_what_cannot_be_is_refused(root, entries):
    with pytest.raises(BadImage):
        lay(root, packed(*entries))


# Damaged and hostile ones


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"no archive",
        b"\x1f\x8bno gzip",
        packed(file("a", "x" * 9000))[:-20],
        gzip.compress(archive(file("a", os.urandom(9000)))[:5000]),
        gzip.compress(archive(file("a"))[:512] + b"x" * 512 + bytes(1024)),
    ],
    ids=["empty", "text", "gzip", "cut gzip", "cut archive", "bad entry"],
)
def test_damaged_ones_are_refused(root, body):
    with pytest.raises(BadImage):
        lay(root, body)


def test_zstd_is_named(root):
    with pytest.raises(BadImage, match="zstd, which is not read") as caught:
        lay(root, b"\x28\xb5\x2f\xfd" + bytes(20))
    assert "gzip" in caught.value.hint


def test_a_header_that_asks_for_all_memory_is_refused(root):
    info = tarfile.TarInfo("huge")
    info.type, info.size = tarfile.XHDTYPE, 4 << 30
    with pytest.raises(BadImage, match="header that is too large"):
        lay(root, gzip.compress(info.tobuf() + bytes(4096)))


def test_a_bomb_behind_the_archive_ends(root, monkeypatch):
    monkeypatch.setattr(limits, "IMAGE_BYTES", 4 << 20)
    packer = zlib.compressobj(9, wbits=31)
    body = packer.compress(archive(file("a"))) + packer.compress(bytes(20 << 20)) + packer.flush()
    with pytest.raises(BadImage, match="unpacks to more"):
        lay(root, body)


def test_more_bytes_than_an_image_may_have(root, monkeypatch):
    monkeypatch.setattr(limits, "IMAGE_BYTES", 100_000)
    lay(root, packed(file("a", bytes(90_000))))
    with pytest.raises(BadImage, match="more than 100,000 bytes"):
        lay(root, packed(file("a", bytes(60_000))), packed(file("b", bytes(60_000))))


def test_more_files_than_an_image_may_have(root, monkeypatch):
    monkeypatch.setattr(limits, "ENTRIES", 3)
    lay(root, packed(*(file(str(n)) for n in range(3))))
    with pytest.raises(BadImage, match="more than 3 files"):
        lay(root, packed(*(file(str(n)) for n in range(4))))


def test_the_quota_counts_what_is_unpacked(root):
    quota = Quota(20 << 20)
    budget = lay(root, packed(file("a", bytes(5000)), folder("b")), quota=quota)
    budget.settle()
    assert quota.used == 8192 + 4096
    with pytest.raises(StorageFull):
        lay(root, packed(file("c", bytes(21 << 20))), quota=quota)


# What is mounted


def finished(root, *entries):
    onto = Tree(str(root))
    layer.lay(onto, iter([packed(*entries)]), Budget(None))
    onto.finish()
    return listed(root)


def test_what_is_mounted_on_is_made(root):
    assert finished(root, file("a")) == [
        "a",
        "dev",
        "etc",
        "etc/hosts",
        "etc/resolv.conf",
        "proc",
        "tmp",
    ]


def test_what_is_there_stays(root):
    finished(root, file("etc/hosts", "own"), file("tmp/x"), folder("dev", 0o711))
    assert (root / "etc/hosts").read_text() == "own"
    assert (root / "tmp/x").exists()
    assert stat.S_IMODE((root / "dev").stat().st_mode) == 0o711


@pytest.mark.parametrize("name", ["dev", "proc", "tmp", "etc", "etc/hosts", "etc/resolv.conf"])
def test_links_that_a_mount_would_follow_are_replaced(root, name):
    outside = root.parent / "outside"
    finished(root, link(name, str(outside)))
    assert not (root / name).is_symlink()
    assert list(outside.iterdir()) == []
    assert Path(root, "etc/hosts").is_file()
