"""What is taken over, what is left out and why, and that repeating it is harmless."""

import asyncio
import json
import re

import pytest

from homeport import errors
from homeport.registry.importing import images
from homeport.registry.importing import report as report_module
from homeport.registry.importing.importer import Importer
from homeport.registry.store.space import runs
from homeport.storage.quota import Quota
from homeport.storage.shelving import adopting

DOCKER_IMAGE = "application/vnd.docker.distribution.manifest.v2+json"
DOCKER_LIST = "application/vnd.docker.distribution.manifest.list.v2+json"


def why(report):
    return {trouble.where.partition("@")[0]: trouble.why for trouble in report.troubles}


# What is taken


async def test_images_with_their_tags(old, importing, pulled, home):
    digest = old.image("team/app", "v1", "latest")["digest"]
    other = old.image("team/app/tools", "v1", kind=DOCKER_IMAGE, layers=[b"other", b""])["digest"]
    report = await importing()
    assert (report.manifests, report.tags, report.skipped) == (2, 3, 0)
    for name, reference, wanted in [
        ("team/app", "v1", digest),
        ("team/app", "latest", digest),
        ("team/app", digest, digest),
        ("team/app/tools", "v1", other),
    ]:
        assert await pulled(name, reference) == wanted
    answer = await home.ask("GET", "/v2/_catalog")
    assert answer.json["repositories"] == ["team/app", "team/app/tools"]


async def test_blobs_are_linked_and_nothing_old_is_changed(old, importing, home):
    layer = old.blob("", b"layer")["digest"]
    old.image("a", "v1")
    old.image("b", "v1")
    before = old.files()
    report = await importing()
    assert old.files() == before
    # The layer once, and a config of each.
    assert (report.linked, report.cloned, report.copied) == (3, 0, 0)
    assert report.linked_bytes == len(b'["a", 1]["b", 1]layer')
    ((file,),) = home.registry._backend.db.query("SELECT file FROM blob WHERE digest = ?", (layer,))
    assert home.registry._backend.content.path(file).samefile(old.data(layer))


async def test_what_can_not_be_linked_is_copied(old, importing, pulled, monkeypatch):
    def refuse(source, target):
        raise OSError(18, "Invalid cross-device link")

    monkeypatch.setattr(adopting, "link", refuse)
    digest = old.image("a", "v1")["digest"]
    report = await importing()
    assert (report.linked, report.copied) == (0, 2)
    assert report.copied_bytes == len(b'["a", 1]layer')
    assert await pulled("a", "v1") == digest


@pytest.mark.parametrize("kind", ["application/vnd.oci.image.index.v1+json", DOCKER_LIST])
async def test_an_index_comes_with_what_is_in_it(old, importing, pulled, kind):
    arms = [old.image("a", layers=[arm]) for arm in (b"amd64", b"arm64")]
    inner = old.index("a", manifests=arms, kind=kind)
    digest = old.index("a", "v1", manifests=[inner], kind=kind)["digest"]
    report = await importing()
    assert (report.manifests, report.tags, report.skipped) == (4, 1, 0)
    assert await pulled("a", "v1") == digest


async def test_an_index_of_layers(old, importing, home):
    """As buildkit keeps its cache."""
    old.index("a", "cache", manifests=[old.blob("a", b"layer")])
    report = await importing()
    assert (report.manifests, report.linked, report.skipped) == (1, 1, 0)
    assert (await home.ask("GET", "/v2/a/manifests/cache")).status == 200


@pytest.mark.parametrize("is_index", [False, True])
async def test_a_manifest_that_does_not_say_its_kind(old, importing, home, tools, is_index):
    config = old.blob("a", b"{}")
    body = (
        {"schemaVersion": 2, "manifests": []}
        if is_index
        else {"schemaVersion": 2, "config": config}
    )
    old.manifest("a", body, "v1")
    assert (await importing()).skipped == 0
    answer = await home.ask("GET", "/v2/a/manifests/v1")
    assert answer.headers["Content-Type"] == (tools.OCI_INDEX if is_index else tools.OCI_IMAGE)


async def test_referrers_behind_a_tag_of_the_referrers_tag_schema(old, importing, home):
    subject = old.image("a", "v1")
    old.image("a", layers=[b"not listed by the tag"], subject=subject)
    signature = old.image("a", layers=[b"signature"], subject=subject, artifactType="x/sig")
    loose = old.image("a", layers=[b"without a subject"])
    tag = subject["digest"].replace(":", "-")
    old.index("a", tag, manifests=[signature, loose])
    await importing()
    answer = await home.ask("GET", f"/v2/a/referrers/{subject['digest']}?artifactType=x/sig")
    assert [one["digest"] for one in answer.json["manifests"]] == [signature["digest"]]
    answer = await home.ask("GET", f"/v2/a/referrers/{subject['digest']}")
    assert len(answer.json["manifests"]) == 2
    answer = await home.ask("GET", f"/v2/a/manifests/{tag}")
    assert [one["digest"] for one in answer.json["manifests"]][1] == loose["digest"]


