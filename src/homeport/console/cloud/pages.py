"""The pages about the local AWS as a whole, and those of S3."""

from __future__ import annotations

from homeport.console.cloud import overview, requests
from homeport.console.cloud.s3 import pages as s3
from homeport.console.routing import Row

ROWS = (
    Row("GET", "/cloud", overview.show, "cloud"),
    Row("GET", "/cloud/requests", requests.show, "cloud"),
    Row("GET", "/cloud/requests/{seq}", requests.detail, "cloud"),
    *s3.ROWS,
)
