"""Cross-origin requests of browsers: the preflight, and the headers of every answer to a page of an allowed origin.

https://docs.aws.amazon.com/AmazonS3/latest/API/RESTOPTIONSobject.html
https://fetch.spec.whatwg.org/#http-cors-protocol
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import unquote

from homeport.aws.protocol import hosts
from homeport.aws.protocol.call import AwsError
from homeport.aws.s3 import errors
from homeport.aws.s3.rules import cors
from homeport.aws.s3.s3 import S3, Bucket
from homeport.edge import http

_VARY = ("Vary", "Origin, Access-Control-Request-Headers, Access-Control-Request-Method")
_NOT_ENABLED = "CORSResponse: CORS is not enabled for this bucket."
_NOT_ALLOWED = (
    "CORSResponse: This CORS request is not allowed. This is usually because the evalution of Origin, request method / "
    "Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted by the resource's CORS spec."
)


class CrossOrigin:
    """The rules of all buckets, applied. `domains` are names below which `BUCKET.NAME` is a bucket."""

    def __init__(self, s3: S3, domains: Sequence[str]) -> None:
        self._s3 = s3
        self._domains = tuple(domains)

    def before(self, request: http.Request) -> http.Response | None:
        """Answers a preflight. Raises `BadRequest` where it is none, `AccessForbidden` where the bucket's rules say no."""
        if request.method != "OPTIONS":
            return None
        headers = request.headers
        origin, method = headers.get("origin"), headers.get("access-control-request-method")
        if origin is None:
            raise errors.BAD_REQUEST("Insufficient information. Origin request header needed.")
        if method not in cors.METHODS:
            raise errors.BAD_REQUEST(f"Invalid Access-Control-Request-Method: {method or 'null'}")
        asked = _listed(headers.get("access-control-request-headers", ""))
        rules = self._bucket(request).cors
        if not rules:
            raise errors.ACCESS_FORBIDDEN(_NOT_ENABLED, Method=method, ResourceType="BUCKET")
        rule = cors.find(rules, origin, method, asked)
        if rule is None:
            raise errors.ACCESS_FORBIDDEN(_NOT_ALLOWED, Method=method, ResourceType="OBJECT")
        allowed = _headers(rule, origin)
        if asked:
            allowed.append(("Access-Control-Allow-Headers", ", ".join(asked)))
        return http.Response(headers=allowed)

    def after(self, request: http.Request, response: http.Response) -> http.Response:
        """Adds what lets a page of an allowed origin read the answer."""
        origin = request.headers.get("origin")
        if origin is None or request.method == "OPTIONS":
            return response
        try:
            rules = self._bucket(request).cors
        except AwsError:
            # The answer itself says already that there is no such bucket.
            return response
        rule = cors.find(rules, origin, request.method)
        if rule is not None:
            response.headers = [*response.headers, *_headers(rule, origin)]
        return response

    def _bucket(self, request: http.Request) -> Bucket:
        bucket = hosts.bucket_of(request.headers.get("host", ""), self._domains)
        path = hosts.with_bucket(request.path, bucket)
        return self._s3.named(unquote(path[1:].partition("/")[0]))


def _listed(text: str) -> tuple[str, ...]:
    return tuple(name.strip().lower() for name in text.split(",") if name.strip())


def _headers(rule: cors.Rule, origin: str) -> http.Headers:
    headers = [
        ("Access-Control-Allow-Origin", "*" if rule.is_any_origin else origin),
        ("Access-Control-Allow-Methods", ", ".join(rule.methods)),
    ]
    if rule.exposed:
        headers.append(("Access-Control-Expose-Headers", ", ".join(rule.exposed)))
    if rule.max_age_s is not None:
        headers.append(("Access-Control-Max-Age", str(rule.max_age_s)))
    if not rule.is_any_origin:
        headers.append(("Access-Control-Allow-Credentials", "true"))
    headers.append(_VARY)
    return headers
