"""The pages before a registry v2, of which only the API is known."""

from tests.console.registry import foreign as foreigns
from tests.console.visitor import Visitor

from homeport import clock
from homeport.console.console import Console
from homeport.console.registry.source.distribution import distribution, lists

STEPS = [
    {"created_by": "/bin/sh -c #(nop) ADD file:1234 in / ", "created": "2026-01-01T00:00:00Z"},
    {"created_by": '/bin/sh -c #(nop)  CMD ["sh"]', "empty_layer": True},
    {"created_by": "RUN |1 A=1 /bin/sh -c make   && make install # buildkit"},
]
CONFIG = {
    "history": STEPS,
    "config": {"Env": ["PATH=/bin", "A=b=c"], "Labels": {"who": "ann"}, "Cmd": ["sh"]},
}


async def test_the_catalog_is_a_tree(foreign, stranger):
    foreign.push("tree/one/app", "v1")
    foreign.push("tree/one/app", "v2")
    foreign.push("tree/two", "v1")
    page = await stranger.get("/registry?prefix=tree")
    assert page.status == 200, page.text
    assert page.rows() == [["+ one/ 1 repository", "–"], ["two", "1"]]
    below = await stranger.get("/registry?prefix=tree%2Fone")
    assert below.rows() == [["app", "2"]]


async def test_a_search_finds_over_all_names(foreign, stranger):
    foreign.push("far/away/needle-1")
    page = await stranger.get("/registry?search=needle")
    assert page.rows() == [["far/away/needle-1", "1"]]
    assert page.links["far/away/needle-1"] == "/r/far/away/needle-1"


async def test_what_the_api_cannot_tell_is_said_once(foreign, stranger):
    foreign.push("told/once")
    page = await stranger.get("/registry?prefix=told")
    assert page.text.count("This registry tells no pushes") == 1
    assert "Last pull" not in page.text


async def test_tags_sort_by_name_as_people_count_and_by_size(foreign, stranger):
    for tag, size in (("v1.9", 30), ("v1.10", 10), ("v1.2", 20)):
        foreign.push("sorted/tags", tag, layers=[b"x" * size * 1000])
    page = await stranger.get("/r/sorted/tags")
    assert [row[1] for row in page.rows()] == ["v1.2", "v1.9", "v1.10"]
    page = await stranger.get("/r/sorted/tags?sort=bytes&order=desc")
    assert [row[1] for row in page.rows()] == ["v1.9", "v1.2", "v1.10"]


async def test_an_image_with_its_history_and_config(foreign, stranger):
    foreign.push("image/app", "v1", layers=[b"a" * 100, b"b" * 200], config=CONFIG)
    page = await stranger.get("/r/image/app:v1")
    assert page.status == 200, page.text
    steps = [row[1] for row in page.rows()]
    assert steps == ["ADD file:1234 in /", 'CMD ["sh"]', "RUN make \\ && make install with A=1"]
    assert "docker pull registry.test:5000/image/app:v1" in page.text
    page = await stranger.get("/r/image/app:v1?view=config")
    assert ["A", "b=c"] in page.rows(0)
    assert "who" in page.text


async def test_referrers_by_the_tag_that_stands_in_for_the_api(foreign, stranger):
    image = foreign.push("signed/app", "v1")
    about = foreign.push("signed/app", "about", artifactType="application/spdx+json", subject=image)
    row = {**about, "artifactType": "application/spdx+json"}
    foreign.index("signed/app", image["digest"].replace(":", "-"), [row])
    foreign.push("signed/app", image["digest"].replace(":", "-") + ".sig")
    page = await stranger.get("/r/signed/app:v1?view=referrers")
    kinds = [each.text for each in page.find("div", class_="tree").all("span", class_="badge")]
    assert kinds == ["sbom", "signature"]


async def test_a_delete_says_that_all_tags_of_the_digest_go_and_they_do(foreign, stranger):
    value = foreign.push("delete/app", "v1", layers=[b"same"])
    foreign.push("delete/app", "also", layers=[b"same"])
    foreign.push("delete/app", "v2")
    page = await stranger.get("/registry/delete?repository=delete/app&tag=v1")
    assert "all tags that name the same manifest go with it" in page.text
    assert "also names the same manifest" in page.text
    assert "freed only by that registry's own collector" in page.text
    fields = page.form("/registry/delete")
    assert fields["digest"] == value["digest"]
    done = await stranger.follow(await stranger.post("/registry/delete", fields))
    assert foreign.tags("delete/app") == ["v2"]
    assert [row[1] for row in done.rows()] == ["v2"]
    assert done.said() == [f"delete/app@{value['digest'][:19]} was deleted."]


async def test_the_last_tag_goes_and_the_page_leads_on(foreign, stranger):
    foreign.push("delete/last", "v1")
    page = await stranger.get("/registry/delete?repository=delete/last&tag=v1")
    done = await stranger.follow(
        await stranger.post("/registry/delete", page.form("/registry/delete"))
    )
    assert done.status == 200
    assert foreign.tags("delete/last") == []


async def test_compare(foreign, stranger):
    foreign.push("two/a", "v1", layers=[b"base", b"one"], config=CONFIG)
    foreign.push(
        "two/b", "v1", layers=[b"base", b"two!"], config={**CONFIG, "config": {"Env": ["A=d"]}}
    )
    page = await stranger.get("/compare?repository=two/a&a=v1&b=two/b:v1")
    assert page.status == 200, page.text
    assert "1 layer of 4 B is in both" in page.text
    assert "pulls 4 B for the second" in page.text
    assert ["A", "b=c", "d", "changed"] in page.rows(2)