async def test_times_are_those_of_the_old_files(old, importing, home):
    old.image("a", "v1", at=1_000_000.5)
    old.image("b", "v1", at=home.clock.now() + 1e9)
    await importing()
    rows = home.registry._backend.db.query(
        "SELECT m.pushed, t.moved FROM manifest m JOIN tag t ON t.manifest = m.id ORDER BY m.pushed"
    )
    # Not in the future, where a clock was wrong: it would be the newest for ever.
    assert rows == [(1_000_000.5, 1_000_000.5), (home.clock.now(), home.clock.now())]


# What is not taken


async def test_what_no_manifest_names_is_rubbish(old, importing, home):
    old.image("a", "v1")
    deleted = old.image("a", "gone", layers=[b"gone"])["digest"]
    (old.repository("a") / "_manifests/revisions/sha256" / deleted[7:] / "link").unlink()
    (old.repository("a") / "_manifests/tags/gone/current/link").unlink()
    linked = old.blob("a", b"linked, but named by nothing")["digest"]
    (old.repository("a") / "_uploads" / "1").mkdir(parents=True)
    report = await importing()
    assert (report.manifests, report.skipped) == (1, 0)
    for path in (f"manifests/{deleted}", "manifests/gone", f"blobs/{linked}"):
        assert (await home.ask("GET", f"/v2/a/{path}")).status == 404


def break_blob(old, digest):
    old.data(digest).write_bytes(b"LAYER")


def cut_blob(old, digest):
    old.data(digest).write_bytes(b"")


def lose_blob(old, digest):
    old.data(digest).unlink()


def turn_blob_into_link(old, digest):
    target = old.root.parent / "secret"
    old.data(digest).rename(target)
    old.data(digest).symlink_to(target)


def turn_folder_into_link(old, digest):
    folder = old.data(digest).parent.parent
    folder.rename(old.root.parent / "elsewhere")
    folder.symlink_to(old.root.parent / "elsewhere")


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (break_blob, "the bytes of sha256:.* are not what its digest says"),
        (cut_blob, "the bytes of sha256:.* are not what its digest says"),
        (lose_blob, "sha256:.* is missing"),
        (turn_blob_into_link, "Too many levels of symbolic links"),
        (turn_folder_into_link, "a symbolic link is on the way"),
    ],
)
async def test_an_image_without_a_good_layer_is_left_out(old, importing, home, damage, reason):
    layer = old.blob("", b"layer of it")["digest"]
    old.image("bad", "v1", "v2", layers=[b"good", b"layer of it"])
    old.image("good", "v1", layers=[b"other"])
    damage(old, layer)
    report = await importing()
    assert (report.manifests, report.skipped) == (1, 2)
    assert set(why(report)) == {"bad:v1", "bad:v2"}
    for text in why(report).values():
        assert re.search(reason, text)
    assert (await home.ask("GET", "/v2/bad/manifests/v1")).status == 404
    assert (await home.ask("GET", f"/v2/bad/blobs/{layer}")).status == 404
    assert files(home) == 2


def files(home):
    root = home.folder / "blobs"
    return sum(path.is_file() for path in root.rglob("*"))


async def test_a_manifest_that_is_not_its_digest(old, importing):
    digest = old.image("a", "v1")["digest"]
    old.data(digest).write_bytes(b"{}")
    assert why(await importing()) == {"a:v1": "the manifest is not what its digest says"}


async def test_a_manifest_without_its_bytes(old, importing):
    old.data(old.image("a", "v1")["digest"]).unlink()
    assert why(await importing()) == {"a:v1": "the manifest is missing"}


async def test_an_index_without_one_of_its_images(old, importing, home):
    good, bad = old.image("a", layers=[b"1"]), old.image("a", layers=[b"2"])
    old.index("a", "v1", manifests=[good, bad])
    old.data(old.blob("", b"2")["digest"]).unlink()
    report = await importing()
    assert why(report)["a:v1"].startswith(f"{bad['digest']} in it: sha256:")
    assert (await home.ask("GET", f"/v2/a/manifests/{good['digest']}")).status == 200


