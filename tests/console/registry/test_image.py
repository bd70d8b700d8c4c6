"""The page of an image, or of whatever else a tag or digest names."""

import json
import urllib.parse

import pytest

from homeport.console.asking.registry import Registry

STEPS = [
    {"created_by": "/bin/sh -c #(nop) ADD file:1234 in / ", "created": "2026-01-01T00:00:00Z"},
    {"created_by": "ENV A=1 # buildkit", "empty_layer": True},
    {"created_by": "RUN |1 B=2 /bin/sh -c make # buildkit"},
]
RUN = {
    "Env": ["A=1"],
    "Cmd": ["serve", "--port=80"],
    "Entrypoint": ["/init"],
    "User": "1000",
    "WorkingDir": "/srv",
    "ExposedPorts": {"80/tcp": {}},
    "Volumes": {"/data": {}},
    "StopSignal": "SIGINT",
    "Labels": {"org.opencontainers.image.source": "https://example.test/x"},
    "Healthcheck": {"Test": ["CMD-SHELL", "curl -f localhost"], "Interval": 30_000_000_000},
}


async def test_layers_with_the_steps_that_made_them(standing, visitor):
    standing.push("img-layers/app", "v1", [b"a" * 1000, b"b" * 3000], {"history": STEPS})
    page = await visitor.get("/r/img-layers/app:v1")
    assert page.status == 200, page.text
    rows = [row[:3] for row in page.rows()]
    assert rows == [
        ["1", "ADD file:1234 in /", "0.98 KiB"],
        ["2", "ENV A=1", "–"],
        ["3", "RUN make with B=2", "2.93 KiB"],
    ]
    dockerfile = page.all("div", class_="snippet")[-1].find("pre").raw
    assert dockerfile == "ADD file:1234 in /\nENV A=1\n# with B=2\nRUN make"
    assert page.find("svg", class_="bar").attributes["aria-label"].startswith("Layers by size")


async def test_config(standing, visitor):
    config = {"config": RUN, "author": "Ann", "created": "2026-02-03T04:05:06.123456789Z"}
    standing.push("img-config/app", "v1", config=config, annotations={"note": "of the manifest"})
    page = await visitor.get("/r/img-config/app:v1?view=config")
    terms = {each.find("dt").text: each.find("dd").text for each in page.all("dl")[1].all("div")}
    assert terms == {
        "Created": "2026-02-03 04:05:06 UTC",
        "Author": "Ann",
        "Operating system": "linux",
        "Architecture": "amd64",
        "Entrypoint": '["/init"]',
        "Command": '["serve", "--port=80"]',
        "User": "1000",
        "Working directory": "/srv",
        "Ports": "80/tcp",
        "Volumes": "/data",
        "Health check": "curl -f localhost (every 30 s)",
        "Stop signal": "SIGINT",
    }
    assert ["A", "1"] in page.rows(0)
    assert ["org.opencontainers.image.source", "https://example.test/x"] in page.rows(1)
    assert ["note", "of the manifest"] in page.rows(2)


async def test_all_tags_of_a_digest(standing, visitor):
    image = standing.push("img-tags/app", "v1", [b"x"])
    standing.push("img-tags/app", "stable", [b"x"])
    page = await visitor.get(f"/r/img-tags/app@{image['digest']}")
    assert page.links["v1"] == "/r/img-tags/app:v1"
    assert page.links["stable"] == "/r/img-tags/app:stable"
    assert f"docker pull {standing.stack.registry}/img-tags/app@{image['digest']}" in page.text


async def test_platforms_of_an_index_with_attestations_apart(standing, visitor):
    amd = standing.push("img-index/app", "", config={"config": {"Cmd": ["amd"]}})
    arm = standing.push(
        "img-index/app", "", config={"architecture": "arm64", "config": {"Cmd": ["arm"]}}
    )
    statement = standing.blob("img-index/app", b"{}", "application/vnd.in-toto+json")
    predicate = "https://slsa.dev/provenance/v1"
    statement["annotations"] = {"in-toto.io/predicate-type": predicate}
    empty = standing.blob("img-index/app", b"{ }", "application/vnd.oci.image.config.v1+json")
    attestation = standing.manifest(
        "img-index/app",
        "",
        {
            "schemaVersion": 2,
            "mediaType": "application/vnd.oci.image.manifest.v1+json",
            "config": empty,
            "layers": [statement],
        },
    )
    marks = {
        "vnd.docker.reference.type": "attestation-manifest",
        "vnd.docker.reference.digest": amd["digest"],
    }
    children = [
        {**arm, "platform": {"os": "linux", "architecture": "arm64"}},
        {**amd, "platform": {"os": "linux", "architecture": "amd64"}},
        {
            **attestation,
            "platform": {"os": "unknown", "architecture": "unknown"},
            "annotations": marks,
        },
    ]
    index = standing.index("img-index/app", "v1", children)
    page = await visitor.get("/r/img-index/app:v1?view=config")
    tabs = page.find("nav", aria_label="Platforms")
    assert [each.text for each in tabs.all("a")] == ["linux/arm64", "linux/amd64"]
    assert tabs.find("a", aria_current="page").text == "linux/amd64"
    assert '["amd"]' in page.text
    page = await visitor.get(page.links["linux/arm64"])
    assert '["arm"]' in page.text
    page = await visitor.get("/r/img-index/app:v1?view=referrers")
    assert "Attestations in the index" in page.text
    assert f"says {predicate} of linux/amd64" in page.text
    page = await visitor.get(f"/r/img-index/app@{amd['digest']}")
    assert index["digest"][7:19] in page.text, "the index that it is in"


