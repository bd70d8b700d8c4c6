"""Links that need no login: signed for one object, one method and some time.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-presigned-url.html
"""

from __future__ import annotations

import shlex
from typing import Any

from homeport.console.cloud.s3 import keys
from homeport.console.visit import Visit

TIMES = {"300": "5 minutes", "3600": "1 hour", "43200": "12 hours", "604800": "7 days"}
"""Seconds. Seven days are the most: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html"""
METHODS = {"get": "get_object", "put": "put_object"}


async def made(visit: Visit, given: dict[str, str]) -> dict[str, Any]:
    """The link that the query asks for, with the command that uses it. Making one changes nothing; only who may write gets one to write."""
    method = visit.query.choice("method", ("get", "put"), "get")
    if not visit.may_write_cloud:
        method = "get"
    expires = visit.query.choice("expires", tuple(TIMES), "3600")
    wanted = given if method == "get" else {"Bucket": given["Bucket"], "Key": given["Key"]}
    cloud = visit.cloud
    link = await cloud.use(
        "s3",
        lambda _: cloud.public("s3").generate_presigned_url(
            METHODS[method], Params=wanted, ExpiresIn=int(expires)
        ),
    )
    return {
        "link": link,
        "method": method,
        "expires": expires,
        "times": list(TIMES.items()),
        "until": visit.clock.now() + int(expires),
        "command": _command(method, given["Key"], link),
        "has_dots": _has_dots(given["Key"]),
    }


def _command(method: str, key: str, link: str) -> str:
    name, address = shlex.quote(keys.name(key)), shlex.quote(link)
    as_it_is = "--path-as-is " if _has_dots(key) else ""
    return f"curl {as_it_is}-f{'o' if method == 'get' else 'T'} {name} {address}"


def _has_dots(key: str) -> bool:
    """Whether a client makes another path of it: https://url.spec.whatwg.org/#double-dot-path-segment"""
    return any(part in {".", ".."} for part in key.split("/"))