async def test_an_index_whose_images_are_chosen_by_platform(foreign, stranger):
    arm = {"architecture": "arm64", "config": {"Cmd": ["arm"]}}
    arm = foreign.push("multi/app", "arm", config=arm)
    amd = foreign.push("multi/app", "amd", config={"config": {"Cmd": ["amd"]}})
    of_arm = {"os": "linux", "architecture": "arm64", "variant": "v8"}
    of_amd = {"os": "linux", "architecture": "amd64"}
    children = [{**arm, "platform": of_arm}, {**amd, "platform": of_amd}]
    foreign.index("multi/app", "all", children)
    page = await stranger.get("/r/multi/app:all?view=config")
    assert '["amd"]' in page.text
    page = await stranger.get(page.links["linux/arm64/v8"])
    assert '["arm"]' in page.text


async def test_what_is_not_there(foreign, stranger):
    digest = "0" * 64
    for place in ("no/such", "no/such:tag", f"no/such@sha256:{digest}", "NOT:a", "a:b:c"):
        page = await stranger.get(f"/r/{place}")
        assert page.status == 404, place


async def test_a_registry_that_deletes_nothing_says_how_to_let_it(tmp_path):
    with foreigns.running(tmp_path / "closed", deletes=False) as closed:
        closed.push("closed/app", "v1")
        visitor = Visitor(Console(closed.options, clock.SystemClock()))
        await visitor.log_in(foreigns.USER, foreigns.PASSWORD)
        page = await visitor.get("/registry/delete?repository=closed/app&tag=v1")
        done = await visitor.post("/registry/delete", page.form("/registry/delete"))
        assert done.status == 409
        assert "Deleting is switched off in this registry." in done.text
        assert "REGISTRY_STORAGE_DELETE_ENABLED=true" in done.text
        assert closed.tags("closed/app") == ["v1"]
        await visitor.console.close()


async def test_no_whole_repository_is_deleted(foreign, stranger):
    foreign.push("whole/app", "v1")
    page = await stranger.get("/r/whole/app")
    assert "Delete repository" not in page.buttons()
    page = await stranger.get("/registry/delete?repository=whole/app&all=1")
    assert page.status == 400
    assert "deletes no repository" in page.text


async def test_a_repository_of_many_tags_is_sorted_by_name_alone(foreign, stranger, monkeypatch):
    monkeypatch.setattr(distribution, "SORTED", 2)
    for number in range(3):
        foreign.push("many/app", f"v{number}", layers=[b"x"])
    page = await stranger.get("/r/many/app?sort=bytes&order=asc")
    assert [row[1] for row in page.rows()] == ["v0", "v1", "v2"]
    assert "sorted by name alone" in page.text
    page = await stranger.get("/registry/delete?repository=many/app&tag=v1")
    assert "was not looked up" in page.text


async def test_what_has_a_digest_is_asked_for_once(foreign, stranger):
    foreign.push("asked/app", "v1")
    await stranger.get("/r/asked/app")
    asked = []
    wire = stranger.console._registries.wire
    send = wire.ask

    async def note(method, path, **given):
        asked.append((method, path))
        return await send(method, path, **given)

    wire.ask = note
    await stranger.get("/r/asked/app")
    assert asked == [("HEAD", "/v2/asked/app/manifests/v1")]


async def test_what_one_visitor_saw_is_not_shown_to_another(foreign):
    image = foreign.push("private/app", "v1")
    console = Console(foreign.options, clock.SystemClock())
    visitor = Visitor(console)
    await visitor.log_in(foreigns.USER, foreigns.PASSWORD)
    path = f"/r/private/app@{image['digest']}"
    assert (await visitor.get(path)).status == 200
    other = Visitor(console)
    made, _ = console._sessions.start(
        "bob", "Basic Ym9iOng=", is_admin=False, may_push=True, may_delete=True, has_extension=False
    )
    other.cookies = {next(iter(visitor.cookies)): made}
    assert (await other.get(path)).location.startswith("/login")
    await console.close()


async def test_pages_of_names_and_of_the_catalog(foreign, stranger, monkeypatch):
    monkeypatch.setattr(lists, "PAGE", 2)
    for name in ("a", "b", "c", "d", "e"):
        foreign.push(f"paged/{name}", layers=[b"x"])
    page = await stranger.get("/registry?prefix=paged")
    assert [row[0] for row in page.rows()] == ["a", "b", "c", "d", "e"]


async def test_pages_that_need_the_extension_say_so(foreign, stranger):
    foreign.push("plain/app")
    page = await stranger.get("/r/plain/app?view=untagged")
    assert page.status == 404
    assert "only Homeport's own registry has one" in page.text


async def test_a_layer_is_downloaded(foreign, stranger):
    foreign.push("down/app", "v1", layers=[b"layer" * 1000])
    page = await stranger.get("/r/down/app:v1")
    (href,) = [each for each in page.links.values() if each.startswith("/registry/blob")]
    response = await stranger.send("GET", href)
    assert b"".join([piece async for piece in response.body]) == b"layer" * 1000
