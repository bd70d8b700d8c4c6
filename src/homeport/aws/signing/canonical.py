"""The canonical form of a request, the string to sign and the key to sign it with.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

from __future__ import annotations

import hashlib
import hmac
import posixpath
from collections.abc import Mapping, Sequence
from functools import lru_cache
from urllib.parse import quote, unquote_to_bytes

from homeport.aws.signing.credential import ALGORITHM, Credential

_UNRESERVED = "-_.~"
"""https://www.rfc-editor.org/rfc/rfc3986#section-2.3"""


def request(
    method: str,
    path: str,
    query: str,
    headers: Mapping[str, str],
    signed_headers: Sequence[str],
    payload_hash: str,
) -> str:
    """The canonical request. `path` is canonical already. Raises KeyError for a signed header that is missing."""
    lines = [f"{name}:{_trimmed(headers[name])}\n" for name in signed_headers]
    return "\n".join((method, path, query, "".join(lines), ";".join(signed_headers), payload_hash))


def _trimmed(value: str) -> str:
    # Spaces only: str.split() would also take bytes of UTF-8 that look like spaces in Latin-1.
    return " ".join([word for word in value.split(" ") if word])


def s3_path(path: str) -> str:
    """The path encoded once, dots and double slashes kept, as keys may hold them."""
    return quote(unquote_to_bytes(path), safe="/" + _UNRESERVED)


def path(sent: str) -> str:
    """The path of any other service: normalized, and what was sent encoded once more."""
    normal = posixpath.normpath(sent)
    if sent.endswith("/") and normal != "/":
        normal += "/"
    once = quote(unquote_to_bytes("/" + normal.lstrip("/")), safe="/" + _UNRESERVED)
    return quote(once, safe="/" + _UNRESERVED)


def query(sent: str) -> str:
    """The query string sorted by name and value, each encoded anew, without the signature itself."""
    pairs: list[tuple[str, str]] = []
    for field in sent.split("&"):
        name, _, value = field.partition("=")
        if field and name != "X-Amz-Signature":
            pairs.append((_encoded(name), _encoded(value)))
    pairs.sort()
    return "&".join([f"{name}={value}" for name, value in pairs])


def _encoded(text: str) -> str:
    return quote(unquote_to_bytes(text), safe=_UNRESERVED)


def scope(credential: Credential) -> str:
    """What a signature is good for: day, region and service."""
    return f"{credential.date}/{credential.scope_region}/{credential.service}/aws4_request"


def string_to_sign(timestamp: str, credential: Credential, canonical_request: str) -> str:
    """What the signature of a request is computed over."""
    digest = hashlib.sha256(canonical_request.encode("latin-1")).hexdigest()
    return "\n".join((ALGORITHM, timestamp, scope(credential), digest))


@lru_cache(maxsize=256)
def signing_key(secret: str, date: str, region: str, service: str) -> bytes:
    """The key derived for one day, region and service."""
    key = f"AWS4{secret}".encode()
    for part in (date, region, service, "aws4_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    return key


def key_of(secret: str, credential: Credential) -> bytes:
    """The key that a credential's signatures are made with."""
    return signing_key(secret, credential.date, credential.scope_region, credential.service)


def sign(key: bytes, text: str) -> str:
    """The signature of a string to sign."""
    return hmac.digest(key, text.encode("latin-1"), "sha256").hex()
