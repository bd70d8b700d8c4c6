"""The examples that AWS publishes with their signatures.

https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html#example-signature-calculations
https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html#query-string-auth-v4-signing-example
"""

import pytest
from tests.aws.signing import wire

from homeport.aws.protocol.call import AwsError
from homeport.aws.signing import credential, errors, presigned, verify
from homeport.clock import VirtualClock

HOST = "examplebucket.s3.amazonaws.com"
EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
SCOPE = f"{wire.AWS_KEY}/20130524/us-east-1/s3/aws4_request"

EXAMPLES = {
    "GET object": (
        "GET",
        "/test.txt",
        {"range": "bytes=0-9", "x-amz-content-sha256": EMPTY},
        "host;range;x-amz-content-sha256;x-amz-date",
        "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
    ),
    "PUT object": (
        "PUT",
        "/test$file.text",
        {
            "date": "Fri, 24 May 2013 00:00:00 GMT",
            "x-amz-storage-class": "REDUCED_REDUNDANCY",
            "x-amz-content-sha256": "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072",
        },
        "date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class",
        "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd",
    ),
    "GET bucket lifecycle": (
        "GET",
        "/?lifecycle",
        {"x-amz-content-sha256": EMPTY},
        "host;x-amz-content-sha256;x-amz-date",
        "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543",
    ),
    "GET bucket (list objects)": (
        "GET",
        "/?max-keys=2&prefix=J",
        {"x-amz-content-sha256": EMPTY},
        "host;x-amz-content-sha256;x-amz-date",
        "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
    ),
}


def verifier(now: float = wire.AWS_TIME) -> verify.Verifier:
    return verify.Verifier({wire.AWS_KEY: wire.AWS_SECRET}.get, VirtualClock(now))


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_signed_header_is_verified(name: str) -> None:
    method, path, headers, signed, signature = EXAMPLES[name]
    authorization = (
        f"AWS4-HMAC-SHA256 Credential={SCOPE},SignedHeaders={signed},Signature={signature}"
    )
    request = wire.request(
        method,
        f"https://{HOST}{path}",
        {**headers, "x-amz-date": "20130524T000000Z", "authorization": authorization},
    )
    found = credential.of(request)
    assert (found.access_key, found.region, found.service) == (wire.AWS_KEY, "us-east-1", "s3")
    assert verifier().verify(request, found, errors.S3) is None
    request.method = "DELETE"
    with pytest.raises(AwsError, match="SignatureDoesNotMatch"):
        verifier().verify(request, found, errors.S3)


PRESIGNED = (
    f"https://{HOST}/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential={SCOPE.replace('/', '%2F')}"
    "&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host"
    "&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404"
)


def test_a_presigned_url_is_verified_and_expires() -> None:
    request = wire.request("GET", PRESIGNED, {})
    found = credential.of(request)
    values = presigned.check(request.query, found, wire.AWS_TIME + 86399)
    assert verifier(wire.AWS_TIME + 86399).verify(request, found, errors.S3, query=values) is None
    with pytest.raises(AwsError, match="Request has expired"):
        presigned.check(request.query, found, wire.AWS_TIME + 86400)
