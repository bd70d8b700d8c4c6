"""The event of a request, in the payload format 2.0.

https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-request-payload
"""

from __future__ import annotations

import base64
import datetime
import json
import re
from typing import Any
from urllib.parse import parse_qsl, unquote

from homeport.aws.delivery.function_urls.url import Url
from homeport.aws.signing.credential import Credential
from homeport.edge import http

ANONYMOUS = "anonymous"
"""The account of a caller that need not sign."""
_TEXT = re.compile(r"text/.*|application/(.*\+)?(json|xml)|application/(javascript|graphql)")
"""Bodies that are handed on as text, if they are UTF-8; all others, forms too, in base64."""


TRACE = "x-amzn-trace-id"


def trace(now: float, uuid: str) -> str:
    """A new trace. https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader"""
    return f"Root=1-{int(now):08x}-{uuid.replace('-', '')[:24]}"


def payload(
    url: Url, request: http.Request, body: bytes, request_id: str, now: float, caller: Credential
) -> bytes:
    """The JSON that the function gets."""
    headers = _headers(request)
    said: dict[str, Any] = {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": request.path,
        "rawQueryString": request.query,
    }
    cookies = [each.strip() for each in headers.pop("cookie", "").split(";") if each.strip()]
    if cookies:
        said["cookies"] = cookies
    said["headers"] = headers
    if request.query:
        said["queryStringParameters"] = _query(request.query)
    said["requestContext"] = _context(url, request, request_id, now, caller)
    return json.dumps(said | _body(body, headers.get("content-type", ""))).encode()


def _headers(request: http.Request) -> dict[str, str]:
    """The headers with those that AWS's front adds.

    Recorded: `test_lambda_url_echo_http_fixture_default` in
    https://github.com/localstack/localstack/blob/main/tests/aws/services/lambda_/test_lambda.snapshot.json
    """
    headers = {name: value for name, value in request.headers.items() if name != "connection"}
    port = headers.get("host", "").rpartition(":")[2]
    headers.setdefault("x-forwarded-for", _address(request))
    headers.setdefault("x-forwarded-proto", request.scheme)
    if not port.isdecimal():
        port = "443" if request.scheme == "https" else "80"
    headers.setdefault("x-forwarded-port", port)
    return headers


def _address(request: http.Request) -> str:
    return request.peer.rpartition(":")[0].strip("[]") or "127.0.0.1"


def _query(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        found[name] = f"{found[name]},{value}" if name in found else value
    return found


def _context(
    url: Url, request: http.Request, request_id: str, now: float, caller: Credential
) -> dict[str, Any]:
    moment = datetime.datetime.fromtimestamp(int(now), datetime.UTC)
    context: dict[str, Any] = {
        "accountId": caller.account if url.needs_signature else ANONYMOUS,
        "apiId": url.id,
        "domainName": request.headers.get("host", "").partition(":")[0],
        "domainPrefix": url.id,
        "http": {
            "method": request.method,
            "path": _decoded(request.path),
            "protocol": "HTTP/1.1",
            "sourceIp": _address(request),
            "userAgent": request.headers.get("user-agent", ""),
        },
        "requestId": request_id,
        "routeKey": "$default",
        "stage": "$default",
        "time": moment.strftime("%d/%b/%Y:%H:%M:%S +0000"),
        "timeEpoch": int(now * 1000),
    }
    if url.needs_signature:
        context["authorizer"] = {"iam": _iam(caller)}
    return context


def _decoded(path: str) -> str:
    """The path as it is meant, other than `rawPath`: `test_lambda_url_echo_http_fixture_default` in the file above."""
    return "/" + unquote(path, errors="replace").lstrip("/")


def _iam(caller: Credential) -> dict[str, Any]:
    return {
        "accessKey": caller.access_key,
        "accountId": caller.account,
        "callerId": caller.access_key,
        "cognitoIdentity": None,
        "principalOrgId": None,
        "userArn": f"arn:aws:iam::{caller.account}:root",
        "userId": caller.access_key,
    }


def _body(body: bytes, content_type: str) -> dict[str, Any]:
    if not body:
        return {"isBase64Encoded": False}
    if _TEXT.fullmatch(content_type.partition(";")[0].strip().lower()):
        try:
            return {"body": body.decode(), "isBase64Encoded": False}
        except UnicodeDecodeError:
            # Text in another encoding is bytes to JSON.
            pass
    return {"body": base64.b64encode(body).decode(), "isBase64Encoded": True}
