"""Verifies signatures of version 4, in a header or in a presigned URL. It is off unless a deployment asks for it.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html

While it is on, everything it cannot verify is refused: anonymous requests and version 4a. Version 2 is in `verify_v2`.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Sequence
from datetime import UTC
from email.utils import parsedate_to_datetime

from homeport.aws.protocol.call import AwsError
from homeport.aws.signing import canonical, checks, errors, presigned, verify_v2
from homeport.aws.signing.chunk_signatures import ChunkSignatures
from homeport.aws.signing.credential import Credential, Form, header_fields
from homeport.aws.signing.errors import Family
from homeport.aws.signing.presigned import MAX_SKEW_S, Presigned
from homeport.clock import Clock
from homeport.edge import http

SecretOf = Callable[[str], str | None]
"""The secret of an access key; None for one that is not known."""


_FORMS = frozenset({Form.HEADER, Form.QUERY})
_S3_FORMS = _FORMS | {Form.V2}


class Verifier:
    """Holds the two things a verification needs beside the request: secrets and the time."""

    def __init__(self, secret_of: SecretOf, clock: Clock) -> None:
        self._secret_of = secret_of
        self._clock = clock

    def verify(
        self,
        request: http.Request,
        credential: Credential,
        family: Family,
        body: bytes = b"",
        query: dict[str, str] | None = None,
        resource: str = "",
    ) -> ChunkSignatures | None:
        """Lets an honest request pass. Raises `AwsError` for any other.

        `body` is the whole body, except for S3, which signs a hash of it (verified with the payload) or signs it in chunks:
        then the verifier of the chunks is returned. `query` is what `presigned.check` gave for a presigned request. `resource`
        is the path with the bucket in front, which version 2 signs.
        """
        secret = self._secret(credential, family)
        if credential.form is Form.V2:
            verify_v2.verify(request, credential, secret, resource, query, self._clock.now())
            return None
        if credential.form is Form.QUERY:
            signed = presigned.signature(query or {})
        else:
            signed = _from_header(request, family)
        self._check_time(signed.timestamp, credential, family)
        _check_headers(request, signed.signed_headers, family)
        text = _string_to_sign(
            request, credential, signed, _payload_hash(request, credential, family, body)
        )
        key = canonical.key_of(secret, credential)
        if not hmac.compare_digest(
            canonical.sign(key, text).encode(), signed.signature.encode("latin-1", "replace")
        ):
            raise _mismatch(credential, family, text, signed.signature)
        return _chunks(request, key, credential, signed)

    def _secret(self, credential: Credential, family: Family) -> str:
        if credential.form is Form.NONE:
            raise family.missing()
        verifiable = _S3_FORMS if family is errors.S3 else _FORMS
        if credential.form not in verifiable:
            raise errors.INVALID_REQUEST(
                "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256."
            )
        secret = self._secret_of(credential.access_key)
        if secret is None:
            fields = {"AWSAccessKeyId": credential.access_key} if family is errors.S3 else {}
            raise family.unknown_key(**fields)
        return secret

    def _check_time(self, timestamp: str, credential: Credential, family: Family) -> None:
        signed_at = presigned.time_of(timestamp)
        if signed_at is None:
            raise _no_date(family)
        if timestamp[:8] != credential.date:
            reason = (
                f'Invalid credential date "{credential.date}". '
                f'This date is not the same as X-Amz-Date: "{timestamp[:8]}".'
            )
            raise errors.malformed(reason, family, is_query=credential.form is Form.QUERY)
        is_presigned_s3 = credential.form is Form.QUERY and family is errors.S3
        if is_presigned_s3 or abs(self._clock.now() - signed_at) <= MAX_SKEW_S:
            return
        if family is errors.S3:
            raise presigned.too_skewed(timestamp, self._clock.now())
        word = "expired" if signed_at < self._clock.now() else "not yet current"
        raise family.mismatch(
            f"Signature {word}: {timestamp} is more than 15 min. from {presigned.iso(self._clock.now())}"
        )


def _from_header(request: http.Request, family: Family) -> Presigned:
    fields = header_fields(request.headers["authorization"].partition(" ")[2])
    names, signature = fields.get("SignedHeaders", ""), fields.get("Signature", "")
    if not names or not signature:
        reason = "the authorization header requires SignedHeaders and Signature components."
        raise errors.malformed(reason, family, is_query=False)
    return Presigned(_timestamp(request, family), tuple(names.split(";")), signature)


def _timestamp(request: http.Request, family: Family) -> str:
    timestamp = request.headers.get("x-amz-date")
    if timestamp is not None:
        return timestamp
    try:
        date = parsedate_to_datetime(request.headers.get("date", ""))
    except ValueError as wrong:
        raise _no_date(family) from wrong
    return date.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _no_date(family: Family) -> AwsError:
    if family is errors.S3:
        return errors.ACCESS_DENIED("AWS authentication requires a valid Date or x-amz-date header")
    return family.malformed(
        "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header."
    )


def _check_headers(request: http.Request, signed: Sequence[str], family: Family) -> None:
    """All that change the meaning of a request must be signed, and what is signed must be there.

    https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html ("you must include the host header ... and
    any x-amz-* headers")
    """
    missing = [name for name in signed if name not in request.headers]
    unsigned = [
        name for name in request.headers if name.startswith("x-amz-") and name not in signed
    ]
    if "host" not in signed:
        unsigned.append("host")
    if missing:
        raise family.mismatch(f"A signed header is not in the request: {', '.join(missing)}")
    if unsigned and (family is errors.S3 or "host" in unsigned):
        if family is errors.S3:
            raise errors.ACCESS_DENIED(
                "There were headers present in the request which were not signed",
                HeadersNotSigned=", ".join(unsigned),
            )
        raise family.mismatch(
            "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization."
        )


def _payload_hash(
    request: http.Request, credential: Credential, family: Family, body: bytes
) -> str:
    declared = request.headers.get("x-amz-content-sha256")
    if family is not errors.S3:
        return hashlib.sha256(body).hexdigest()
    if declared is not None:
        return declared
    if credential.form is Form.QUERY:
        return checks.UNSIGNED
    raise errors.INVALID_REQUEST("Missing required header for this request: x-amz-content-sha256")


def _string_to_sign(
    request: http.Request, credential: Credential, signed: Presigned, payload_hash: str
) -> str:
    is_s3 = credential.service == "s3"
    text = canonical.request(
        request.method,
        canonical.s3_path(request.path) if is_s3 else canonical.path(request.path),
        canonical.query(request.query),
        request.headers,
        signed.signed_headers,
        payload_hash,
    )
    return canonical.string_to_sign(signed.timestamp, credential, text)


def _mismatch(credential: Credential, family: Family, text: str, signature: str) -> AwsError:
    if family is not errors.S3:
        return family.mismatch()
    return family.mismatch(
        AWSAccessKeyId=credential.access_key, StringToSign=text, SignatureProvided=signature
    )


def _chunks(
    request: http.Request, key: bytes, credential: Credential, signed: Presigned
) -> ChunkSignatures | None:
    form = request.headers.get("x-amz-content-sha256", "")
    if not form.startswith("STREAMING-AWS4-HMAC-SHA256-PAYLOAD"):
        return None
    return ChunkSignatures(
        key,
        signed.timestamp,
        canonical.scope(credential),
        signed.signature,
        has_trailer=form.endswith("-TRAILER"),
    )
