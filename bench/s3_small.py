"""S3 GetObject of 1 KiB: at least 3 times ministack's requests/s."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bench import report, servers, versus


def prepare(client: Any, _: servers.Server) -> Mapping[str, Any]:
    client.create_bucket(Bucket="bench")
    client.put_object(Bucket="bench", Key="small", Body=b"x" * 1024)
    return {"Bucket": "bench", "Key": "small"}


def run() -> report.Report:
    return versus.compare(
        "S3 GetObject 1 KiB: wrk -c8", "s3", "GetObject", prepare, {"ministack": 3.0, "moto": None}
    )