async def test_referrers_of_referrers_are_a_tree(standing, visitor):
    image = standing.push("img-tree/app", "v1")
    sbom = standing.push(
        "img-tree/app",
        "",
        artifactType="application/spdx+json",
        subject=image,
        annotations={"org.opencontainers.image.description": "What is in it"},
    )
    kind = "application/vnd.cncf.notary.signature"
    standing.push("img-tree/app", "", artifactType=kind, subject=sbom)
    page = await visitor.get("/r/img-tree/app:v1?view=referrers")
    tree = page.find("div", class_="tree")
    assert [each.text for each in tree.all("span", class_="badge")] == ["sbom", "signature"]
    notes = tree.find("details")
    assert "1 annotation" in notes.find("summary").text
    assert "org.opencontainers.image.description" in notes.text
    assert "What is in it" in notes.text
    nested = tree.find("ul").find("li").find("ul")
    assert "signature" in nested.text
    page = await visitor.get(f"/r/img-tree/app@{sbom['digest']}")
    assert image["digest"][7:19] in page.text


async def test_cosign_signatures_by_their_tags(standing, visitor):
    image = standing.push("img-cosign/app", "v1")
    standing.push("img-cosign/app", image["digest"].replace(":", "-") + ".sig")
    page = await visitor.get("/r/img-cosign/app:v1?view=referrers")
    assert f"by the tag sha256-{image['digest'][7:19]}….sig" in page.text


async def test_a_helm_chart(standing, visitor):
    about = {
        "name": "web",
        "version": "1.2.3+4",
        "appVersion": "9",
        "description": "A <b>chart</b>",
    }
    about |= {"maintainers": [{"name": "Ann"}], "dependencies": [{"name": "redis", "version": "1"}]}
    config = standing.blob(
        "img-helm/web", json.dumps(about).encode(), "application/vnd.cncf.helm.config.v1+json"
    )
    layer = standing.blob(
        "img-helm/web", b"chart", "application/vnd.cncf.helm.chart.content.v1.tar+gzip"
    )
    standing.manifest(
        "img-helm/web",
        "1.2.3_4",
        {
            "schemaVersion": 2,
            "mediaType": "application/vnd.oci.image.manifest.v1+json",
            "config": config,
            "layers": [layer],
        },
    )
    page = await visitor.get("/r/img-helm/web:1.2.3_4")
    for text in ("A <b>chart</b>", "redis 1", "Ann", "1.2.3+4"):
        assert text in page.text
    assert f"helm pull oci://{standing.stack.registry}/img-helm/web --version 1.2.3+4" in page.text
    response = await visitor.send("GET", page.links["Download"])
    given = dict(response.headers)["Content-Disposition"]
    assert given == 'attachment; filename="web-1.2.3+4.tgz"', "as helm names it"


async def test_files_of_an_artifact_are_downloaded(standing, visitor):
    content = b"<script>alert(1)</script>"
    layer = standing.blob("img-file/app", content, "text/html")
    layer["annotations"] = {"org.opencontainers.image.title": '../etc/p"asswd.html'}
    config = standing.blob("img-file/app", b"{}", "application/vnd.oci.empty.v1+json")
    value = {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json"}
    value |= {"artifactType": "text/html", "config": config, "layers": [layer]}
    standing.manifest("img-file/app", "v1", value)
    page = await visitor.get("/r/img-file/app:v1")
    response = await visitor.send("GET", page.links["Download"])
    fields = dict(response.headers)
    assert fields["Content-Disposition"] == 'attachment; filename="p_asswd.html"'
    assert fields["Content-Type"] == "application/octet-stream"
    assert "sandbox" in fields["Content-Security-Policy"]
    assert b"".join([piece async for piece in response.body]) == content


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("weights/a-b.c.gguf", 'filename="a-b.c.gguf"'),
        ("notes/ünï.txt", "filename=\"_n_.txt\"; filename*=UTF-8''%C3%BCn%C3%AF.txt"),
        ('a\r\nb: c;"', 'filename="a__b__c__"'),
        ("..", 'filename="blob"'),
        ("a/", 'filename="blob"'),
    ],
)
async def test_names_of_files(standing, visitor, name, given):
    layer = standing.blob("img-name/app", b"x", "text/plain")
    query = urllib.parse.urlencode(
        {"repository": "img-name/app", "digest": layer["digest"], "name": name}
    )
    response = await visitor.send("GET", f"/registry/blob?{query}")
    assert dict(response.headers)["Content-Disposition"] == f"attachment; {given}"


