"""A repository, its tags in any order, and what no tag leads to."""

import pytest

from homeport.registry.options import Rule

HELM = "application/vnd.cncf.helm.config.v1+json"


@pytest.fixture
async def stocked(staff, tools, config):
    """One repository: two images, an index of a third, and a chart."""
    home = staff
    for tag, day in (("v1.10", 1), ("v1.9", 3)):
        await home.push_image("bob/app", tag, config(day))
        await home.clock.advance(60)
    child = await home.push_image("bob/app", None, config(2, "arm64", x="x" * 500))
    await home.push_index("bob/app", "Multi", child)
    await home.clock.advance(60)
    chart = tools.image(await home.push_blob("bob/app", b"chart"), 5)
    chart["config"]["mediaType"] = HELM
    await home.push_manifest("bob/app", "chart", chart)
    return home


async def test_a_repository(stocked, config):
    home = stocked
    await home.push_image("other", "v1", config(1))
    told = (await home.call("GET", "repositories/bob/app")).json
    usage = (await home.call("GET", "usage/repositories/bob/app")).json
    assert {name: told.pop(name) for name in ("bytes", "shared")} == {
        "bytes": usage["bytes"],
        "shared": len(config(1)),
    }
    assert told == {
        "name": "bob/app",
        "tags": 4,
        "manifests": 5,
        "untagged": 0,
        "created": home.clock.now() - 180,
        "pushed": home.clock.now(),
        "pulled": None,
        "pulls": 0,
        "may": ["pull", "push", "delete"],
        "platforms": ["linux/amd64", "linux/arm64"],
        "kinds": ["image", "index", "helm"],
    }


async def test_a_tag_as_it_is_shown(stocked, config):
    home = stocked
    told = (await home.call("GET", "tags/bob/app?search=V1.9")).json
    assert {name: told[name] for name in ("name", "total", "matching", "offset")} == {
        "name": "bob/app",
        "total": 4,
        "matching": 1,
        "offset": 0,
    }
    head = await home.ask("HEAD", "/v2/bob/app/manifests/v1.9")
    assert told["tags"] == [
        {
            "tag": "v1.9",
            "digest": head.headers["Docker-Content-Digest"],
            "media_type": "application/vnd.oci.image.manifest.v1+json",
            "kind": "image",
            "artifact_type": "application/vnd.oci.image.config.v1+json",
            "bytes": len(config(3)),
            "platforms": ["linux/amd64"],
            "created": 2 * 86_400.0,
            "pushed": home.clock.now() - 120,
            "pulled": None,
            "pulls": 0,
            "referrers": 0,
        }
    ]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("", ["chart", "Multi", "v1.9", "v1.10"]),
        ("order=desc", ["v1.10", "v1.9", "Multi", "chart"]),
        ("sort=pushed&order=desc", ["chart", "Multi", "v1.9", "v1.10"]),
        ("sort=created", ["v1.10", "Multi", "v1.9", "chart"]),
        # What has no date comes last, whichever way it is asked
        ("sort=created&order=desc", ["v1.9", "Multi", "v1.10", "chart"]),
        ("sort=bytes&order=desc&n=1", ["Multi"]),
        ("platform=linux/arm64", ["Multi"]),
        ("platform=linux/amd64&order=desc", ["v1.10", "v1.9"]),
        ("platform=linux", ["Multi", "v1.9", "v1.10"]),
        ("platform=amd64", []),
        ("kind=helm", ["chart"]),
        ("kind=wasm", []),
        ("search=v1&n=1&offset=1", ["v1.10"]),
        ("search=%25", []),
        ("offset=99", []),
    ],
)
async def test_tags(stocked, names, asked, found):
    assert await names(stocked, f"tags/bob/app?{asked}") == found


async def test_filters_count_what_matches(stocked):
    told = (await stocked.call("GET", "tags/bob/app?kind=image&n=1")).json
    assert (told["total"], told["matching"], len(told["tags"])) == (4, 2, 1)


