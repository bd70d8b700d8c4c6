"""Addresses that carry an account and a region, attacked: names and values that look like addresses, cookies of other hosts, odd regions."""

from __future__ import annotations

import gzip
import json
import os
import urllib.parse

import boto3
import pytest
from tests.console import standing as standings
from tests.console.visitor import HOST, Visitor

from homeport.console.asking.cloud import Cloud
from homeport.console.asking.scope import Scope
from homeport.console.asking.wire import Reply
from homeport.console.cloud import overview
from homeport.console.sessions import cookies

FAR = Scope("310987654321", "eu-central-1")
HOME = "/in/000000000000/us-east-1"


async def test_a_value_that_looks_like_an_address_is_shown_as_it_is(visitor, standing):
    bucket, key = f"attacked-{os.urandom(4).hex()}", f"{HOME}/sqs/a.txt"
    s3 = standing.client("s3")
    s3.create_bucket(Bucket=bucket)
    s3.put_object(Bucket=bucket, Key=key, Body=b"")
    query = urllib.parse.urlencode({"key": key, "view": "change"})
    page = await visitor.get(f"/s3/{bucket}/object?{query}")
    assert page.find("input", id="f-to").attributes["value"] == key


@pytest.fixture
def far_bucket(standing):
    """A bucket of another account, in another region."""
    name = f"far-{os.urandom(4).hex()}"
    s3 = boto3.client(
        "s3",
        endpoint_url=standing.stack.endpoint,
        region_name=FAR.region,
        aws_access_key_id=FAR.account,
        aws_secret_access_key="test",
    )
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": FAR.region})
    return name, s3


async def test_an_upload_goes_where_its_page_stands(visitor, far_bucket):
    bucket, s3 = far_bucket
    page = await visitor.get(f"{FAR.path}/s3/{bucket}")
    place = next(each for each in page.walk() if "data-upload" in each.attributes)
    answer = await visitor.send(
        "PUT",
        f"{place.attributes['data-upload']}?key=a.txt",
        b"hello",
        {"x-csrf-token": visitor.token, "origin": f"https://{HOST}"},
    )
    assert answer.status == 201, answer.body
    assert s3.get_object(Bucket=bucket, Key="a.txt")["Body"].read() == b"hello"


async def test_a_cookie_of_another_host_brings_no_session_of_its_own(visitor, reader):
    """A host of the same domain may set `x=a,__Host-homeport=…`: a comma is part of a value, and parts nothing."""
    victim = visitor.cookies[cookies.SECURE]
    mine = reader.cookies[cookies.SECURE]
    tossed = f"x=a,{cookies.SECURE}={mine}; {cookies.SECURE}={victim}"
    stranger = Visitor(visitor.console)
    answer = await stranger.send("GET", "/registry", headers={"cookie": tossed})
    assert b"<span>admin" in _body(answer)


async def test_what_was_looked_at_last_is_remembered_for_this_host_alone(visitor):
    answer = await visitor.send("GET", f"{FAR.path}/cloud")
    [cookie] = [value for name, value in answer.headers if name == "Set-Cookie"]
    assert cookie.startswith("__Host-")
    stranger = Visitor(visitor.console)
    stranger.cookies["homeport-in"] = "/".join(FAR)
    page = await stranger.log_in(standings.ADMIN, standings.PASSWORD)
    assert page.links["SQS"] == "/sqs"


@pytest.mark.parametrize("region", ["eu-west-1-", "12", "-eu", "e" * 33])
async def test_a_region_that_no_client_can_ask_is_no_page(visitor, region):
    page = await visitor.get(f"/in/{FAR.account}/{region}/sqs")
    assert page.status == 404
    assert "There is no such page." in page.text


async def test_a_region_that_a_program_made_has_pages(visitor, standing):
    standing.of("sqs", "1a").create_queue(QueueName="odd-region")
    page = await visitor.get("/in/000000000000/1a/sqs")
    assert "odd-region" in page.text


async def test_places_that_no_page_can_show_are_left_out(visitor, standing, monkeypatch):
    """Whoever reaches the cloud makes as many accounts and regions as they like."""
    made = [
        {"account": f"{number:012}", "region": "eu-west-1", "counts": {"sqs": 1}}
        for number in range(60)
    ]
    made += [{"account": "1" * 12, "region": "12", "counts": {"sqs": 1}}]
    said = json.dumps({"is_truncated": True, "scopes": made}).encode()
    ask = Cloud.ask

    async def told(cloud, method, path, **given):
        if path == overview.SCOPES:
            return Reply(200, {}, said)
        return await ask(cloud, method, path, **given)

    monkeypatch.setattr(Cloud, "ask", told)
    page = await visitor.get("/cloud")
    assert "the first 50 of 60 or more regions of accounts" in page.text
    assert not [each for each in page.links.values() if each.startswith(f"/in/{'1' * 12}/12")]


def _body(answer):
    is_packed = ("Content-Encoding", "gzip") in answer.headers
    return gzip.decompress(answer.body) if is_packed else answer.body
