"""Requests signed by botocore's signers, by header, presigned and streaming, and what is refused."""

import hashlib
from datetime import UTC, datetime

import pytest
from botocore import auth
from botocore.credentials import Credentials
from tests.aws.signing import wire

from homeport.aws.protocol.call import AwsError
from homeport.aws.signing import credential, errors, presigned, verify
from homeport.clock import VirtualClock
from homeport.edge import http

KEYS = {"AKIDEXAMPLE": "secret", "123456789012": "other"}
OURS = Credentials("AKIDEXAMPLE", "secret")
URLS = [
    "http://localhost:4566/",
    "http://bucket.localhost:4566/key",
    "http://localhost:4566/bucket/a%20key/with%2Bplus//and/../dots?versionId=x%2Fy&prefix=a%20b&uploads",
    "http://localhost:4566/bucket/k%C3%A9y?b=2&a=1&a=0&empty=",
]


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(datetime.now(UTC).timestamp())


@pytest.fixture
def verifier(clock: VirtualClock) -> verify.Verifier:
    return verify.Verifier(KEYS.get, clock)


def check(
    verifier: verify.Verifier,
    request: http.Request,
    family: errors.Family,
    now: float | None = None,
) -> None:
    found = credential.of(request)
    query = None
    if found.form is credential.Form.QUERY:
        query = presigned.check(request.query, found, now or datetime.now(UTC).timestamp())
    verifier.verify(request, found, family, request.body.peek() or b"", query)


def s3_request(credentials: Credentials = OURS, **headers: str) -> http.Request:
    signer = auth.S3SigV4Auth(credentials, "s3", "eu-west-1")
    return wire.sign(signer, "PUT", URLS[2], {"x-amz-meta-a": "a  b", **headers}, b"data")


@pytest.mark.parametrize("url", URLS)
@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_s3_by_header(verifier: verify.Verifier, url: str, method: str) -> None:
    signer = auth.S3SigV4Auth(OURS, "s3", "eu-west-1")
    request = wire.sign(signer, method, url, {"x-amz-meta-a": " a  b "}, b"data")
    check(verifier, request, errors.S3)


@pytest.mark.parametrize("url", URLS)
def test_s3_presigned(verifier: verify.Verifier, url: str) -> None:
    request = wire.sign(auth.S3SigV4QueryAuth(OURS, "s3", "eu-west-1", expires=60), "GET", url)
    check(verifier, request, errors.S3)


@pytest.mark.parametrize("url", URLS)
@pytest.mark.parametrize("family", [errors.QUERY, errors.JSON])
def test_other_services_by_header(
    verifier: verify.Verifier, url: str, family: errors.Family
) -> None:
    signer = auth.SigV4Auth(OURS, "sqs", "us-east-1")
    check(verifier, wire.sign(signer, "POST", url, {}, b"Action=ListQueues"), family)


def test_other_services_presigned(verifier: verify.Verifier) -> None:
    signer = auth.SigV4QueryAuth(OURS, "sts", "us-east-1", expires=60)
    check(verifier, wire.sign(signer, "GET", URLS[0] + "?Action=GetCallerIdentity"), errors.QUERY)


@pytest.mark.parametrize("part", ["method", "path", "query", "header", "signature"])
def test_s3_refuses_every_changed_part(verifier: verify.Verifier, part: str) -> None:
    request = s3_request()
    if part == "header":
        request.headers["x-amz-meta-a"] = "another"
    elif part == "signature":
        request.headers["authorization"] = request.headers["authorization"][:-4] + "dead"
    else:
        setattr(request, part, getattr(request, part) + "x")
    with pytest.raises(AwsError, match="SignatureDoesNotMatch") as caught:
        check(verifier, request, errors.S3)
    assert caught.value.status == 403
    assert caught.value.fields["StringToSign"].startswith("AWS4-HMAC-SHA256\n")


@pytest.mark.parametrize(
    ("family", "code", "status"),
    [(errors.QUERY, "SignatureDoesNotMatch", 403), (errors.JSON, "InvalidSignatureException", 400)],
)
def test_a_changed_body_is_refused(
    verifier: verify.Verifier, family: errors.Family, code: str, status: int
) -> None:
    request = wire.sign(auth.SigV4Auth(OURS, "sqs", "us-east-1"), "POST", URLS[0], {}, b"signed")
    request.body = http.BytesBody(b"changed")
    with pytest.raises(AwsError, match=code) as caught:
        check(verifier, request, family)
    assert (caught.value.status, caught.value.fields) == (status, {})


