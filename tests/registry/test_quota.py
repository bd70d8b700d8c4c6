"""What counts against the quota: files and manifests, from the first request after a start on."""

import json

from homeport.storage.quota import Quota


async def reopened(home, limit):
    """Another process on the same folder, before it has swept or answered anything."""
    await home.registry.close()
    home.quota = Quota(limit)
    home.registry = home._open()
    return home.quota


async def test_a_start_with_a_nearly_full_quota_refuses_what_does_not_fit_at_once(tmp_path, tools):
    home = tools.Home(tmp_path / "full", quota=Quota(1000))
    await home.push_blob("a/b", b"x" * 900)
    quota = await reopened(home, 1000)
    assert quota.used == 900
    digest = tools.sha256(b"y" * 101)
    answer = await home.ask("POST", f"/v2/a/b/blobs/uploads/?digest={digest}", b"y" * 101)
    assert answer.status == 413
    await home.push_blob("a/b", b"y" * 100)
    await home.registry.close()


async def test_kept_uploads_are_counted_as_far_as_they_are_acknowledged(tmp_path, tools):
    home = tools.Home(tmp_path / "full", quota=Quota(1000))
    location = await home.begin()
    await home.ask("PATCH", location, b"x" * 600)
    quota = await reopened(home, 1000)
    assert quota.used == 600
    assert (await home.ask("DELETE", location)).status == 204
    assert quota.used == 0
    await home.registry.close()


async def test_manifests_are_counted_and_given_back(tmp_path, tools):
    home = tools.Home(tmp_path / "full", quota=Quota(10_000))
    digest = await home.push_image("a/b", "one")
    size = len((await home.ask("GET", f"/v2/a/b/manifests/{digest}")).body)
    assert home.quota.used == 2 + size
    await home.push_image("a/b", "two")
    assert home.quota.used == 2 + size
    quota = await reopened(home, 10_000)
    assert quota.used == 2 + size
    assert (await home.ask("DELETE", f"/v2/a/b/manifests/{digest}")).status == 202
    assert quota.used == 2
    await home.registry.close()


async def test_a_manifest_that_does_not_fit_is_refused_and_not_there(tmp_path, tools):
    home = tools.Home(tmp_path / "full", quota=Quota(300))
    config = await home.push_blob("a/b", b"{}")
    body = json.dumps(tools.image(config, 2, annotations={"a": "x" * 300})).encode()
    kind = {"content_type": tools.OCI_IMAGE}
    answer = await home.ask("PUT", "/v2/a/b/manifests/t", body, **kind)
    assert answer.status == 413
    assert (await home.ask("GET", "/v2/a/b/manifests/t")).status == 404
    assert home.quota.used == 2
    await home.push_image("a/b", "t")
    await home.registry.close()
