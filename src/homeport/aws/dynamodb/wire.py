"""The last touch on every answer: its checksum, and compression where the client takes it."""

from __future__ import annotations

import zlib

from homeport.edge import http

_GZIP = 16 + zlib.MAX_WBITS
LEVEL = 1
"""Most of what compression saves, in the least time on the event loop."""
WORTH_COMPRESSING = 1024
"""Bytes. Below, the headers of gzip and the processor's time outweigh what is saved; AWS names no figure."""


def finish(request: http.Request, response: http.Response) -> http.Response:
    """Adds `x-amz-crc32`, over the body as it is sent: SDKs check it before they unpack the body.

    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.LowLevelAPI.html,
    `calculateCrc32FromCompressedData` in https://github.com/aws/aws-sdk-java-v2/blob/master/services/dynamodb/src/main/resources/codegen-resources/dynamodb/customization.config
    """
    body = response.body
    if body.__class__ is not bytes:
        return response
    accepted = request.headers.get("accept-encoding")
    if accepted is not None and len(body) >= WORTH_COMPRESSING and _takes_gzip(accepted):
        packer = zlib.compressobj(LEVEL, zlib.DEFLATED, _GZIP)
        response.body = body = packer.compress(body) + packer.flush()
        response.headers.append(("Content-Encoding", "gzip"))
    response.headers.append(("x-amz-crc32", str(zlib.crc32(body))))
    return response


def _takes_gzip(accepted: str) -> bool:
    """https://www.rfc-editor.org/rfc/rfc9110#section-12.5.3"""
    for part in accepted.lower().split(","):
        coding, _, weight = part.partition(";")
        if coding.strip() in ("gzip", "x-gzip", "*"):
            return weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False
