"""The local AWS at a glance, before the real one and before LocalStack."""

from __future__ import annotations

import json

import pytest
from tests.console.visitor import Visitor

from homeport import clock
from homeport.console.console import Console
from homeport.console.options import Options, Place
from homeport.edge import http
from homeport.edge.config import Address, EdgeConfig
from homeport.edge.server import Server


def states(page):
    return {row[0]: row[1:] for row in page.rows()}


async def test_each_service_with_its_state_and_what_is_there(standing, visitor):
    standing.client("sqs").create_queue(QueueName="overview")
    page = await visitor.get("/cloud")
    found = states(page)
    assert found["SQS"][0] == "running"
    assert found["SQS"][1].endswith(("queue", "queues"))
    assert int(found["SQS"][1].split()[0]) >= 1
    # Another test may have had it opened.
    assert found["IAM"] in (["available", "–"], ["running", "–"])
    assert page.links["SQS"] == "/sqs"
    assert page.links["DynamoDB"] == "/dynamodb"


async def test_account_and_region_are_chosen_and_stay(visitor):
    page = await visitor.follow(await visitor.get("/cloud?account=333333333333&region=eu-west-1"))
    assert states(page)["SQS"][1] == "0 queues"
    assert "AWS_ACCESS_KEY_ID=333333333333" in page.text
    assert "AWS_REGION=eu-west-1" in page.text
    assert "333333333333, eu-west-1" in page.find("nav").text
    again = await visitor.get(page.links["Overview"])
    assert "333333333333" in again.find("input", name="account").attributes["value"]
    assert [each.text for each in again.all("option", selected="")] == ["eu-west-1"]
    back = await visitor.get(f"{again.links['Overview']}?account=000000000000&region=us-east-1")
    assert (await visitor.follow(back)).links["SQS"] == "/sqs"


@pytest.mark.parametrize("query", ["account=12", "account=abcdefghijkl", "region=../../x"])
async def test_an_account_or_region_that_is_none_changes_nothing(visitor, query):
    page = await visitor.get(f"/cloud?{query}")
    assert page.status == 400
    assert "An account has 12 digits, a region is called like eu-west-1." in page.text
    assert page.links["SQS"] == "/sqs"


async def test_how_to_connect(standing, visitor):
    page = await visitor.get("/cloud")
    endpoint = standing.stack.endpoint
    assert f"AWS_ENDPOINT_URL={endpoint}" in page.text
    assert f'endpoint_url="{endpoint}"' in page.text
    assert page.find("button", data_copy=endpoint)


async def test_a_visitor_has_to_log_in(console):
    page = await Visitor(console).get("/cloud")
    assert page.location == "/login?next=%2Fcloud"


async def _before(standing, app):
    """A console before another cloud, with somebody logged in."""
    edge = EdgeConfig(addresses=(Address("127.0.0.1", 0),), tls="off")
    server = Server(app, edge, clock=clock.SystemClock())
    await server.start()
    options = Options(standing.options.registry, Place(server.urls[0]), cloud_url=server.urls[0])
    console = Console(options, clock.SystemClock())
    visitor = Visitor(console)
    await visitor.log_in("admin", "a password for tests")
    return server, console, visitor


def localstack(request):
    """What LocalStack says of itself, and that it has no buckets: https://docs.localstack.cloud/aws/capabilities/networking/internal-endpoints/"""
    if request.path == "/_localstack/health":
        services = {"s3": "available", "sqs": "disabled", "kms": "available", "ec2": "running"}
        said = {"services": services, "edition": "community", "version": "4.9.2"}
        return http.Response(200, [("Content-Type", "application/json")], json.dumps(said).encode())
    if request.path == "/":
        return http.Response(
            200, [("Content-Type", "application/xml")], b"<ListAllMyBucketsResult/>"
        )
    return http.Response(404, [("Content-Type", "application/xml")], b"<Error/>")


@pytest.fixture
async def stranger(standing):
    server, console, visitor = await _before(standing, localstack)
    yield visitor
    await console.close()
    await server.stop(1)


async def test_before_localstack(stranger):
    page = await stranger.get("/cloud")
    assert "LocalStack 4.9.2, edition community" in page.text
    assert "The request log, and the depth and age of queues over time, are not there" in page.text
    found = states(page)
    assert found["S3"] == ["available", "0 buckets"]
    assert found["SQS"] == ["disabled", "–"]
    assert found["ec2"] == ["running", "–"]
    assert "kms" not in found


async def test_before_localstack_there_is_no_log_of_requests(stranger):
    page = await stranger.get("/cloud/requests")
    assert page.status == 200
    assert "This cloud keeps no log of requests." in page.text
    assert page.all("div", hx_trigger="every 2s") == []
    assert (await stranger.get("/cloud/requests/1")).status == 404


def former(request):
    """A cloud that is not yet of the console's version, as while one of the two is renewed."""
    answers = {
        "/_homeport/health": {"services": {}, "version": "0.0.1"},
        "/_homeport/scopes": {"scopes": [{"account": "1" * 12, "region": "eu-west-1", "counts": {"sqs": 3}}]},
    }  # fmt: skip
    if request.path not in answers:
        return http.Response(404)
    said = json.dumps(answers[request.path]).encode()
    return http.Response(200, [("Content-Type", "application/json")], said)


async def test_before_a_former_version_of_the_cloud(standing):
    server, console, visitor = await _before(standing, former)
    page = await visitor.get("/cloud")
    assert page.status == 200
    assert "111111111111" in page.text
    await console.close()
    await server.stop(1)


async def test_before_something_that_is_no_cloud(standing):
    server, console, visitor = await _before(standing, lambda _: http.Response(200, [], b"hello"))
    page = await visitor.get("/cloud")
    assert page.status == 502
    assert "Is ui.cloud_url right?" in page.text
    await console.close()
    await server.stop(1)


async def test_before_nothing(standing):
    server, console, visitor = await _before(standing, localstack)
    await server.stop(0)
    page = await visitor.get("/cloud")
    assert page.status == 502
    assert "The local AWS does not answer" in page.text
    assert "homeport logs cloud" in page.text
    assert page.links["Try again"] == "/cloud"
    assert "homeport status" in page.text
    await console.close()