async def test_a_variant_is_of_its_platform(staff, config, names):
    await staff.push_image("a", "v7", config(1, "arm", variant="v7"))
    await staff.push_image("a", "64", config(1, "arm64"))
    assert await names(staff, "tags/a?platform=linux/arm") == ["v7"]
    assert await names(staff, "tags/a?platform=linux/arm/v7") == ["v7"]


async def test_pulls_and_referrers(stocked, names, tools):
    home = stocked
    head = await home.ask("GET", "/v2/bob/app/manifests/v1.10")
    await home.ask("GET", "/v2/bob/app/manifests/v1.10")
    await home.registry._work._pulls.flush()
    subject = {"mediaType": "a/b", "digest": head.headers["Docker-Content-Digest"], "size": 1}
    await home.push_image("bob/app", None, b"signs", subject=subject)
    assert (await names(home, "tags/bob/app?sort=pulls&order=desc"))[0] == "v1.10"
    assert (await names(home, "tags/bob/app?sort=pulled&order=asc"))[0] == "v1.10"
    (tag,) = (await home.call("GET", "tags/bob/app?search=v1.10")).json["tags"]
    assert (tag["pulls"], tag["pulled"], tag["referrers"]) == (2, home.clock.now(), 1)
    assert (await home.call("GET", "repositories/bob/app")).json["pulls"] == 2


async def test_what_no_tag_leads_to(staff, config):
    """Neither by an index nor by a subject, at any height."""
    home = staff

    def referring(digest):
        return {"subject": {"mediaType": "a/b", "digest": digest, "size": 1}}

    child = await home.push_image("a", None, config(1))
    inner = await home.push_index("a", None, child)
    await home.push_index("a", "held", inner)
    await home.push_image("a", None, b"sbom of the child", **referring(child))
    lost = await home.push_image("a", "moves", config(2))
    await home.clock.advance(60)
    sign = await home.push_image("a", None, b"signs the lost one", **referring(lost))
    assert (await home.call("GET", "untagged/a")).json["total"] == 0
    await home.push_image("a", "moves", config(3))
    told = (await home.call("GET", "untagged/a")).json
    assert [each["digest"] for each in told["manifests"]] == [sign, lost]
    assert (await home.call("GET", "repositories/a")).json["untagged"] == 2
    first = told["manifests"][0]
    assert (first["subject"], first["pulled"], first["pushed"]) == (lost, None, home.clock.now())
    told = (await home.call("GET", "untagged/a?n=1&offset=1")).json
    assert ([each["digest"] for each in told["manifests"]], told["total"]) == ([lost], 2)


PLACES = ("repositories/{}", "tags/{}", "untagged/{}", "images/{}?reference=v1")


@pytest.mark.parametrize("place", PLACES)
async def test_a_hidden_repository_is_as_absent_as_one_that_is_not_there(stocked, place):
    await stocked.change(rules=(Rule(("public/**",), users=("*",)),))
    stocked.be("carl")
    hidden = await stocked.call("GET", place.format("bob/app"))
    absent = await stocked.call("GET", place.format("bob/nix"))
    assert (hidden.status, hidden.code) == (404, "NAME_UNKNOWN")
    assert hidden.body.replace(b"bob/app", b"bob/nix") == absent.body
    assert hidden.headers == absent.headers


@pytest.mark.parametrize("place", PLACES)
async def test_what_holds_no_image_is_absent(staff, place):
    await staff.push_blob("only/a-blob", b"blob")
    assert (await staff.call("GET", place.format("only/a-blob"))).status == 404
    assert (await staff.call("GET", place.format("No/Name"))).code == "NAME_INVALID"


@pytest.mark.parametrize("place", ["catalog", *(place.format("bob/app") for place in PLACES)])
async def test_head_options_and_strangers(stocked, place):
    place = place.replace("v1", "v1.9")
    head = await stocked.call("HEAD", place)
    assert (head.status, head.headers["Content-Type"]) == (200, "application/json")
    assert (await stocked.call("OPTIONS", place)).status == 204
    assert (await stocked.call("POST", place)).status == 405
    stocked.authorization = None
    assert (await stocked.call("GET", place)).status == 401
