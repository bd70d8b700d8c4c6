"""The manifests of an export.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/S3DataExport.Output.html, the names of the checksums as
measured: https://github.com/scylladb/scylladb/blob/master/test/alternator/test_export.py
"""

from __future__ import annotations

import base64
import hashlib
import json
from typing import NamedTuple

from homeport.aws.dynamodb.backups import times
from homeport.aws.dynamodb.store.jobs import Job
from homeport.aws.protocol.call import Params

FULL_VERSION = "2020-06-30"
INCREMENTAL_VERSION = "2023-08-01"


class Data(NamedTuple):
    """The object that holds the items."""

    key: str
    items: int
    md5: str
    etag: str


def files(data: Data) -> bytes:
    """manifest-files.json: one line for each data object."""
    line = {
        "itemCount": data.items,
        "md5Checksum": data.md5,
        "etag": data.etag,
        "dataFileS3Key": data.key,
    }
    return json.dumps(line, separators=(",", ":")).encode() + b"\n"


def summary(job: Job, described: Params, end_ms: int, files_key: str) -> bytes:
    """manifest-summary.json"""
    window = job.details["Window"]
    from_ms, to_ms, view = window
    is_full = from_ms is None
    members = {
        "version": FULL_VERSION if is_full else INCREMENTAL_VERSION,
        "exportArn": job.arn,
        "startTime": times.iso_ms(job.started_ms),
        "endTime": times.iso_ms(end_ms),
        "tableArn": described["TableArn"],
        "tableId": described["TableId"],
        **(
            {"exportTime": times.iso_ms(to_ms)}
            if is_full
            else {"exportFromTime": times.iso_ms(from_ms), "exportToTime": times.iso_ms(to_ms)}
        ),
        "s3Bucket": described["S3Bucket"],
        "s3Prefix": described.get("S3Prefix"),
        "s3SseAlgorithm": described["S3SseAlgorithm"],
        "s3SseKmsKeyId": described.get("S3SseKmsKeyId"),
        "manifestFilesS3Key": files_key,
        "billedSizeBytes": described["BilledSizeBytes"],
        "itemCount": described["ItemCount"],
        "outputFormat": described["ExportFormat"],
        **({} if is_full else {"outputView": view}),
        "exportType": "FULL_EXPORT" if is_full else "INCREMENTAL_EXPORT",
    }
    return json.dumps(members, separators=(",", ":")).encode()


def checksum(content: bytes) -> bytes:
    """What stands beside a manifest: its MD5 in Base64."""
    return base64.b64encode(hashlib.md5(content, usedforsecurity=False).digest())
