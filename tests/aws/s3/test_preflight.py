"""Rules for other origins, matched. https://docs.aws.amazon.com/AmazonS3/latest/userguide/ManageCorsUsing.html"""

from __future__ import annotations

import json

import pytest

from homeport.aws.protocol.call import AwsError
from homeport.aws.s3.rules import cors
from homeport.edge import http

RULES = [
    {
        "AllowedOrigins": ["https://a.example", "https://*.b.example"],
        "AllowedMethods": ["PUT", "GET"],
        "AllowedHeaders": ["X-Amz-*", "content-type"],
    },
    {"AllowedOrigins": ["*"], "AllowedMethods": ["HEAD"], "MaxAgeSeconds": 5},
]


@pytest.mark.parametrize(
    ("origin", "method", "headers", "rule"),
    [
        ("https://a.example", "GET", (), 0),
        ("https://a.example", "PUT", ("x-amz-date", "content-type"), 0),
        ("https://a.example", "PUT", ("authorization",), None),
        ("https://x.b.example", "GET", (), 0),
        ("https://b.example", "GET", (), None),
        ("http://a.example", "GET", (), None),
        ("https://a.example", "DELETE", (), None),
        ("https://anyone.example", "HEAD", (), 1),
        ("https://anyone.example", "HEAD", ("x-any",), None),
    ],
)
def test_the_first_rule_that_allows_it(origin, method, headers, rule):
    rules = cors.compile_rules(json.dumps(RULES))
    found = cors.find(rules, origin, method, headers)
    assert found is (None if rule is None else rules[rule])


def asking(method="OPTIONS", **headers):
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return http.Request(method, "/bucket/k", "", named, http.BytesBody())


@pytest.fixture
async def ruled(s3, bucket):
    await s3("PutBucketCors", Bucket=bucket, CORSConfiguration={"CORSRules": RULES})
    return s3.service


async def test_a_preflight(ruled):
    request = asking(origin="https://any.example", access_control_request_method="HEAD")
    response = ruled.before(request)
    headers = dict(response.headers)
    assert response.status == 200
    assert headers["Access-Control-Allow-Origin"] == "*"
    assert headers["Access-Control-Max-Age"] == "5"
    assert "Access-Control-Allow-Credentials" not in headers


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({}, "BadRequest"),
        ({"origin": "https://a.example"}, "BadRequest"),
        ({"origin": "https://a.example", "access_control_request_method": "X"}, "BadRequest"),
        ({"origin": "http://n.example", "access_control_request_method": "PUT"}, "AccessForbidden"),
    ],
)
async def test_refused_preflights(ruled, headers, code):
    with pytest.raises(AwsError) as failure:
        ruled.before(asking(**headers))
    assert failure.value.code == code


async def test_without_rules(s3, bucket):
    with pytest.raises(AwsError, match="CORS is not enabled"):
        s3.service.before(asking(origin="http://a", access_control_request_method="GET"))


async def test_answers_to_pages(ruled):
    def after(**headers):
        return ruled.after(asking("GET", **headers), http.Response(headers=[("A", "b")])).headers

    allowed = dict(after(origin="https://a.example"))
    assert allowed["Access-Control-Allow-Origin"] == "https://a.example"
    assert allowed["Access-Control-Allow-Credentials"] == "true"
    assert allowed["A"] == "b"
    assert after(origin="https://n.example") == [("A", "b")]
    assert after() == [("A", "b")]
    assert ruled.before(asking("GET", origin="https://a.example")) is None
