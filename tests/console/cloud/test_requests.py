"""The last calls, as a person reads them."""

from __future__ import annotations

import re

import pytest
from botocore.exceptions import ClientError


async def last(visitor, query=""):
    """The page, its newest row, and where that leads."""
    page = await visitor.get(f"/cloud/requests{query}")
    return page, page.rows()[0], page.find("tbody").find("a").attributes["href"]


async def test_calls_with_their_errors(standing, visitor):
    with pytest.raises(ClientError):
        standing.client("s3").get_object(Bucket="requests-nowhere", Key="secret?")
    _, row, link = await last(visitor)
    assert row[1:4] == ["s3", "GetObject", "404 NoSuchBucket"]
    assert row[5] == "/requests-nowhere/secret%3F"
    detail = await visitor.get(link)
    assert "There is no bucket of this name." in detail.text
    assert detail.said() == []
    assert "GET /requests-nowhere/secret%3F" in detail.text
    assert "Boto3" in detail.text
    assert detail.links["GetObject in AWS's documentation"].endswith("API/API_GetObject.html")


async def test_what_the_model_says_of_a_code(standing, visitor):
    with pytest.raises(ClientError):
        standing.client("sqs").get_queue_url(QueueName="requests-nowhere")
    _, row, link = await last(visitor)
    assert row[2] == "GetQueueUrl"
    detail = await visitor.get(link)
    assert "Ensure that the QueueUrl is correct" in detail.text


async def test_an_operation_that_is_not_there(standing, visitor):
    with pytest.raises(ClientError):
        standing.client("kms").list_keys()
    _, row, link = await last(visitor)
    assert row[1:4] == ["kms", "ListKeys", "501 NotImplemented"]
    assert "docs/coverage" in (await visitor.get(link)).text


async def test_filters(standing, visitor):
    standing.client("sqs").list_queues()
    standing.client("sns").list_topics()
    page = await visitor.get("/cloud/requests?service=sns")
    assert {row[1] for row in page.rows()} == {"sns"}
    with pytest.raises(ClientError):
        standing.client("sns").get_topic_attributes(TopicArn="arn:aws:sns:us-east-1:0:no")
    page = await visitor.get("/cloud/requests?service=sns&errors=1")
    assert page.rows()[0][3].startswith("4")
    assert all(row[3][0] in "45" for row in page.rows())
    polled = page.find("div", hx_trigger="every 2s")
    assert polled.attributes["hx-get"] == "/cloud/requests?service=sns&errors=1"


async def test_search(standing, visitor):
    sqs = standing.client("sqs")
    sqs.list_queues()
    with pytest.raises(ClientError):
        sqs.get_queue_url(QueueName="requests-searched")
    page = await visitor.get("/cloud/requests?search=queueurl&service=sqs")
    assert {row[2] for row in page.rows()} == {"GetQueueUrl"}
    page = await visitor.get("/cloud/requests?search=queuedoesnotexist")
    assert page.rows()[0][3] == "400 QueueDoesNotExist"
    polled = page.find("div", hx_trigger="every 2s")
    assert polled.attributes["hx-get"] == "/cloud/requests?search=queuedoesnotexist"
    page = await visitor.get("/cloud/requests?search=no-such-thing")
    assert "No call fits." in page.text


async def test_calls_of_another_account_and_region(standing, visitor):
    standing.client("sqs").list_queues()
    _, row, _ = await last(visitor, "?service=sqs")
    assert row[5] == "/"
    standing.of("sqs", "ap-south-1").list_queues()
    page, row, link = await last(visitor, "?service=sqs")
    assert row[5] == "/ in 000000000000, ap-south-1"
    page = await visitor.get("/cloud/requests?service=sqs&here=1")
    assert not any("ap-south-1" in row[5] for row in page.rows())
    detail = await visitor.get(link)
    assert detail.links["look there"] == "/in/000000000000/ap-south-1/cloud"
    there = await visitor.get(f"/in/000000000000/ap-south-1{link}")
    assert "look there" not in there.links
    assert there.status == 200


async def test_older_calls(standing, visitor):
    sqs = standing.client("sqs")
    for number in range(130):
        sqs.list_queues(QueueNamePrefix=f"requests-{number}")
    address = "/cloud/requests?service=sqs&here=1"
    newest = await visitor.get(address)
    assert len(newest.rows()) == 100
    older = await visitor.get(newest.find("a", rel="next").attributes["href"])
    both = [
        each.attributes["href"] for page in (newest, older) for each in page.find("tbody").all("a")
    ]
    assert len(both) == len(set(both)) >= 130
    assert older.all("div", hx_trigger="every 2s") == []
    assert older.links["Newest"] == "/cloud/requests?service=sqs&here=1"


async def test_the_consoles_own_calls_only_where_asked_for(standing, visitor):
    standing.client("sqs").list_queues(QueueNamePrefix="mark")
    await visitor.get("/s3")
    _, row, _ = await last(visitor)
    assert row[2] == "ListQueues"
    _, row, _ = await last(visitor, "?console=1")
    assert row[2] == "ListBuckets"


async def test_a_part_has_the_rows_alone(standing, visitor):
    standing.client("sqs").list_queues()
    page = await visitor.get("/cloud/requests", is_part=True)
    assert page.all("h1") == []
    assert page.rows()


async def test_presigned_links_are_masked(standing, visitor):
    s3 = standing.client("s3")
    s3.create_bucket(Bucket="requests-signed")
    signed = s3.generate_presigned_url(
        "get_object", Params={"Bucket": "requests-signed", "Key": "k"}
    )
    standing._http.request("GET", signed)
    _, row, link = await last(visitor)
    assert row[2] == "GetObject"
    detail = await visitor.get(link)
    assert "Signature=***" in detail.text
    assert re.search("Signature=([^&]+)", signed)[1] not in detail.text


async def test_hostile_names_are_text(standing, visitor):
    with pytest.raises(ClientError):
        standing.client("s3").get_object(
            Bucket="requests-nowhere", Key='<script>alert("1")</script>'
        )
    page, _, _ = await last(visitor)
    assert page.all("script") == [each for each in page.all("script") if "src" in each.attributes]
    assert "%3Cscript%3E" in page.text


@pytest.mark.parametrize("seq", ["999999", "0", "x", "²", "9" * 40])
async def test_a_call_that_is_gone(visitor, seq):
    page = await visitor.get(f"/cloud/requests/{seq}")
    assert page.status == 404
    assert "not kept any more" in page.text


async def test_a_reader_sees_them_too(standing, reader):
    standing.client("sqs").list_queues()
    assert (await reader.get("/cloud/requests")).rows()


async def test_nothing_yet(visitor):
    page = await visitor.get("/cloud/requests?service=nobody")
    assert "No call fits." in page.text
