"""The pages about the stack, told by a real supervisor and its files."""

from __future__ import annotations

import asyncio
import hashlib
import ssl

import pytest
from tests.console import standing as standings
from tests.console.visitor import Visitor

from homeport import clock
from homeport.console.console import Console
from homeport.console.stack import snippets


async def test_components_as_homeport_status_says_them(visitor, standing):
    page = await visitor.get("/stack")
    rows = {row[0]: row for row in page.rows()}
    assert set(rows) == set(standing.stack.status())
    assert rows["registry"][1] == "ready"
    assert rows["registry"][2] == f"https://{standing.stack.registry}"
    assert "MiB" in rows["cloud"][5]


async def test_the_ca_is_the_one_that_clients_need(visitor, standing):
    page = await visitor.get("/stack/ca.crt")
    assert page.body == standing.stack.ca.read_bytes()
    assert page.headers["content-disposition"].startswith("attachment")


async def test_certificates_say_what_they_are_for_and_until_when(visitor, standing):
    page = await visitor.get("/stack/certificates")
    (leaf,) = (each for each in page.all("section") if "All components" in each.text)
    chain = (standing.stack.data / "certs" / "server.crt").read_text()
    first = chain[: chain.index("-----END CERTIFICATE-----") + 25]
    digest = hashlib.sha256(ssl.PEM_cert_to_DER_cert(first)).digest()
    assert digest.hex(":").upper() in leaf.text
    assert "registry-ui.homelab.local" in leaf.text
    assert "good" in leaf.text
    assert digest.hex(":").upper() in [
        each.attributes.get("data-copy") for each in leaf.all("button")
    ]


async def test_names_that_are_typed_come_before_patterns(visitor):
    page = await visitor.get("/stack/certificates")
    (leaf,) = (each for each in page.all("section") if "All components" in each.text)
    shown, _, folded = leaf.text.partition(" patterns ")
    assert "localhost" in shown
    assert "registry.homelab.local" in shown
    assert "*" not in shown
    assert "*.us-east-1.localhost" in folded


async def test_names_are_those_of_the_data_model(visitor):
    page = await visitor.get("/stack/names")
    assert [row[1:4] for row in page.rows()] == [
        ["CNAME", "traefik.homelab.local", "Registry API"],
        ["CNAME", "traefik.homelab.local", "Local AWS API"],
    ]
    assert "looking" in page.text


async def test_names_are_looked_for_when_asked(visitor):
    page = await visitor.get("/stack/names?look=1", is_part=True)
    assert [row[4].split()[0] for row in page.rows()] == ["wrong", "wrong"]
    assert not page.all("h1")


async def test_checks_begin_unchecked_and_are_done_when_asked(visitor):
    page = await visitor.get("/stack/rules")
    assert "Not checked yet" in page.text
    assert {row[0] for row in page.rows()} == {"not checked"}
    page = await visitor.follow(await visitor.post("/stack/rules"))
    for _ in range(600):
        page = await visitor.get("/stack/rules")
        if "Checking" not in page.text:
            break
        await asyncio.sleep(0.1)
    found = {row[1].split("  ")[0]: row[0] for row in page.rows()}
    assert "Checked" in page.text
    assert "passed" in found.values()
    assert "not checked" not in found.values()


async def test_only_an_admin_checks(reader):
    page = await reader.get("/stack/rules")
    assert "Check now" not in page.buttons()
    assert (await reader.post("/stack/rules")).status == 403


async def test_every_snippet_names_where_the_stack_is(visitor, standing):
    page = await visitor.get("/stack/endpoints")
    texts = [each.raw for each in page.all("pre")]
    assert len(texts) == len(snippets.of_cloud("x")) + len(snippets.of_registry("x", "y"))
    assert sum(standing.stack.endpoint in text for text in texts) >= len(snippets.of_cloud("x"))
    assert "@" not in "".join(texts).replace("@aws-sdk", "")


@pytest.mark.parametrize("url", ["http://localhost:4566", "https://localstack.homelab.local"])
def test_the_ca_is_named_where_there_is_https(url):
    texts = "".join(each.text for each in snippets.of_cloud(url))
    assert ("homeport-ca.crt" in texts) == url.startswith("https")


async def test_without_a_stack_there_is_nothing_to_say(standing):
    visitor = Visitor(Console(standing.options, clock.SystemClock()))
    page = await visitor.log_in(standings.ADMIN, standings.PASSWORD)
    assert "Checks" not in page.links
    assert (await visitor.get("/stack")).status == 404
