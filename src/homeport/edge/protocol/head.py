"""The head of a request: strict parsing by llhttp, and how its body is framed.

https://www.rfc-editor.org/rfc/rfc9112
"""

from __future__ import annotations

import re

import httptools

from homeport.edge import config, http

_METHODS = {
    name.encode(): name for name in ("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS")
}

_NAMES = {
    name.encode(): name.lower()
    for common in [
        "Host",
        "User-Agent",
        "Accept",
        "Accept-Encoding",
        "Accept-Language",
        "Connection",
        "Content-Length",
        "Content-Type",
        "Content-MD5",
        "Transfer-Encoding",
        "Expect",
        "Authorization",
        "Range",
        "If-Match",
        "If-None-Match",
        "If-Modified-Since",
        "If-Unmodified-Since",
        "Date",
        "Cookie",
        "Origin",
        "Referer",
        "Content-Encoding",
        "Content-Range",
        "Docker-Distribution-Api-Version",
        "X-Amz-Date",
        "X-Amz-Target",
        "X-Amz-Api-Version",
        "X-Amz-Security-Token",
        "X-Amz-Content-SHA256",
        "X-Amzn-Query-Mode",
        "X-Amz-Decoded-Content-Length",
        "X-Amz-Trailer",
        "X-Amz-Sdk-Checksum-Algorithm",
        "X-Amz-Checksum-CRC32",
        "X-Amz-Checksum-Mode",
        "Amz-Sdk-Invocation-Id",
        "Amz-Sdk-Request",
        "X-Forwarded-For",
        "X-Forwarded-Proto",
        "X-Forwarded-Host",
        "Cache-Control",
        "Pragma",
        "Upgrade",
    ]
    for name in (common, common.lower())
}
"""Field names as they arrive mostly, already decoded and in lower case."""

_TOKEN = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+\Z")
"""https://www.rfc-editor.org/rfc/rfc9110#name-tokens"""

_SPACE = b" \t"
"""Around a value; the parser takes it off in front only: https://www.rfc-editor.org/rfc/rfc9112#section-5.1-3"""

_LINE_FEED = re.compile(rb"(?<!\r)\n")


class Head:
    """Parses one head after the other of a connection. Its members are those of the last one."""

    __slots__ = (
        "_authority",
        "_config",
        "_is_fresh",
        "_parser",
        "_refused",
        "headers",
        "is_http_10",
        "method",
        "path",
        "query",
    )

    def __init__(self, settings: config.EdgeConfig) -> None:
        self._config = settings
        self._parser = httptools.HttpRequestParser(self)
        self._is_fresh = True
        self._refused = ""
        self._authority = ""
        self.method = ""
        self.path = ""
        self.query = ""
        self.headers: dict[str, str] = {}
        self.is_http_10 = False

    def parse(self, data: bytes) -> None:
        """Takes a whole head, up to and with the empty line. Raises `HttpError` with the status to answer."""
        line_end = data.find(b"\r\n")
        settings = self._config
        if line_end > settings.request_line_bytes:
            raise too_long(data, settings)
        if len(data) > 4 * settings.header_count:
            _check_size(data, settings)
        version = data[line_end - 9 : line_end]
        if version != b" HTTP/1.1":
            _check_version(data[:line_end])
        self.is_http_10 = version == b" HTTP/1.0"
        self.headers = {}
        self._is_fresh = False
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            # An upgrade may be ignored: https://www.rfc-editor.org/rfc/rfc9110#name-upgrade
            self.renew()
        except httptools.HttpParserInvalidMethodError:
            raise _bad_method(data) from None
        except httptools.HttpParserError as error:
            raise http.HttpError(f"This is not a well-formed request: {error}.") from None
        if self._refused:
            raise http.HttpError(self._refused)
        if "host" not in self.headers and not self.is_http_10:
            # https://www.rfc-editor.org/rfc/rfc9112#section-3.2
            raise http.HttpError("A request of HTTP/1.1 needs a Host field.")
        if self._authority:
            # https://www.rfc-editor.org/rfc/rfc9112#section-3.2.2-8
            self.headers["host"] = self._authority
            self._authority = ""

    def skip(self, body: bytes) -> None:
        """Tells the parser that the body of the last head has passed; its framing was checked with the head."""
        if not self._is_fresh:
            self._parser.feed_data(body)

    def renew(self) -> None:
        """Forgets the last head, whose body went another way."""
        self._parser = httptools.HttpRequestParser(self)
        self._is_fresh = True

    def is_kept_alive(self) -> bool:
        """Whether the client wants to go on: https://www.rfc-editor.org/rfc/rfc9112#name-persistence"""
        options = self.headers.get("connection")
        if options is None:
            return not self.is_http_10
        named = {option.strip() for option in options.lower().split(",")}
        if "close" in named:
            return False
        return not self.is_http_10 or "keep-alive" in named

    def on_url(self, url: bytes) -> None:
        """Called by the parser with the request target."""
        method = self._parser.get_method()
        self.method = _METHODS.get(method) or method.decode("latin-1")
        target = url.decode("latin-1")
        if url[0] != 47:  # not "/"
            target = self._rare_target(target)
        self.path, _, self.query = target.partition("?")

    def on_header(self, name: bytes, value: bytes) -> None:
        """Called by the parser for each field."""
        key = _NAMES.get(name) or name.decode("latin-1").lower()
        if value[-1:] in _SPACE:
            value = value.rstrip(_SPACE)
        headers = self.headers
        if key not in headers:
            headers[key] = value.decode("latin-1")
        elif key in ("host", "content-length", "transfer-encoding"):
            self._refused = f"The field {key} stands there twice."
        else:
            headers[key] = f"{headers[key]}, {value.decode('latin-1')}"

    def _rare_target(self, target: str) -> str:
        """Reduces absolute-form to a path: https://www.rfc-editor.org/rfc/rfc9112#name-request-target"""
        if target == "*" and self.method == "OPTIONS":
            return target
        scheme, _, rest = target.partition("://")
        if scheme.lower() not in ("http", "https") or not rest:
            self._refused = "The request target must be a path."
            return "/"
        cut = min((at for at in (rest.find("/"), rest.find("?")) if at >= 0), default=len(rest))
        path = rest[cut:]
        self._authority = rest[:cut]
        if not self._authority or "@" in self._authority:
            # https://www.rfc-editor.org/rfc/rfc9110#name-deprecation-of-userinfo-in-
            self._refused = "The request target must name a host, and no user."
        return path if path.startswith("/") else f"/{path}"


