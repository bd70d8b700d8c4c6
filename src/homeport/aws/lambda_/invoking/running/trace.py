"""Trace headers: https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader"""

from __future__ import annotations


def header(request_id: str, now: float) -> str:
    """A new trace that is not sampled, named after its request."""
    digits = request_id.replace("-", "").rjust(32, "0")
    return f"Root=1-{int(now):08x}-{digits[:24]};Parent={digits[-16:]};Sampled=0"