async def test_the_raw_manifest(standing, visitor):
    image = standing.push("img-raw/app", "v1")
    page = await visitor.get("/r/img-raw/app:v1?view=raw")
    raw = page.all("div", class_="snippet")[-2].find("pre").raw
    value = json.loads(raw)
    assert value["schemaVersion"] == 2
    assert page.all("h2")[-1].text == "Config"
    response = await visitor.send(
        "GET", f"/registry/manifest?repository=img-raw/app&digest={image['digest']}"
    )
    assert len(response.body) == image["size"]


async def test_what_is_hostile_is_text(standing, visitor):
    evil = '<script>alert("x")</script>'
    config = {
        "author": evil,
        "history": [{"created_by": evil, "author": evil, "comment": evil}],
        "config": {
            "Labels": {evil: evil},
            "Env": [f"{evil}={evil}"],
            "Cmd": [evil, 5, None],
            "User": 7,
        },
    }
    standing.push("img-evil/app", "v1", config=config, annotations={evil: evil})
    for view in ("layers", "config", "referrers", "raw"):
        page = await visitor.get(f"/r/img-evil/app:v1?view={view}")
        assert page.status == 200
        assert not page.find("main").all("script")


@pytest.mark.parametrize(
    "config",
    [
        b"not json",
        b"[" * 20000,
        b'"text"',
        b'{"config": 5, "history": {"a": 1}, "created": "yesterday", "os": []}',
        b'{"config": {"Labels": ["a"], "Env": "A", "ExposedPorts": 7}, "history": [1, null, {}]}',
        b'{"author": "\\ud800", "created": "0001-01-01T00:00:00Z"}',
        b'{"config": {"Labels": {' + b",".join(b'"%d": "x"' % n for n in range(5000)) + b"}}}",
        b"",
    ],
    ids=["text", "deep", "string", "types", "more-types", "surrogate", "labels", "empty"],
)
async def test_configs_that_are_broken(standing, visitor, config):
    made = standing.blob("img-broken/app", config, "application/vnd.oci.image.config.v1+json")
    layer = standing.blob("img-broken/app", b"layer")
    value = {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json"}
    standing.manifest("img-broken/app", "v1", {**value, "config": made, "layers": [layer]})
    for view in ("layers", "config", "raw"):
        page = await visitor.get(f"/r/img-broken/app:v1?view={view}")
        assert page.status == 200, page.text


async def test_five_hundred_layers(standing, visitor):
    layer = standing.blob("img-many/app", b"layer")
    config = standing.blob("img-many/app", b"{}", "application/vnd.oci.image.config.v1+json")
    value = {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json"}
    standing.manifest("img-many/app", "v1", {**value, "config": config, "layers": [layer] * 500})
    page = await visitor.get("/r/img-many/app:v1")
    assert "500 layers" in page.text
    assert "The history does not tell." in page.text


async def test_an_index_in_an_index_and_one_of_nothing(standing, visitor):
    standing.push("img-nest/app", "v1")
    inner = standing.index("img-nest/app", "inner", [])
    standing.index(
        "img-nest/app", "outer", [{**inner, "platform": {"os": "linux", "architecture": "amd64"}}]
    )
    page = await visitor.get("/r/img-nest/app:outer")
    assert page.status == 200
    page = await visitor.get("/r/img-nest/app:inner")
    assert "This index names no images." in page.text


async def test_a_reader_sees_no_delete(standing, reader):
    standing.push("img-read/app", "v1")
    page = await reader.get("/r/img-read/app:v1")
    assert page.status == 200
    assert "Delete" not in page.buttons()


async def test_what_is_not_there(standing, visitor):
    standing.push("img-none/app", "v1")
    page = await visitor.get("/r/img-none/app:v2")
    assert page.status == 404
    assert "img-none/app:v2 is not there." in page.text
    assert "/r/img-none/app has the tags that there are." in page.text
    page = await visitor.get("/r/img-nowhere/app:v2")
    assert page.status == 404
    assert "There is no repository img-nowhere/app." in page.text
    page = await visitor.get(f"/registry/blob?repository=img-none/app&digest=sha256:{'0' * 64}")
    assert page.status == 404
    page = await visitor.get("/registry/blob?repository=img-none/app&digest=x")
    assert page.status == 404


async def test_what_an_index_names_and_is_not_here_is_not_asked_for(standing, visitor, monkeypatch):
    """A mirror would fetch it from elsewhere, and keep it."""
    children = []
    for architecture in ("amd64", "arm64"):
        made = standing.push("img-part/app", architecture, config={"architecture": architecture})
        platform = {"os": "linux", "architecture": architecture}
        children.append({**made, "platform": platform})
    standing.index("img-part/app", "all", children)
    gone = children[1]["digest"]
    assert standing.ask("DELETE", f"/v2/img-part/app/manifests/{gone}").status == 202
    ask, asked = Registry.ask, []

    async def noted(self, method, path, **more):
        asked.append(path)
        return await ask(self, method, path, **more)

    monkeypatch.setattr(Registry, "ask", noted)
    page = await visitor.get("/r/img-part/app:all?platform=linux/arm64")
    assert "linux/arm64 is not here." in page.text
    assert asked
    assert not any(f"manifests/{gone}" in path for path in asked)
