"""What came from an upstream and a garbage collection: named blobs stay, and go with their manifest."""

import json

from homeport.registry.space.collect import Collector


async def collect(cache):
    await cache.clock.advance(100_000)
    return await Collector(cache.registry._backend).run(grace_s=1.0)


async def test_what_a_fetched_manifest_names_stays(cache, double, tools):
    digest = double.push("latest", tools, b"config")
    await cache.ask("GET", "/v2/up/a/b/manifests/latest")
    blob = f"/v2/up/a/b/blobs/{tools.sha256(b'config')}"
    await cache.ask("GET", blob)
    await collect(cache)
    double.requests.clear()
    assert (await cache.ask("GET", blob))[2] == b"config"
    assert (await cache.ask("GET", f"/v2/up/a/b/manifests/{digest}"))[0] == 200
    assert double.requests == []


async def test_the_children_of_an_index_that_were_never_asked_for_do_not_matter(
    cache, double, tools
):
    children = [double.push(f"t{number}", tools, b"%d" % number) for number in range(2)]
    listed = [{"mediaType": tools.OCI_IMAGE, "digest": child, "size": 1} for child in children]
    body = json.dumps(
        {"schemaVersion": 2, "mediaType": tools.OCI_INDEX, "manifests": listed}
    ).encode()
    double.add("multi", (tools.sha256(body), tools.OCI_INDEX, body))
    for reference in ("multi", children[0]):
        assert (await cache.ask("GET", f"/v2/up/a/b/manifests/{reference}"))[0] == 200
    await collect(cache)
    for reference in ("multi", *children):
        assert (await cache.ask("GET", f"/v2/up/a/b/manifests/{reference}"))[0] == 200


async def test_it_goes_with_its_manifest(cache, double, tools):
    digest = double.push("latest", tools, b"config")
    await cache.ask("GET", "/v2/up/a/b/manifests/latest")
    await cache.ask("GET", f"/v2/up/a/b/blobs/{tools.sha256(b'config')}")
    await cache.ask("DELETE", f"/v2/up/a/b/manifests/{digest}")
    await collect(cache)
    assert cache.files() == []