def body_length(headers: dict[str, str], *, is_http_10: bool) -> int | None:
    """Bytes of the body as announced; None where it is chunked. Raises `HttpError` for a framing that could be read two ways.

    https://www.rfc-editor.org/rfc/rfc9112#name-message-body-length
    """
    coding = headers.get("transfer-encoding")
    length = headers.get("content-length")
    if coding is None:
        if length is None:
            return 0
        if not (length.isascii() and length.isdigit()):
            raise http.HttpError("Content-Length must be a number.")
        return int(length)
    if length is not None or is_http_10:
        raise http.HttpError(
            "A request has either Content-Length or, in HTTP/1.1, Transfer-Encoding."
        )
    if coding.strip().lower() != "chunked":
        # https://www.rfc-editor.org/rfc/rfc9112#section-6.1
        raise http.HttpError("The only transfer coding that is understood is chunked.", 501)
    return None


def check_expectation(headers: dict[str, str]) -> None:
    """https://www.rfc-editor.org/rfc/rfc9110#name-417-expectation-failed"""
    if headers["expect"].lower() != "100-continue":
        raise http.HttpError("The only expectation that is understood is 100-continue.", 417)


def check_partial(data: bytes, settings: config.EdgeConfig) -> None:
    """Raises `HttpError` where a head that is not complete yet can no longer become one."""
    if len(data) > settings.head_bytes or (
        len(data) > settings.request_line_bytes
        and b"\r\n" not in data[: settings.request_line_bytes + 2]
    ):
        raise too_long(data, settings)
    if not _TOKEN.match(data[:1]) or _LINE_FEED.search(data):
        raise http.HttpError("This is not a well-formed request of HTTP/1.1.")


def too_long(data: bytes, settings: config.EdgeConfig) -> http.HttpError:
    """414 or 431, by what is too long: https://www.rfc-editor.org/rfc/rfc6585#section-5"""
    line_end = data.find(b"\r\n")
    if line_end < 0 or line_end > settings.request_line_bytes:
        return http.HttpError(
            f"The request line is longer than {settings.request_line_bytes} bytes.", 414
        )
    return http.HttpError(f"The header fields are longer than {settings.head_bytes} bytes.", 431)


def _check_size(data: bytes, settings: config.EdgeConfig) -> None:
    if len(data) > settings.head_bytes:
        raise too_long(data, settings)
    if data.count(b"\n") - 2 > settings.header_count:
        raise http.HttpError(f"There are more than {settings.header_count} header fields.", 431)


def _check_version(line: bytes) -> None:
    if line.endswith(b" HTTP/1.0"):
        return
    if re.search(rb" HTTP/\d\.\d\Z", line):
        # https://www.rfc-editor.org/rfc/rfc9110#name-505-http-version-not-suppor
        raise http.HttpError("Only HTTP/1.1 and HTTP/1.0 are spoken here.", 505)
    raise http.HttpError("This is not a well-formed request of HTTP/1.1.")


def _bad_method(data: bytes) -> http.HttpError:
    method = data.partition(b" ")[0]
    if _TOKEN.match(method) and len(method) <= 32:
        # https://www.rfc-editor.org/rfc/rfc9110#name-501-not-implemented
        return http.HttpError("The method is not known.", 501)
    return http.HttpError("This is not a well-formed request of HTTP/1.1.")
