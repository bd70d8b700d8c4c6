"""Rows as the rest of the service sees them."""

from __future__ import annotations

from typing import NamedTuple

NULL_VERSION = "null"
"""The version that a bucket without versioning keeps.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/VersioningWorkflows.html"""


class Version(NamedTuple):
    """One version of an object, or a delete marker. The fields stand in the order of the columns."""

    key: str
    seq: int
    """Orders the versions of one key; the highest is the newest."""
    version: str
    is_marker: int
    modified: int
    """Seconds since the epoch. S3 keeps whole seconds."""
    size: int
    etag: str
    """Without its quotes."""
    storage_class: str
    checksum: str
    """`ALGORITHM:TYPE:VALUE`, or empty."""
    parts: int
    """Parts that it was uploaded in; 0 for one that came in one piece."""
    head: str
    """JSON of the members that GetObject returns as they were given: ContentType, Metadata ..."""
    tags: str
    """JSON of a list of tags, or empty."""
    body: int


class Segment(NamedTuple):
    """Bytes of a body: `length` bytes at `start` of a content file stand `at` this offset of the body."""

    at: int
    file: str
    start: int
    length: int


class ObjectPart(NamedTuple):
    """A part of a finished object."""

    number: int
    at: int
    size: int
    checksum: str
    """Base64, or empty."""


class Upload(NamedTuple):
    """A multipart upload that is under way."""

    key: str
    id: str
    initiated: int
    storage_class: str
    algorithm: str
    """Of its checksums, as declared; empty where none was."""
    checksum_type: str
    head: str
    tags: str


class Part(NamedTuple):
    """An uploaded part of an upload that is under way."""

    number: int
    body: int
    size: int
    etag: str
    modified: int
    checksum: str
    """`ALGORITHM:VALUE` pairs joined by a blank; the declared algorithm first."""


class Row(NamedTuple):
    """A bucket."""

    id: int
    name: str
    account: str
    region: str
    created: int
    versioning: str
    """Empty (never set), `Enabled` or `Suspended`."""


VERSION_FIELDS = ", ".join(Version._fields)
UPLOAD_FIELDS = ", ".join(Upload._fields)
PART_FIELDS = ", ".join(Part._fields)
ROW_FIELDS = ", ".join(Row._fields)
