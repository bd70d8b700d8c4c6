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
    assert image["digest"][7:19] in row[3]
    assert row[4] == "linux/amd64"
    assert re.fullmatch(r"4\.\d+ KiB", row[5])
    assert row[-1] == "1"
    copies = [
        each.attributes["data-copy"]
        for each in page.all("button")
        if "data-copy" in each.attributes
    ]
    assert image["digest"] in copies


def heads(page):
    return [each.text for each in page.find("table", aria_label="Tags").find("thead").all("th")]


async def test_columns_that_would_say_the_same_in_each_line_are_left_out(standing, visitor):
    standing.push("repo-less/app", "v1")
    shown = heads(await visitor.get("/r/repo-less/app"))
    assert "Platforms" in shown
    assert not {"Kind", "Referrers"} & set(shown)
    image = standing.push("repo-less/app", "sbom", artifactType="application/spdx+json")
    assert "Kind" in heads(await visitor.get("/r/repo-less/app"))
    standing.push("repo-less/app", "", subject=image, artifactType="application/x")
    assert "Referrers" in heads(await visitor.get("/r/repo-less/app"))


async def test_the_pull_command_of_each_tag_is_copied(standing, visitor):
    standing.push("repo-each/app", "v1")
    config = "application/vnd.cncf.helm.config.v1+json"
    standing.push("repo-each/app", "1.0_2", artifactType=config)
    page = await visitor.get("/r/repo-each/app?sort=name&order=asc")
    buttons = [each for each in page.all("button") if each.text == "Pull"]
    host = standing.stack.registry
    assert [each.attributes["data-copy"] for each in buttons] == [
        f"helm pull oci://{host}/repo-each/app --version 1.0+2",
        f"docker pull {host}/repo-each/app:v1",
    ]
    assert [each.attributes["aria-label"] for each in buttons] == [
        "Copy the command that pulls 1.0_2",
        "Copy the command that pulls v1",
    ]


async def test_signatures_by_tags_are_short_and_pulled_by_nobody(standing, visitor):
    image = standing.push("repo-cosign/app", "v1")
    tag = image["digest"].replace(":", "-") + ".sig"
    standing.push("repo-cosign/app", tag)
    page = await visitor.get("/r/repo-cosign/app")
    short = f"sha256-{image['digest'][7:19]}….sig"
    assert [row[1] for row in page.rows()] == [short, "v1"], "the last push first"
    assert page.links[short] == f"/r/repo-cosign/app:{tag}"
    assert page.find("a", title=tag).text == short
    command = page.find("div", class_="commands").find("code").text
    assert command == f"docker pull {standing.stack.registry}/repo-cosign/app:v1"


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
    assert "registry.gc_untagged" in page.text


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
