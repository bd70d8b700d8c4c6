"""Walking a storage folder: what is found, and what damage is named and passed over."""

import os

import pytest

from homeport import errors
from homeport.registry.importing import layout as layouts
from homeport.registry.importing.layout import Layout
from homeport.registry.importing.report import Tally

LONG = "x" * 200 + "/" + "y" * 55


@pytest.fixture
def walk(old):
    """Repository and tag of each link, and what was named as damaged."""

    def run():
        damaged = {}
        found = Layout.find(old.root).links(damaged.__setitem__)
        links = [(link.repository, link.tag) for link in found]
        root = f"{old.v2}/repositories/"
        return links, {where.removeprefix(root): why for where, why in damaged.items()}

    return run


def test_nothing(walk):
    assert walk() == ([], {})


def test_repositories_in_the_folders_of_others(old, walk):
    for name in ("a", "a/b", "a/b/c/d", "blobs/tags"):
        old.image(name, "v1")
    links, damaged = walk()
    wanted = [(name, tag) for name in ("a", "a/b", "a/b/c/d", "blobs/tags") for tag in ("", "v1")]
    assert (sorted(links), damaged) == (wanted, {})


def test_tags_come_before_revisions(old, walk):
    old.image("a", "v1", "v2")
    links, _ = walk()
    assert [tag for _, tag in links][2] == ""


def test_what_is_no_name(old, walk):
    for name in ("A", "a..b", "-", LONG):
        old.repository(name).mkdir(parents=True)
    (old.v2 / "repositories" / "_manifests").mkdir()
    (old.v2 / "repositories" / "a file").write_text("")
    old.image("good", "v1")
    (old.repository("good") / "_manifests" / "tags" / "-bad").mkdir()
    links, damaged = walk()
    assert len(links) == 2
    assert set(damaged) == {"A", "a..b", "-", LONG, "_manifests", "good/_manifests/tags/-bad"}


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("", "it is empty"),
        ("sha256:", "it holds no digest"),
        ("md5:" + "0" * 32, "it holds no digest"),
        ("sha256:" + "0" * 64 + "0" * 400, "it holds no digest"),
        ("/etc/passwd", "it holds no digest"),
    ],
)
def test_a_link_that_holds_no_digest(old, walk, content, why):
    digest = old.image("a", "v1", "v2")["digest"]
    old.tag("a", "v1", digest).write_text(content)
    links, damaged = walk()
    assert sorted(links) == [("a", ""), ("a", "v2")]
    assert damaged == {"a/_manifests/tags/v1/current/link": why}


def test_a_revision_that_names_another(old, walk):
    digest, other = (old.image("a", layers=[data])["digest"] for data in (b"1", b"2"))
    old.link("a", "_manifests/revisions", digest).write_text(other)
    links, damaged = walk()
    assert links == [("a", "")]
    assert list(damaged.values()) == [f"its link names {other}"]


def test_deletions_leave_folders(old, walk):
    digest = old.image("a", "v1")["digest"]
    old.tag("a", "v1", digest).unlink()
    old.link("a", "_manifests/revisions", digest).unlink()
    assert walk() == ([], {})


@pytest.mark.parametrize(
    "place", ["a", "a/_manifests", "a/_manifests/tags/v1", "a/_manifests/tags/v1/current"]
)
def test_symbolic_links_are_not_followed(old, walk, place):
    old.image("a", "v1")
    old.image("b", "v1")
    inside = old.v2 / "repositories" / place
    inside.rename(old.root.parent / "elsewhere")
    inside.symlink_to(old.root.parent / "elsewhere")
    links, damaged = walk()
    assert ("a", "v1") not in links
    assert ("b", "v1") in links
    assert "symbolic link" in next(iter(damaged.values()))


def test_a_pipe_holds_up_nobody(old, walk):
    path = old.tag("a", "v1", old.image("a")["digest"])
    path.unlink()
    os.mkfifo(path)
    links, damaged = walk()
    assert (links, list(damaged.values())) == ([("a", "")], ["not a plain file"])


def test_what_may_not_be_read_is_named(old, walk, monkeypatch):
    old.image("a", "v1")
    old.image("b", "v1")
    scan = os.scandir

    def refuse(path):
        if str(path).endswith("/b"):
            raise PermissionError(13, "Permission denied")
        return scan(path)

    monkeypatch.setattr(layouts.os, "scandir", refuse)
    links, damaged = walk()
    assert (len(links), damaged) == (2, {"b": "Permission denied"})


def test_blobs_are_all_that_have_a_digest(old):
    one = old.blob("", b"one")["digest"]
    gone = old.blob("", b"gone")["digest"]
    old.data(gone).unlink()
    (old.v2 / "blobs/sha256/00" / "not-a-digest").mkdir(parents=True)
    (old.v2 / "blobs/md5/00").mkdir(parents=True)
    assert dict(Layout.find(old.root).blobs()) == {one: 3}


def test_a_root_behind_a_symbolic_link(old, tmp_path):
    (tmp_path / "link").symlink_to(old.root)
    assert Layout.find(tmp_path / "link").root == old.v2.resolve()


def test_a_symbolic_link_below_the_root_is_no_storage(old, tmp_path):
    old.v2.rename(tmp_path / "v2")
    old.v2.symlink_to(tmp_path / "v2")
    with pytest.raises(errors.HomeportError, match="is no storage folder"):
        Layout.find(old.root)


@pytest.mark.parametrize("path", ["loop", "a\0b", "file", "x" * 300])
def test_a_path_that_leads_nowhere(tmp_path, path):
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    (tmp_path / "file").write_text("")
    with pytest.raises(errors.HomeportError):
        Layout.find(tmp_path / path)


def test_without_proc(old, walk, monkeypatch):
    def fail(path):
        raise FileNotFoundError(2, "No such file or directory")

    monkeypatch.setattr(layouts.os, "readlink", fail)
    old.image("a", "v1")
    assert len(walk()[0]) == 2


def test_a_name_that_is_no_text_can_be_reported():
    tally = Tally(lambda done, total: None)
    tally.damage(os.fsdecode(b"/old/\xff"), "it is not the name of a repository")
    assert tally.report(0.0).troubles[0].where == "/old/\\udcff"
