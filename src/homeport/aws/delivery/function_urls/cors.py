"""Cross-origin requests: the preflight that is answered for the function, and the headers of its answers.

https://docs.aws.amazon.com/lambda/latest/dg/urls-configuration.html#urls-cors
"""

from __future__ import annotations

from homeport.aws.delivery.function_urls.url import Cors
from homeport.edge import http

_PREFIX = "access-control-"


def is_preflight(request: http.Request) -> bool:
    """Whether a browser asks what it may do."""
    asked = {"origin", "access-control-request-method"}
    return request.method == "OPTIONS" and asked <= request.headers.keys()


def preflight(cors: Cors, request: http.Request) -> http.Response:
    """The answer to a browser; without any permission where the origin is none of the allowed ones."""
    headers = _origin(cors, request)
    if headers:
        if cors.methods:
            headers.append(("Access-Control-Allow-Methods", ",".join(cors.methods)))
        if cors.headers:
            headers.append(("Access-Control-Allow-Headers", ",".join(cors.headers)))
        if cors.max_age_s is not None:
            headers.append(("Access-Control-Max-Age", str(cors.max_age_s)))
    return http.Response(200, headers)


def allow(cors: Cors, request: http.Request, response: http.Response) -> http.Response:
    """Adds what lets a page of an allowed origin read the answer; what the function itself says of that does not count."""
    own = [each for each in response.headers if not each[0].lower().startswith(_PREFIX)]
    headers = _origin(cors, request)
    if headers and cors.exposed:
        headers.append(("Access-Control-Expose-Headers", ",".join(cors.exposed)))
    response.headers = [*own, *headers]
    return response


def _origin(cors: Cors, request: http.Request) -> http.Headers:
    origin = request.headers.get("origin")
    if origin is None:
        return []
    if "*" in cors.origins and not cors.is_credentialed:
        headers = [("Access-Control-Allow-Origin", "*")]
    elif "*" in cors.origins or origin in cors.origins:
        headers = [("Access-Control-Allow-Origin", origin), ("Vary", "Origin")]
    else:
        return []
    if cors.is_credentialed:
        headers.append(("Access-Control-Allow-Credentials", "true"))
    return headers
