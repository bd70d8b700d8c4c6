"""All pages and actions of S3."""

from __future__ import annotations

from homeport.console.cloud.s3 import (
    buckets,
    changing,
    listing,
    removing,
    sending,
    settings,
    uploading,
    viewing,
)
from homeport.console.routing import Row

_B = "/s3/{bucket}"
_O = "/s3/{bucket}/object"

ROWS = (
    Row("GET", "/s3", buckets.show, "cloud"),
    Row("POST", "/s3", buckets.make, "cloud_write"),
    Row("GET", _B, listing.show, "cloud"),
    Row("GET", f"{_B}/state", buckets.state, "cloud"),
    Row("GET", f"{_B}/count", listing.count, "cloud"),
    Row("POST", f"{_B}/delete", buckets.delete, "cloud_write"),
    Row("POST", f"{_B}/folders", listing.make_folder, "cloud_write"),
    Row("PUT", f"{_B}/upload", uploading.put, "cloud_write", "raw"),
    # A question with a body, since what was ticked is too long for an address. It changes nothing.
    Row("POST", f"{_B}/ask", removing.ask, "cloud_write"),
    Row("GET", f"{_B}/empty", removing.ask_all, "cloud_write"),
    Row("POST", f"{_B}/removals", removing.start, "cloud_write"),
    Row("GET", f"{_B}/removals/{{id}}", removing.show, "cloud_write"),
    Row("POST", f"{_B}/removals/{{id}}/stop", removing.stop, "cloud_write"),
    Row("GET", f"{_B}/settings", settings.show, "cloud"),
    Row("POST", f"{_B}/settings/versioning", settings.keep_versions, "cloud_write"),
    Row("POST", f"{_B}/settings/tags", settings.tag, "cloud_write"),
    Row("POST", f"{_B}/settings/{{setting}}", settings.save, "cloud_write"),
    Row("GET", _O, viewing.show, "cloud"),
    Row("GET", f"{_O}/look", sending.look, "cloud"),
    Row("GET", f"{_O}/download", sending.download, "cloud"),
    Row("POST", f"{_O}/tags", changing.tag, "cloud_write"),
    Row("POST", f"{_O}/metadata", changing.describe, "cloud_write"),
    Row("POST", f"{_O}/copy", changing.copy, "cloud_write"),
    Row("POST", f"{_O}/restore", changing.restore, "cloud_write"),
    Row("POST", f"{_O}/delete", changing.delete, "cloud_write"),
)