async def test_a_layer_of_another_repository_is_not_given_away(old, importing, home):
    secret = old.blob("theirs", b"secret")
    old.manifest("theirs", {"schemaVersion": 2, "config": secret}, "v1")
    old.manifest("mine", {"schemaVersion": 2, "config": secret}, "v1")
    report = await importing()
    assert why(report) == {"mine:v1": f"{secret['digest']} is missing from the repository"}
    assert (await home.ask("GET", f"/v2/mine/blobs/{secret['digest']}")).status == 404


async def test_docker_schema_1_is_named(old, importing):
    old.manifest("a", {"schemaVersion": 1, "fsLayers": [{"blobSum": "sha256:" + "0" * 64}]}, "v1")
    assert "Docker schema 1 is not supported" in why(await importing())["a:v1"]


@pytest.mark.parametrize(
    "body", [b"", b"[", b"[]", b"[" * 9000, b'{"schemaVersion": 2, "config": 1}']
)
async def test_what_is_no_manifest(old, importing, body):
    old.manifest("a", body, "v1")
    report = await importing()
    assert (report.manifests, report.skipped) == (0, 1)


async def test_a_manifest_above_the_limit(old, importing):
    old.manifest("a", b" " * (4 * 2**20 + 1), "v1")
    assert why(await importing()) == {"a:v1": "it has more than 4,194,304 bytes"}


async def test_troubles_are_counted_and_the_first_are_named(old, importing, monkeypatch):
    monkeypatch.setattr(report_module, "TROUBLES", 3)
    for number in range(5):
        old.manifest("a", b"%d" % number, f"v{number}")
    report = await importing()
    assert (report.skipped, len(report.troubles)) == (5, 3)


# Again, and beside others


async def test_repeating_reads_nothing_again(old, importing, monkeypatch, pulled):
    digest = old.image("a", "v1")["digest"]
    first = await importing()
    monkeypatch.setattr(images.reading, "manifest", None)
    monkeypatch.setattr(adopting, "link", None)
    second = await importing()
    assert (first.present, second.present) == (0, 2)
    assert (second.manifests, second.tags, second.linked, second.skipped) == (0, 0, 0, 0)
    assert await pulled("a", "v1") == digest


async def test_repeating_takes_what_is_new_and_what_was_repaired(old, importing, pulled):
    layer = old.blob("", b"layer")["digest"]
    old.image("a", "v1")
    old.data(layer).unlink()
    assert (await importing()).skipped == 1
    old.blob("", b"layer")
    new = old.image("b", "v1")["digest"]
    assert (await importing()).manifests == 2
    assert await pulled("b", "v1") == new


@pytest.mark.parametrize(("later_s", "winner"), [(10.0, "old"), (-10.0, "ours")])
async def test_the_tag_that_moved_last_wins(old, importing, home, later_s, winner):
    ours = await home.push_image("a", "v1")
    digest = old.image("a", "v1", at=home.clock.now() + later_s)["digest"]
    await home.clock.advance(20)
    await importing()
    assert (await home.ask("HEAD", "/v2/a/manifests/v1")).headers["Docker-Content-Digest"] == (
        digest if winner == "old" else ours
    )
    assert (await home.ask("GET", f"/v2/a/manifests/{digest}")).status == 200


async def test_what_is_here_already_is_not_taken_again(old, importing, home):
    await home.push_blob("elsewhere", b"layer")
    old.image("a", "v1")
    report = await importing()
    assert (report.linked, report.linked_bytes) == (1, len(b'["a", 1]'))


async def test_a_rotten_blob_is_healed(old, importing, home, pulled):
    digest = await home.push_blob("a", b"layer")
    db = home.registry._backend.db
    ((file,),) = db.query("SELECT file FROM blob")
    await db.write(lambda connection: connection.execute("UPDATE blob SET rotten = 1"))
    image = old.image("a", "v1")["digest"]
    await importing()
    assert await pulled("a", "v1") == image
    assert (await home.ask("GET", f"/v2/a/blobs/{digest}")).body == b"layer"
    assert not home.registry._backend.content.path(file).exists()


async def test_what_is_deleted_meanwhile_is_taken_again(old, importing, home, pulled, monkeypatch):
    """A blob that was here when it was looked for, and not when the image was committed."""
    layer = await home.push_blob("elsewhere", b"layer")
    image = old.image("a", "v1")["digest"]
    put = images.rows.put
    deletions = iter([True])

    def put_after_deletion(connection, wanted, now):
        if next(deletions, False):
            connection.execute("DELETE FROM repository_blob")
            connection.execute("DELETE FROM blob WHERE digest = ?", (layer,))
        return put(connection, wanted, now)

    monkeypatch.setattr(images.rows, "put", put_after_deletion)
    assert (await importing()).skipped == 0
    assert await pulled("a", "v1") == image


