"""Whom a request names, by every form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.aws.signing import wire

from homeport.aws.signing import credential
from homeport.aws.signing.credential import Form

SCOPE = "AKID/20240102/eu-central-1/sqs/aws4_request"


def by_header(value: str, **headers: str) -> credential.Credential:
    return credential.of(wire.request("GET", "http://h/", {"authorization": value, **headers}))


def by_query(query: str) -> credential.Credential:
    return credential.of(wire.request("GET", f"http://h/?{query}", {}))


@pytest.mark.parametrize(
    "rest", ["", ", SignedHeaders=host, Signature=0", ",SignedHeaders=host,Signature=0"]
)
def test_version_4_by_header(rest: str) -> None:
    for _ in range(2):
        found = by_header(f"AWS4-HMAC-SHA256 Credential={SCOPE}{rest}")
        assert (found.form, found.access_key, found.region) == (Form.HEADER, "AKID", "eu-central-1")
        assert (found.service, found.account, found.date) == ("sqs", "000000000000", "20240102")


def test_version_4_by_header_in_another_order() -> None:
    for name in ("one", "two"):
        scope = SCOPE.replace("AKID", name)
        found = by_header(f"AWS4-HMAC-SHA256 SignedHeaders=host, Credential={scope}, Signature=0")
        assert found.access_key == name


def test_version_4_presigned() -> None:
    found = by_query(
        f"X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential={SCOPE.replace('/', '%2F')}"
    )
    assert (found.form, found.service, found.region) == (Form.QUERY, "sqs", "eu-central-1")


def test_version_4a() -> None:
    header = "AWS4-ECDSA-P256-SHA256 Credential=AKID/20240102/s3/aws4_request, SignedHeaders=host, Signature=0"
    assert by_header(header).region == "us-east-1"
    assert by_header(header, **{"x-amz-region-set": "*"}).region == "us-east-1"
    assert by_header(header, **{"x-amz-region-set": "eu-*, eu-west-1"}).region == "eu-west-1"
    found = by_query(
        "X-Amz-Algorithm=AWS4-ECDSA-P256-SHA256&X-Amz-Credential=AKID/20240102/s3/aws4_request&X-Amz-Region-Set=us-west-2"
    )
    assert (found.form, found.service, found.region) == (Form.V4A, "s3", "us-west-2")


def test_version_2() -> None:
    assert by_header("AWS 111122223333:c2ln").account == "111122223333"
    found = by_query("AWSAccessKeyId=AKID&Signature=c2ln&Expires=1")
    assert (found.form, found.service, found.access_key) == (Form.V2, "s3", "AKID")


@pytest.mark.parametrize(
    "value", ["", "Bearer abc", "Basic YTpi", "AWS", "AWS :", "AWS4-HMAC-SHA1 Credential=a"]
)
def test_other_schemes_name_nobody(value: str) -> None:
    assert by_header(value).account == "000000000000"
    assert by_header(value).access_key == ""


def test_no_credential_is_anonymous() -> None:
    assert by_query("a=1") is credential.ANONYMOUS


@pytest.mark.parametrize(
    ("key", "account"),
    [
        ("123456789012", "123456789012"),
        ("12345678901", "000000000000"),
        ("1234567890123", "000000000000"),
        ("AKIAIOSFODNN7EXAMPLE", "000000000000"),
        ("test", "000000000000"),
        ("١٢٣٤٥٦٧٨٩٠١٢", "000000000000"),
    ],
)
def test_a_key_of_twelve_digits_is_the_account(key: str, account: str) -> None:
    assert credential.account_of(key) == account


@pytest.mark.parametrize(
    ("region", "found"),
    [
        ("aws-global", "us-east-1"),
        ("aws-cn-global", "cn-north-1"),
        ("local", "local"),
        ("us-gov-west-1",) * 2,
    ],
)
def test_regions(region: str, found: str) -> None:
    assert (
        by_header(f"AWS4-HMAC-SHA256 Credential=AKID/20240102/{region}/s3/aws4_request,").region
        == found
    )


@pytest.mark.parametrize(
    "scope",
    [
        "",
        "AKID",
        "AKID/20240102/us-east-1/s3",
        "AKID/20240102/us-east-1/s3/aws5_request",
        "AKID/20240102/us-east-1/s3/aws4_request/more",
        "/20240102/us-east-1/s3/aws4_request",
        "AKID/2024-01-02/us-east-1/s3/aws4_request",
        "AKID/20240102/US EAST/s3/aws4_request",
        f"AKID/20240102/{'a' * 33}/s3/aws4_request",
        "AKID/20240102/-/s3/aws4_request",
        "AKID/20240102/us-east-1/s3!/aws4_request",
        f"{'A' * 129}/20240102/us-east-1/s3/aws4_request",
    ],
)
def test_malformed_scopes_are_told(scope: str) -> None:
    with pytest.raises(credential.Malformed):
        by_header(f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0")
    with pytest.raises(credential.Malformed):
        by_query(f"X-Amz-Credential={scope}")


@given(st.text(st.characters(max_codepoint=255), max_size=80))
def test_any_header_is_understood_or_malformed(text: str) -> None:
    for value in (
        text,
        f"AWS4-HMAC-SHA256 {text}",
        f"AWS4-HMAC-SHA256 Credential={text}",
        f"AWS4-ECDSA-P256-SHA256 {text}",
    ):
        try:
            by_header(value)
        except credential.Malformed:
            continue


def test_many_scopes_do_not_pile_up() -> None:
    for number in range(credential.MAX_KNOWN + 10):
        by_header(f"AWS4-HMAC-SHA256 Credential=K{number}/20240102/us-east-1/s3/aws4_request, S=0")
    assert len(credential._known) <= credential.MAX_KNOWN
