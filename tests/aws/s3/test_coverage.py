"""docs/coverage/s3.md says which operations are there. `python tests/aws/s3/test_coverage.py` writes it anew."""

from __future__ import annotations

from pathlib import Path

from homeport.aws.protocol.model import load
from homeport.aws.s3 import operations
from homeport.aws.s3.buckets import unset

PAGE = Path(__file__).parents[3] / "docs" / "coverage" / "s3.md"
HEAD = """# Amazon S3: what is there

Written from the table of operations; a test keeps both alike. An operation that is not there answers `501 NotImplemented`
with its name. "Nothing to read" means that the setting cannot be made (its Put answers 501), and that every bucket
answers as one on AWS that has none.

Where it differs from AWS on purpose:

- Objects answer `x-amz-server-side-encryption: AES256`, as on AWS, and that is the only encryption that can be asked for. The
  bytes lie on the disk as they came: encrypt the disk where that matters.
- A bucket and its objects are their account's alone. Access control lists that say something else are refused.
- The storage classes GLACIER and DEEP_ARCHIVE answer 501, since RestoreObject is not there; the others are kept.
- A bucket can be reached through every region; `x-amz-bucket-region` says where it is.
- A full disk or quota answers `507 InsufficientStorage`, which SDKs do not try again.
- Events go to queues, topics and functions: `ObjectCreated:Put`, `:Copy` and `:CompleteMultipartUpload`, `ObjectRemoved:Delete` and
  `:DeleteMarkerCreated`, `ObjectTagging:Put` and `:Delete`, in version 2.5 of the message. The other types can be asked for and never come;
  `ObjectAcl:Put` is among them, since no access list ever changes.
- That a bucket sends to EventBridge is kept and given back, and nothing is sent there.
- Whether a queue, topic or function is there is looked at when notifications are configured; its policy is not.
- Events are written with the change that they tell of, and sent at least once. Where the destination is in trouble it is tried again after
  1 s, doubling up to 5 minutes, for 24 hours; then, or at once where the destination is gone, the event is dropped and the log says so.

| operation | |
|---|---|
"""

SAME = {
    "GetBucketNotification": "yes, as GetBucketNotificationConfiguration",
    "PutBucketNotification": "yes, as PutBucketNotificationConfiguration",
}
"""Deprecated names for the same requests."""


def page() -> str:
    rows = []
    for name in sorted(load("s3").operations):
        state = "yes" if name in operations.TABLE else "no"
        state = "nothing to read" if name in unset.READS else state
        state = SAME.get(name, state)
        link = f"https://docs.aws.amazon.com/AmazonS3/latest/API/API_{name}.html"
        rows.append(f"| [{name}]({link}) | {state} |\n")
    return HEAD + "".join(rows)


def test_the_page_says_what_the_table_says():
    assert PAGE.read_text() == page()


def test_every_operation_of_the_table_is_in_the_model():
    assert set(operations.TABLE) <= set(load("s3").operations)


if __name__ == "__main__":
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(page())