async def test_a_run_is_noted_and_nobody_is_told_of_a_push(old, importing, home):
    told = []
    home.registry._backend.journal.listen(tell=told.append)
    old.image("a", "v1")
    report = await importing()
    run = runs.last(home.registry._backend.db, "import")
    assert (run.report["manifests"], run.report["linked"]) == (1, report.linked)
    assert json.dumps(run.report)
    assert told == []


# Limits


async def test_the_quota_stops_it_between_images(old, home, tmp_path, tools, pulled):
    quota = Quota(None)
    home = tools.Home(tmp_path / "small", quota=quota)
    digest = old.image("a", "v1", layers=[b"x" * 1000])["digest"]
    await Importer(home.registry._backend).run(old.root)
    used = quota.used
    assert used == 1000 + len(b'["a", 1]') + old.data(digest).stat().st_size
    old.image("b", "v1", layers=[b"y" * 1000])
    quota.limit = used + 1200
    with pytest.raises(errors.StorageFull):
        await Importer(home.registry._backend).run(old.root)
    assert quota.used == used
    assert files(home) == 2
    quota.limit = None
    assert (await Importer(home.registry._backend).run(old.root)).manifests == 1
    await home.registry.close()


async def test_progress_in_bytes(old, importing):
    for number in range(3):
        old.image("a", f"v{number}", layers=[b"%d" % number * 1000])
    old.blob("", b"rubbish")
    told = []
    await importing(progress=lambda done, total: told.append((done, total)))
    total = sum(path.stat().st_size for path in old.v2.glob("blobs/**/data"))
    assert {one for _, one in told} == {total}
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert told[-1] == (total, total)


async def test_deep_nesting_is_refused_and_repeated(old, importing, pulled, monkeypatch):
    monkeypatch.setattr(images, "NESTING", 2)
    inner = old.image("a")
    for _ in range(4):
        inner = old.index("a", manifests=[inner])
    old.tag("a", "v1", inner["digest"])
    for _ in range(4):
        report = await importing()
    assert report.skipped == 0
    assert await pulled("a", "v1") == inner["digest"]


async def test_one_at_a_time_and_none_while_closing(old, importing, home):
    old.image("a", "v1")
    imports = Importer(home.registry._backend)
    both = await asyncio.gather(
        imports.run(old.root), imports.run(old.root), return_exceptions=True
    )
    assert sorted(type(one).__name__ for one in both) == ["Busy", "Report"]
    await imports.close()
    with pytest.raises(errors.HomeportError, match="closes"):
        await imports.run(old.root)


# Where it looks


@pytest.mark.parametrize("depth", range(4))
async def test_any_folder_on_the_way_down(old, importing, depth):
    old.image("a", "v1")
    path = old.root.joinpath(*("docker", "registry", "v2")[:depth])
    assert (await importing(path)).manifests == 1


async def test_a_folder_that_is_none(importing, tmp_path):
    with pytest.raises(errors.HomeportError, match="there is no docker/registry/v2") as caught:
        await importing(tmp_path / "nothing")
    assert "rootdirectory" in caught.value.hint


async def test_our_own_folder(old, home, importing):
    inside = home.folder / "old"
    old.root.rename(inside)
    with pytest.raises(errors.HomeportError, match="lie in each other"):
        await importing(inside)


@pytest.mark.parametrize("move", [False, True])
async def test_a_storage_in_the_folder_that_is_ours_now(old, home, importing, pulled, move):
    digest = old.image("a", "v1")["digest"]
    (old.root / "docker").rename(home.folder / "docker")
    report = await importing(home.folder, move=move)
    assert (report.tags, report.skipped) == (1, 0)
    assert (await pulled("a", "v1")) == digest


# Move


async def test_a_move_removes_what_is_durable_here(old, importing, pulled):
    digest = old.image("a", "v1")["digest"]
    layer = old.blob("", b"layer")["digest"]
    report = await importing(move=True)
    assert (report.removed, report.removed_bytes) == (2, len(b'["a", 1]layer'))
    assert not old.data(layer).exists()
    assert await pulled("a", "v1") == digest
    report = await importing(move=True)
    assert (report.present, report.skipped, report.removed) == (2, 0, 0)


async def test_a_move_leaves_what_an_image_needs_that_stays(old, importing):
    old.image("a", "v1", layers=[b"shared", b"own"])
    old.image("b", "v1", layers=[b"shared", b"lost"])
    old.manifest(
        "c", {"schemaVersion": 1, "fsLayers": [{"blobSum": old.blob("", b"own")["digest"]}]}
    )
    old.data(old.blob("", b"lost")["digest"]).unlink()
    report = await importing(move=True)
    assert (report.manifests, report.skipped, report.removed) == (1, 2, 1)
    assert old.data(old.blob("", b"shared")["digest"]).exists()
