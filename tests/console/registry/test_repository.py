"""The page of a repository before Homeport's own registry."""

import re

import pytest


async def test_columns(standing, visitor):
    image = standing.push("repo-cols/app", "v1", layers=[b"x" * 4000])
    standing.push("repo-cols/app", "", subject=image, artifactType="application/spdx+json")
    page = await visitor.get("/r/repo-cols/app")
    assert page.status == 200, page.text
    assert page.title.startswith("repo-cols/app")
    (row,) = page.rows()
    assert row[1] == "v1"
    assert image["digest"][7:19] in row[2]
    assert row[3] == "image"
    assert row[4] == "linux/amd64"
    assert re.fullmatch(r"4\.\d+ KiB", row[5])
    assert row[-1] == "1"
    copies = [
        each.attributes["data-copy"]
        for each in page.all("button")
        if "data-copy" in each.attributes
    ]
    assert image["digest"] in copies


async def test_sorting_is_over_all_pages_and_natural(standing, visitor):
    for tag in ("v1.10", "v1.9", "v1.2"):
        standing.push("repo-sort/app", tag)
    page = await visitor.get("/r/repo-sort/app?sort=name&order=asc")
    assert [row[1] for row in page.rows()] == ["v1.2", "v1.9", "v1.10"]
    page = await visitor.get("/r/repo-sort/app")
    assert [row[1] for row in page.rows()] == ["v1.2", "v1.9", "v1.10"], "the last push first"


async def test_filters(standing, visitor):
    standing.push("repo-filter/app", "amd")
    standing.push("repo-filter/app", "arm", config={"architecture": "arm64"})
    standing.push("repo-filter/app", "sbom", artifactType="application/spdx+json")
    page = await visitor.get("/r/repo-filter/app?platform=linux/arm64")
    assert [row[1] for row in page.rows()] == ["arm"]
    page = await visitor.get("/r/repo-filter/app?kind=sbom")
    assert [row[1] for row in page.rows()] == ["sbom"]
    part = await visitor.get("/r/repo-filter/app?search=am", is_part=True)
    assert [row[1] for row in part.rows()] == ["amd"]
    page = await visitor.get("/r/repo-filter/app?search=nothing")
    assert "No tag fits." in page.text


async def test_untagged_manifests_are_a_page(standing, visitor):
    standing.push("repo-loose/app", "v1")
    loose = standing.push("repo-loose/app", "")
    page = await visitor.get("/r/repo-loose/app")
    page = await visitor.get(page.links["Untagged manifests (1)"])
    (row,) = page.rows()
    assert loose["digest"][7:19] in row[1]


async def test_a_repository_without_tags_says_how_to_push(standing, visitor):
    standing.push("repo-empty/app", "")
    page = await visitor.get("/r/repo-empty/app")
    assert "This repository has no tags." in page.text
    assert f"docker push {standing.stack.registry}/repo-empty/app:latest" in page.text


async def test_pull_commands_of_each_client(standing, visitor):
    standing.push("repo-pull/app", "v1")
    page = await visitor.get("/r/repo-pull/app")
    whole = f"{standing.stack.registry}/repo-pull/app:v1"
    for command in (
        f"docker pull {whole}",
        f"podman pull {whole}",
        f"nerdctl pull {whole}",
        f"ctr images pull --user admin {whole}",
        f"crictl pull {whole}",
        f"skopeo copy docker://{whole} oci:app",
        f"buildah pull {whole}",
        f"FROM {whole}",
        f"image: {whole}",
        "imagePullSecrets:",
    ):
        assert command in page.text


async def test_a_reader_sees_no_delete(standing, reader, writer):
    standing.push("repo-rights/app", "v1")
    page = await reader.get("/r/repo-rights/app")
    assert not [each for each in page.buttons() if "Delete" in each]
    page = await writer.get("/r/repo-rights/app")
    assert [each for each in page.buttons() if "Delete" in each]


@pytest.mark.parametrize(
    "path",
    [
        "/r/a%3Cscript%3E",
        "/r/%2e%2e/x",
        "/r/" + "a" * 1024,
        "/r/💥",
        "/r/a%00b",
        "/r/UPPER",
        "/r/a@b",
    ],
)
async def test_names_that_are_none(visitor, path):
    page = await visitor.get(path)
    assert page.status == 404
    assert not page.find("main").all("script")


async def test_unknown_is_the_same_whether_it_is_there_or_not(visitor):
    page = await visitor.get("/r/repo-none/app")
    assert page.status == 404
