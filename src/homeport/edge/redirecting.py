"""Sends who speaks plain HTTP where only HTTPS is spoken on to it.

https://www.rfc-editor.org/rfc/rfc9110#section-15.4.8
"""

from __future__ import annotations

import re

from homeport.edge import http

_HOST = re.compile(r"[A-Za-z0-9._-]{1,255}(:[0-9]{1,5})?|\[[0-9A-Fa-f:.]{2,45}\](:[0-9]{1,5})?")
"""Host and port: https://www.rfc-editor.org/rfc/rfc9110#section-7.2"""
_TARGET = re.compile(r"/[!-~]*")


def to_https(request: http.Request) -> http.Response:
    """To the same address by HTTPS, not for good: a browser would remember that of each program that ever listens there.

    Where no address can be told from the request it is refused with a sentence: no text of a client's becomes a header field as it is.
    """
    host = request.headers.get("host", "")
    target = f"{request.path}?{request.query}" if request.query else request.path
    if _HOST.fullmatch(host) is None or _TARGET.fullmatch(target) is None:
        text = b"This port speaks HTTPS.\n"
        return http.Response(400, [("Content-Type", "text/plain; charset=utf-8")], text)
    return http.Response(307, [("Location", f"https://{host}{target}")])
