"""Version 2 of S3: AWS's published examples, botocore's signers, and what is refused.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/RESTAuthentication.html#RESTAuthenticationExamples
"""

from datetime import UTC, datetime, timedelta

import pytest
from botocore import auth
from botocore.credentials import Credentials
from tests.aws.signing import wire

from homeport.aws.protocol.call import AwsError
from homeport.aws.signing import credential, errors, presigned, verify
from homeport.clock import VirtualClock
from homeport.edge import http

KEYS = {wire.AWS_KEY: wire.AWS_SECRET, "AKID": "secret"}
OURS = Credentials("AKID", "secret")

EXAMPLES = {
    "Object GET": (
        "GET",
        "/photos/puppy.jpg",
        {"date": "Tue, 27 Mar 2007 19:36:42 +0000"},
        "/awsexamplebucket1/photos/puppy.jpg",
        "qgk2+6Sv9/oM7G3qLEjTH1a1l1g=",
    ),
    "Object PUT": (
        "PUT",
        "/photos/puppy.jpg",
        {"date": "Tue, 27 Mar 2007 21:15:45 +0000", "content-type": "image/jpeg"},
        "/awsexamplebucket1/photos/puppy.jpg",
        "iqRzw+ileNPu1fhspnRs8nOjjIA=",
    ),
    "List": (
        "GET",
        "/?prefix=photos&max-keys=50&marker=puppy",
        {"date": "Tue, 27 Mar 2007 19:42:41 +0000"},
        "/awsexamplebucket1/",
        "m0WP8eCtspQl5Ahe6L1SozdX9YA=",
    ),
    "Fetch": (
        "GET",
        "/?acl",
        {"date": "Tue, 27 Mar 2007 19:44:46 +0000"},
        "/awsexamplebucket1/",
        "82ZHiFIjc+WbcwFKGUVEQspPn+0=",
    ),
}


def verifier(now: float) -> verify.Verifier:
    return verify.Verifier(KEYS.get, VirtualClock(now))


def check(request: http.Request, resource: str, now: float) -> None:
    found = credential.of(request)
    is_presigned = "authorization" not in request.headers
    query = presigned.check(request.query, found, now) if is_presigned else None
    verifier(now).verify(request, found, errors.S3, query=query, resource=resource)


@pytest.mark.parametrize("name", EXAMPLES)
def test_published_examples(name: str) -> None:
    method, url, headers, resource, signature = EXAMPLES[name]
    authorization = f"AWS {wire.AWS_KEY}:{signature}"
    request = wire.request(
        method,
        f"https://awsexamplebucket1.us-west-1.s3.amazonaws.com{url}",
        {**headers, "authorization": authorization},
    )
    now = datetime.strptime(headers["date"], "%a, %d %b %Y %H:%M:%S %z").timestamp()
    check(request, resource, now)
    with pytest.raises(AwsError, match="SignatureDoesNotMatch"):
        check(request, resource + "x", now)
    with pytest.raises(AwsError, match="RequestTimeTooSkewed"):
        check(request, resource, now + 901)


URLS = [
    "http://localhost:4566/bucket/a%20key/k%C3%A9y",
    "http://localhost:4566/bucket/key?versionId=x%2Fy&uploads&prefix=no&response-content-type=text%2Fplain",
]


@pytest.mark.parametrize("url", URLS)
def test_botocore_by_header(url: str) -> None:
    headers = {"x-amz-meta-b": "2", "x-amz-meta-a": "1", "content-type": "a/b"}
    request = wire.sign(auth.HmacV1Auth(OURS), "PUT", url, headers)
    check(request, request.path, datetime.now(UTC).timestamp())
    request.headers["x-amz-meta-a"] = "3"
    with pytest.raises(AwsError, match="SignatureDoesNotMatch"):
        check(request, request.path, datetime.now(UTC).timestamp())


@pytest.mark.parametrize("url", URLS)
def test_botocore_presigned(url: str) -> None:
    now = datetime.now(UTC)
    headers = {"x-amz-acl": "private", "content-type": "a/b"}
    signer = auth.HmacV1QueryAuth(OURS, expires=60)
    request = wire.sign(signer, "PUT", url, headers)
    check(request, request.path, now.timestamp())
    request.headers = {"host": "localhost:4566"}
    check(request, request.path, now.timestamp())
    with pytest.raises(AwsError, match="Request has expired"):
        check(request, request.path, (now + timedelta(seconds=62)).timestamp())
    request.method = "DELETE"
    with pytest.raises(AwsError, match="SignatureDoesNotMatch"):
        check(request, request.path, now.timestamp())


@pytest.mark.parametrize("authorization", ["AWS AKID:", "AWS AKID", "AWS AKID:é"])
def test_broken_signatures_are_refused(authorization: str) -> None:
    request = wire.sign(auth.HmacV1Auth(OURS), "GET", URLS[0])
    request.headers["authorization"] = authorization
    with pytest.raises(AwsError, match="SignatureDoesNotMatch"):
        check(request, request.path, datetime.now(UTC).timestamp())


@pytest.mark.parametrize("date", ["", "yesterday", "Tue, 99 Mar 2007 19:36:42 +0000"])
def test_a_date_must_be_one(date: str) -> None:
    request = wire.sign(auth.HmacV1Auth(OURS), "GET", URLS[0])
    request.headers["date"] = date
    with pytest.raises(AwsError, match="AccessDenied"):
        check(request, request.path, datetime.now(UTC).timestamp())


def test_only_s3_takes_version_2() -> None:
    request = wire.sign(auth.HmacV1Auth(OURS), "GET", URLS[0])
    with pytest.raises(AwsError, match="is not supported"):
        verifier(0).verify(request, credential.of(request), errors.QUERY)
