"""What stands around every operation: requests that are none are refused, answers get their checksum and compression.

Requests of other origins get no CORS headers, other than at AWS: there a page needs a signature of worth, here any would do.
"""

from __future__ import annotations

import zlib
from urllib.parse import parse_qs

from homeport.aws.protocol.call import AwsError
from homeport.edge import http

_JSON_TYPES = ("application/x-amz-json-1.0", "application/json")
_SERVER = ("Server", "Server")
"""What AWS calls itself: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.LowLevelAPI.html"""
_NO_OPERATION = b"<UnknownOperationException/>\n"
_SIGNED_QUERY = (
    "X-Amz-Algorithm",
    "X-Amz-Credential",
    "X-Amz-Signature",
    "X-Amz-SignedHeaders",
    "X-Amz-Date",
)

LEVEL = 1
"""Most of what compression saves, in the least time on the event loop."""
WORTH_COMPRESSING = 4096
"""Bytes of the smallest answer that AWS compresses, and the two codings that it has:
https://github.com/scylladb/scylladb/blob/master/test/alternator/test_compressed_response.py"""
_CODINGS = {"gzip": 16 + zlib.MAX_WBITS, "deflate": zlib.MAX_WBITS}
"""https://docs.python.org/3/library/zlib.html#zlib.compressobj: gzip, and zlib's own form, which HTTP calls deflate."""


def finish(request: http.Request, response: http.Response) -> http.Response:
    """Adds `x-amz-crc32`, over the body as it is sent: SDKs check it before they unpack the body.

    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.LowLevelAPI.html,
    `calculateCrc32FromCompressedData` in https://github.com/aws/aws-sdk-java-v2/blob/master/services/dynamodb/src/main/resources/codegen-resources/dynamodb/customization.config
    """
    body = response.body
    if not isinstance(body, bytes):
        return response
    if request.headers.get("content-type") == "application/json":
        # Asked in plain JSON, AWS answers so.
        response.headers = [
            (name, "application/json" if name == "Content-Type" else value)
            for name, value in response.headers
        ]
    accepted = request.headers.get("accept-encoding")
    if accepted is not None and len(body) >= WORTH_COMPRESSING:
        coding = _coding(accepted)
        if coding is not None:
            packer = zlib.compressobj(LEVEL, zlib.DEFLATED, _CODINGS[coding])
            response.body = body = packer.compress(body) + packer.flush()
            response.headers.append(("Content-Encoding", coding))
    response.headers.append(_SERVER)
    response.headers.append(("x-amz-crc32", str(zlib.crc32(body))))
    return response


def _coding(accepted: str) -> str | None:
    """The coding that a client likes best, None for none: https://www.rfc-editor.org/rfc/rfc9110#section-12.5.3

    Of those liked alike the one named first counts, then gzip; that the client takes it plain too does not.
    """
    named: dict[str, float] = {}
    for part in accepted.lower().split(","):
        name, _, parameter = part.partition(";")
        named[name.strip()] = _weight(parameter)
    others = named.pop("*", 0.0)
    liked = {name: weight for name, weight in named.items() if name in _CODINGS}
    for name in _CODINGS:
        liked.setdefault(name, others)
    best = max(liked, key=lambda name: liked[name])
    return best if liked[best] > 0.0 else None


def _weight(parameter: str) -> float:
    name, _, value = parameter.partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return min(float(value), 1.0)
    except ValueError:
        return 0.0


def begin(request: http.Request) -> http.Response | None:
    """Answers or refuses what is no call of an operation; None lets it go on.

    The order and the texts are AWS's as dynalite recorded them: https://github.com/architect/dynalite/blob/main/index.js
    """
    headers = request.headers
    content_type = headers.get("content-type", "")
    if request.method != "POST" or content_type != _JSON_TYPES[0]:
        if request.method == "GET":
            return http.Response(200, [], f"healthy: {headers.get('host', '')} ".encode("latin-1"))
        if request.method != "POST" or not _is_json(request, content_type):
            return http.Response(404, [], _NO_OPERATION)
    authorization = headers.get("authorization")
    if authorization is None:
        _check_query(request.query)
    else:
        _check_header(authorization, request)
    if request.body.length == 0 and "content-encoding" not in headers:
        raise AwsError("SerializationException", "")
    return None


def _is_json(request: http.Request, content_type: str) -> bool:
    return content_type.partition(";")[0].strip() in _JSON_TYPES or request.body.length == 0


def _check_header(authorization: str, request: http.Request) -> None:
    if "X-Amz-Algorithm=" in request.query:
        raise AwsError(
            "InvalidSignatureException",
            "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header.",
        )
    if not authorization.startswith("AWS4-"):
        raise AwsError(
            "MissingAuthenticationTokenException", "Request is missing Authentication Token"
        )
    wrong = [
        f"Authorization header requires '{name}' parameter."
        for name in ("Credential", "Signature", "SignedHeaders")
        if f"{name}=" not in authorization
    ]
    if "x-amz-date" not in request.headers and "date" not in request.headers:
        wrong.append(
            "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header."
        )
    if wrong:
        text = f"{' '.join(wrong)} Authorization={authorization}"
        raise AwsError("IncompleteSignatureException", text)


def _check_query(query: str) -> None:
    if "X-Amz-Algorithm=" not in query:
        raise AwsError(
            "MissingAuthenticationTokenException", "Request is missing Authentication Token"
        )
    values = parse_qs(query)
    wrong = [
        f"AWS query-string parameters must include '{name}'."
        for name in _SIGNED_QUERY
        if name not in values
    ]
    if wrong:
        text = f"{' '.join(wrong)} Re-examine the query-string parameters."
        raise AwsError("IncompleteSignatureException", text)
