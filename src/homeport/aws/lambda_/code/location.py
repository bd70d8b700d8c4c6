"""URLs that lead to packages for ten minutes, as the presigned ones of AWS do, answered by the edge itself.

https://docs.aws.amazon.com/lambda/latest/api/API_FunctionCodeLocation.html
"""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Callable
from urllib.parse import parse_qs, urlencode

from homeport.aws.lambda_ import limits
from homeport.aws.protocol.call import Call
from homeport.clock import Clock
from homeport.edge import http
from homeport.storage import names
from homeport.storage.content import Content

PATH = "/_lambda/packages/"
_REFUSED = b"The URL is not one that was given out, or it has expired."


class Locations:
    """Makes such URLs and answers them. The credential in them only tells the edge which service is meant."""

    def __init__(
        self, key: bytes, content: Content, clock: Clock, is_there: Callable[[str], bool]
    ) -> None:
        self._key = key
        self._content = content
        self._clock = clock
        self._is_there = is_there

    def url(self, call: Call, file: str) -> str:
        """Under the name by which the client has called."""
        now = self._clock.now()
        date = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(now))
        expires = int(now) + limits.LOCATION_S
        query = urlencode(
            {
                "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
                "X-Amz-Credential": f"lambda/{date[:8]}/{call.region}/lambda/aws4_request",
                "X-Amz-Date": date,
                "X-Amz-Expires": str(limits.LOCATION_S),
                "X-Amz-SignedHeaders": "host",
                "Until": str(expires),
                "X-Amz-Signature": self._signature(file, str(expires)),
            }
        )
        host = call.request.headers.get("host", "localhost")
        return f"{call.request.scheme}://{host}{PATH}{file}?{query}"

    def answer(self, request: http.Request) -> http.Response | None:
        """The package that a URL leads to; None where the request is for something else."""
        if not request.path.startswith(PATH):
            return None
        if request.method not in ("GET", "HEAD"):
            return http.Response(405, [("Allow", "GET, HEAD")])
        file = request.path.removeprefix(PATH)
        if not names.is_name(file) or not self._is_valid(file, request.query):
            return http.Response(403, [("Content-Type", "text/plain")], _REFUSED)
        if not self._is_there(file):
            return http.Response(404)
        release = self._content.lease([file])
        body = http.FileBody(
            self._content.location(file), 0, self._content.path(file).stat().st_size
        )
        return http.Response(200, [("Content-Type", "application/zip")], body, release)

    def _is_valid(self, file: str, query: str) -> bool:
        values = parse_qs(query)
        until, signature = values.get("Until", [""])[0], values.get("X-Amz-Signature", [""])[0]
        if not hmac.compare_digest(signature.encode(), self._signature(file, until).encode()):
            return False
        return self._clock.now() < int(until)

    def _signature(self, file: str, until: str) -> str:
        return hmac.new(self._key, f"{file}\n{until}".encode(), hashlib.sha256).hexdigest()
