"""Two images beside each other."""

BASE = [{"created_by": "ADD base /"}, {"created_by": "RUN /bin/sh -c one # buildkit"}]
OTHER = [{"created_by": "ADD base /"}, {"created_by": "RUN /bin/sh -c two # buildkit"}]


async def test_differences(standing, visitor):
    one = {"history": BASE, "config": {"Env": ["A=1", "B=2"], "Labels": {"gone": "x"}, "User": "a"}}
    two = {"history": OTHER, "config": {"Env": ["A=1", "B=3"], "Labels": {"new": "y"}, "User": "a"}}
    standing.push("cmp/app", "v1", [b"base" * 100, b"one"], one)
    standing.push("cmp/app", "v2", [b"base" * 100, b"two" * 10], two)
    page = await visitor.get("/compare?repository=cmp/app&a=v1&b=v2")
    assert page.status == 200, page.text
    assert "1 layer of 400 B is in both. Who has the first pulls 30 B for the second." in page.text
    tables = {
        each.attributes["aria-label"]: number for number, each in enumerate(page.all("table"))
    }
    assert ["User", "a", "a", ""] in page.rows(tables["Config"])
    assert page.rows(tables["Environment"]) == [["B", "2", "3", "changed"], ["A", "1", "1", ""]]
    labels = page.rows(tables["Labels"])
    assert labels == [["gone", "x", "–", "removed"], ["new", "–", "y", "added"]]
    history = page.find("pre", aria_label="History of both").raw.splitlines()
    assert [line.rstrip() for line in history] == ["  ADD base /", "- RUN one", "+ RUN two"]


async def test_a_step_of_several_lines_is_one_line_of_the_history(standing, visitor):
    history = [{"created_by": "RUN /bin/sh -c one   && two # buildkit"}]
    for tag in ("v1", "v2"):
        standing.push("cmp-lines/app", tag, [tag.encode()], {"history": history})
    page = await visitor.get("/compare?repository=cmp-lines/app&a=v1&b=v2")
    history = page.find("pre", aria_label="History of both").raw.splitlines()
    assert [line.rstrip() for line in history] == ["  RUN one && two"]


async def test_tags_to_choose_from(standing, visitor):
    for tag in ("v1", "v2"):
        standing.push("cmp-choose/app", tag)
    page = await visitor.get("/compare?repository=cmp-choose/app&a=v1")
    offered = [each.attributes["value"] for each in page.find("datalist").all("option")]
    assert offered == ["v2", "v1"]
    assert page.find("input", name="b").attributes["list"] == "tags"
    page = await visitor.get("/compare?repository=cmp-choose/none")
    assert page.status == 200
    assert not page.all("datalist")


async def test_two_ticked_tags(standing, visitor):
    standing.push("cmp-tick/app", "v1")
    standing.push("cmp-tick/app", "v2")
    page = await visitor.get("/compare?repository=cmp-tick/app&tag=v1&tag=v2")
    page = await visitor.follow(page)
    assert page.title.startswith("Compare cmp-tick/app:v1 and cmp-tick/app:v2")
    page = await visitor.get("/compare?repository=cmp-tick/app&tag=v1")
    assert page.status == 400
    assert "One is ticked, and two can be compared." in page.text


async def test_two_repositories_and_the_same_image(standing, visitor):
    image = standing.push("cmp-a/app", "v1", [b"same"])
    standing.push("cmp-b/app", "v1", [b"same"])
    page = await visitor.get(f"/compare?repository=cmp-a/app&a={image['digest']}&b=cmp-b/app:v1")
    assert "Both are the same manifest" in page.text


async def test_the_form_and_its_refusals(standing, visitor):
    standing.push("cmp-form/app", "v1")
    page = await visitor.get("/compare")
    assert page.status == 200
    assert page.find("form", action="/compare")
    for query, status in (
        ("repository=cmp-form/app&a=v1&b=v9", 404),
        ("repository=<script>&a=v1&b=v1", 404),
        ("repository=cmp-form/app&a=v1&b=<script>", 404),
        ("repository=cmp-form/app&a=v1&b=cmp-none/app:v1", 404),
    ):
        page = await visitor.get(f"/compare?{query}")
        assert page.status == status, query
        assert not page.find("main").all("script")


async def test_what_is_no_image_is_compared_too(standing, visitor):
    standing.push("cmp-mixed/app", "v1")
    standing.push("cmp-mixed/app", "sbom", artifactType="application/spdx+json")
    standing.index("cmp-mixed/app", "index", [])
    for pair in ("a=v1&b=sbom", "a=index&b=v1", "a=sbom&b=index"):
        page = await visitor.get(f"/compare?repository=cmp-mixed/app&{pair}")
        assert page.status == 200, page.text