@pytest.mark.parametrize(
    ("family", "code"),
    [
        (errors.S3, "InvalidAccessKeyId"),
        (errors.QUERY, "InvalidClientTokenId"),
        (errors.JSON, "UnrecognizedClientException"),
    ],
)
def test_an_unknown_key_is_refused(
    verifier: verify.Verifier, family: errors.Family, code: str
) -> None:
    with pytest.raises(AwsError, match=code):
        check(verifier, s3_request(Credentials("AKIDUNKNOWN", "secret")), family)


def test_a_wrong_secret_is_refused(verifier: verify.Verifier) -> None:
    with pytest.raises(AwsError, match="SignatureDoesNotMatch"):
        check(verifier, s3_request(Credentials("AKIDEXAMPLE", "guess")), errors.S3)


@pytest.mark.parametrize(
    ("family", "code"),
    [
        (errors.S3, "RequestTimeTooSkewed"),
        (errors.QUERY, "SignatureDoesNotMatch: Signature expired"),
    ],
)
async def test_an_old_signature_is_refused(
    clock: VirtualClock, verifier: verify.Verifier, family: errors.Family, code: str
) -> None:
    request = s3_request()
    if family is errors.QUERY:
        request = wire.sign(auth.SigV4Auth(OURS, "sqs", "us-east-1"), "POST", URLS[0])
    await clock.advance(895)
    check(verifier, request, family)
    await clock.advance(10)
    with pytest.raises(AwsError, match=code):
        check(verifier, request, family)


def test_unsigned_headers_of_weight_are_refused(verifier: verify.Verifier) -> None:
    request = s3_request()
    request.headers["x-amz-acl"] = "public-read"
    with pytest.raises(AwsError, match="were not signed") as caught:
        check(verifier, request, errors.S3)
    assert caught.value.fields["HeadersNotSigned"] == "x-amz-acl"


@pytest.mark.parametrize(
    ("authorization", "code"),
    [
        (None, "AccessDenied"),
        ("AWS AKIDEXAMPLE:sig", "AccessDenied: AWS authentication requires a valid Date"),
        (
            "AWS4-ECDSA-P256-SHA256 Credential=AKIDEXAMPLE/20200101/s3/aws4_request",
            "InvalidRequest: The auth",
        ),
        ("Bearer token", "InvalidRequest: The authorization mechanism"),
        (
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20200101/us-east-1/s3/aws4_request",
            "AuthorizationHeaderMalformed",
        ),
    ],
)
def test_what_cannot_be_verified_is_refused(
    verifier: verify.Verifier, authorization: str | None, code: str
) -> None:
    request = s3_request()
    del request.headers["authorization"]
    if authorization is not None:
        request.headers["authorization"] = authorization
    with pytest.raises(AwsError, match=code):
        check(verifier, request, errors.S3)


@pytest.mark.parametrize("name", ["x-amz-date", "x-amz-content-sha256"])
def test_a_signed_header_must_be_there(verifier: verify.Verifier, name: str) -> None:
    request = s3_request()
    del request.headers[name]
    with pytest.raises(AwsError):
        check(verifier, request, errors.S3)


def test_only_a_signed_streaming_body_has_chunk_signatures(verifier: verify.Verifier) -> None:
    signer = auth.S3SigV4Auth(OURS, "s3", "eu-west-1")
    for form, is_chained in [
        ("STREAMING-AWS4-HMAC-SHA256-PAYLOAD", True),
        ("STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER", True),
        ("STREAMING-UNSIGNED-PAYLOAD-TRAILER", False),
        (hashlib.sha256(b"").hexdigest(), False),
    ]:
        signer.payload = lambda _, form=form: form
        request = wire.sign(signer, "PUT", URLS[1], {"x-amz-content-sha256": form})
        chain = verifier.verify(request, credential.of(request), errors.S3)
        assert (chain is not None) is is_chained
