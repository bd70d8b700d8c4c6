"""How long presigned URLs hold, whether signatures are verified or not."""

import pytest
from tests.aws.signing import wire

from homeport.aws.protocol.call import AwsError
from homeport.aws.signing import credential, presigned

NOW = wire.AWS_TIME
VALUES = {
    "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
    "X-Amz-Credential": "AKID/20130524/us-east-1/s3/aws4_request",
    "X-Amz-Date": "20130524T000000Z",
    "X-Amz-Expires": "60",
    "X-Amz-SignedHeaders": "host",
    "X-Amz-Signature": "00",
}


def check(values: dict[str, str], now: float = NOW) -> dict[str, str]:
    query = "&".join(f"{name}={value}" for name, value in values.items())
    found = credential.of(wire.request("GET", f"http://h/b/k?{query}", {}))
    return presigned.check(query, found, now)


def test_a_url_holds_for_its_seconds() -> None:
    assert check(VALUES, NOW + 59.9) == VALUES
    with pytest.raises(AwsError, match="AccessDenied: Request has expired") as caught:
        check(VALUES, NOW + 60)
    assert caught.value.status == 403
    assert caught.value.fields == {
        "X-Amz-Expires": "60",
        "Expires": "2013-05-24T00:01:00Z",
        "ServerTime": "2013-05-24T00:01:00Z",
    }


def test_a_url_of_the_future_is_not_valid_yet() -> None:
    check(VALUES, NOW - 900)
    with pytest.raises(AwsError, match="Request is not valid yet"):
        check(VALUES, NOW - 901)


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"X-Amz-Expires": "604801"}, "must be less than a week"),
        ({"X-Amz-Expires": "9" * 5000}, "must be less than a week"),
        ({"X-Amz-Expires": "-1"}, "must be non-negative"),
        ({"X-Amz-Expires": "soon"}, "should be a number"),
        ({"X-Amz-Expires": "1.5"}, "should be a number"),
        ({"X-Amz-Expires": ""}, "requires the X-Amz-Algorithm"),
        ({"X-Amz-Signature": ""}, "requires the X-Amz-Algorithm"),
        ({"X-Amz-Date": "2013-05-24"}, "ISO8601 Long Format"),
        ({"X-Amz-Date": "20139999T000000Z"}, "ISO8601 Long Format"),
        ({"X-Amz-Algorithm": "AWS4-HMAC-MD5"}, "X-Amz-Algorithm only supports"),
    ],
)
def test_malformed_parameters_are_refused(change: dict[str, str], text: str) -> None:
    with pytest.raises(AwsError, match="AuthorizationQueryParametersError") as caught:
        check(VALUES | change)
    assert text in caught.value.message


def test_a_week_is_allowed() -> None:
    check(VALUES | {"X-Amz-Expires": "604800"}, NOW + 604799)


@pytest.mark.parametrize(
    ("expires", "text"),
    [
        ("1369353600", "Request has expired"),
        ("soon", "Invalid date"),
        ("1" * 12, "Invalid date"),
        ("", "Invalid date"),
    ],
)
def test_version_2_expires_too(expires: str, text: str) -> None:
    values = {"AWSAccessKeyId": "AKID", "Signature": "c2ln", "Expires": expires}
    with pytest.raises(AwsError, match=text):
        check(values)
    check(values | {"Expires": "1369353601"})


def test_headers_in_the_query_are_found() -> None:
    values = VALUES | {"x-amz-acl": "private", "X-Amz-Security-Token": "t", "versionId": "1"}
    assert presigned.hoisted(check(values)) == {"x-amz-acl": "private", "x-amz-security-token": "t"}


def test_a_checksum_in_the_query_is_not_one_of_the_body() -> None:
    values = VALUES | {"x-amz-checksum-crc32": "AAAAAA==", "x-amz-sdk-checksum-algorithm": "CRC32"}
    assert presigned.hoisted(check(values)) == {}
    asked = {"x-amz-checksum-mode": "ENABLED", "x-amz-checksum-algorithm": "SHA256"}
    assert presigned.hoisted(check(VALUES | asked)) == asked


def test_other_services_expire_by_skew_alone() -> None:
    values = VALUES | {"X-Amz-Credential": "AKID/20130524/us-east-1/sts/aws4_request"}
    check(values, NOW + 1000)
